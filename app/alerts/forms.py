"""The forms of kept searches: what to be told of, where, how often."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import or_, select
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import Agency, Territory
from app.alerts.models import Frequency, SavedSearch
from app.documents.models import Dossier, Topic, is_public
from app.extensions import db
from app.search.asked import Asked
from app.search.facets import Chosen, Facet
from app.search.naming import chosen_of
from app.web import locale
from app.web.forms import EmailField, Form, LineField
from app.web.locale import Language
from app.web.phrases import in_order, named

MAX_WORDS = 300
OFFERED = 200  # of one kind; a list longer than that is no choice
FREQUENCIES: dict[Frequency, LazyString] = {
    Frequency.DAILY: _l("Every morning"),
    Frequency.WEEKLY: _l("Once a week"),
}


def _frequencies() -> list[SelectChoice]:
    return [SelectChoice(one.value, words) for one, words in FREQUENCIES.items()]


def _languages() -> list[SelectChoice]:
    return [SelectChoice(one.code, one.name, {"lang": one.code}) for one in locale.LANGUAGES]


class SaveForm(Form):
    """Words and values to be told of, an address, and how often to write to it.

    What else the search has chosen is carried along in the page, not in this form.
    """

    q = LineField(
        _l("Words"),
        validators=[
            Optional(),
            Length(max=MAX_WORDS, message=_l("Words to look for have at most %(max)d characters.")),
        ],
    )
    # what is not offered asks nothing, instead of failing the form
    topic = SelectMultipleField(
        _l("Topics"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    agency = SelectField(_l("Agency"), validate_choice=False)
    territory = SelectField(_l("Territory"), validate_choice=False)
    email = EmailField(
        _l("E-mail"), [DataRequired(_l("Write the address the letters should go to."))]
    )
    frequency = RadioField(
        _l("How often"),
        choices=_frequencies,
        default=Frequency.DAILY.value,
        validators=[InputRequired(_l("Choose how often."))],
    )
    letter_language = SelectField(
        _l("Language of the letters"), choices=_languages, default=lambda: locale.current().code
    )

    def offer(self, chosen: Chosen) -> None:
        """The choices are those there are; those of the search are made, where it comes anew."""
        self.topic.choices = _topics()
        self.agency.choices = [("", _("All agencies")), *_agencies(chosen)]
        self.territory.choices = [("", _("All")), *_territories(chosen)]

    def fill(self, wish: Asked) -> None:
        """The form as it is first shown: with the search it was opened from."""
        self.q.data = wish.words
        self.topic.data = sorted(wish.chosen.get(Facet.TOPIC, ()))
        self.agency.data = next(iter(wish.chosen.get(Facet.AGENCY, ())), "")
        self.territory.data = next(iter(wish.chosen.get(Facet.TERRITORY, ())), "")

    def holds(self) -> set[tuple[str, str]]:
        """Which values of the search the form shows; the page carries the others along."""
        topics = {(Facet.TOPIC.value, value) for value in self.topic.data or []}
        return topics | {
            (Facet.AGENCY.value, self.agency.data or ""),
            (Facet.TERRITORY.value, self.territory.data or ""),
        }

    def wanted(self) -> tuple[str, Frequency, Language]:
        """Where letters should go, how often and in which language."""
        frequency = Frequency(self.frequency.data)
        return self.email.data or "", frequency, locale.called(self.letter_language.data)


class ManageForm(Form):
    """In which language letters come; how often stands beside each search."""

    letter_language = SelectField(_l("Language of the letters"), choices=_languages)

    def wanted(self, searches: Iterable[SavedSearch]) -> tuple[dict[int, Frequency], Language]:
        """How often each of them is asked for, as far as the page said it, in which language."""
        sent = {one.id: request.form.get(f"frequency-{one.id}", "") for one in searches}
        often = {number: Frequency(value) for number, value in sent.items() if value in FREQUENCIES}
        return often, locale.called(self.letter_language.data)


Choices = list[tuple[str, str]]


def _topics() -> Choices:
    rows = db.session.execute(
        select(Topic.code, Topic.name, Topic.name_en).order_by(Topic.position, Topic.code)
    )
    return [(row.code, chosen_of(row.name, row.name_en).text) for row in rows]


def _agencies(chosen: Chosen) -> Choices:
    """Those with public drafts, and the chosen one."""
    public = select(Dossier.agency_id).where(is_public())
    wanted = or_(Agency.id.in_(public), Agency.slug.in_(chosen.get(Facet.AGENCY, ())))
    rows = db.session.execute(
        select(Agency.slug, Agency.name, Agency.name_en)
        .where(wanted)
        .order_by(Agency.slug.in_(chosen.get(Facet.AGENCY, ())).desc(), Agency.name)
        .limit(OFFERED)
    )
    found = in_order(rows, lambda row: named(row.name, row.name_en))
    return [(row.slug, chosen_of(row.name, row.name_en).text) for row in found]


def _territories(chosen: Chosen) -> Choices:
    """The first of them and the chosen one: from the results of a search any can be."""
    mine = Territory.code.in_(chosen.get(Facet.TERRITORY, ()))
    rows = db.session.execute(
        select(Territory.code, Territory.name, Territory.name_en)
        .order_by(mine.desc(), Territory.position, Territory.code)
        .limit(OFFERED)
    )
    return [(row.code, chosen_of(row.name, row.name_en).text) for row in rows]
