"""The form in which a clerk types what came by another door; also each row of a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from app.comments.clerk import (
    MOST_MEMBERS,
    NAMED,
    DayError,
    NoBodyError,
    NoConsentError,
    SentLaterError,
    Source,
)
from app.comments.countries import CountryField
from app.comments.language import told
from app.comments.models import Channel, CommenterKind, CriticismForm, EventKind
from app.comments.submit import (
    MAX_BODY,
    MAX_NAME,
    NoSuchProvisionError,
    Place,
    Words,
    find_place,
)
from app.comments.words import CHANNELS, CRITICISM, CRITICISM_FORMS, EVENTS, KINDS
from app.documents.passage import own_text, passage
from app.documents.shorthand import typed_anchor
from app.kit import codes
from app.kit.html import plain
from app.web.filters import day
from app.web.forms import EmailField, Form, LineField
from app.web.locale import LANGUAGES

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
LONGEST = 120
TOO_LONG = _l("Shorten this to at most %(max)d characters.")
LONG_OCCASION = 300
OTHER_LANGUAGE = "und"
DAY = _l("Write the day like 31/12/2026.")


def _plain(value: str | None) -> str | None:
    return plain(value).strip() if value else value


def _offered(words: Mapping[Any, LazyString], none: LazyString | None = None) -> list[SelectChoice]:
    first = [] if none is None else [SelectChoice("", none)]
    return first + [SelectChoice(str(value), label) for value, label in words.items()]


DOORS = {channel: words for channel, words in CHANNELS.items() if channel is not Channel.PORTAL}


class IntakeForm(Form):
    """What came, from whom and how; the draft stands in the address."""

    place: Place = Place()

    channel = SelectField(
        _l("How it came"),
        choices=_offered(DOORS),
        validators=[InputRequired(_l("Say how it came."))],
    )
    received_on = DateField(
        _l("Day it was received"),
        format=DATES,
        validators=[DataRequired(DAY)],
    )
    event = SelectField(
        _l("Kind of meeting"),
        choices=_offered(EVENTS, _l("None")),
        validators=[Optional()],
    )
    occasion = LineField(
        _l("Which meeting, where"),
        validators=[Length(max=LONG_OCCASION, message=TOO_LONG)],
    )
    reference = LineField(
        _l("Number of the letter or minutes"), validators=[Length(max=LONGEST, message=TOO_LONG)]
    )
    commenter_kind = SelectField(
        _l("Commenter"),
        choices=_offered(KINDS),
        default=CommenterKind.INDIVIDUAL.value,
        validators=[InputRequired(_l("Choose who is commenting."))],
    )
    country = CountryField(_l("Country"))
    display_name = LineField(
        _l("Name to be shown"),
        validators=[
            Length(max=MAX_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    consent = BooleanField(_l("This person agreed to be named in public"))
    members = IntegerField(
        _l("Number of members it speaks for"),
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_MEMBERS, message=_l("Enter a whole number.")),
        ],
    )
    part = LineField(_l("Part of the draft"), validators=[Length(max=LONGEST, message=TOO_LONG)])
    article = SelectField(_l("or choose the article"), choices=[], validators=[Optional()])
    body = TextAreaField(
        _l("The comment, word for word"),
        filters=[_plain],
        validators=[
            DataRequired(_l("Type the comment.")),
            Length(
                max=MAX_BODY,
                message=_l("A comment has at most %(max)d characters. Take it in as two."),
            ),
        ],
    )
    proposed_wording = TextAreaField(
        _l("The wording it proposes"),
        filters=[_plain],
        validators=[
            Length(max=MAX_BODY, message=_l("A wording has at most %(max)d characters.")),
        ],
    )
    language = SelectField(
        _l("Language of the comment"),
        choices=[
            *(SelectChoice(language.code, language.name) for language in LANGUAGES),
            SelectChoice(OTHER_LANGUAGE, _l("Another language")),
        ],
        default=LANGUAGES[0].code,
    )
    email = EmailField(_l("E-mail of the author"), [Optional()])
    email_consent = BooleanField(_l("The author asked to be told by e-mail what becomes of it"))
    criticism = SelectField(
        CRITICISM,
        choices=_offered(CRITICISM_FORMS, _l("No")),
        validators=[Optional()],
    )
    dossier_sent_on = DateField(
        _l("Day the dossier was sent to the Front"), format=DATES, validators=[Optional()]
    )
    key = HiddenField(
        validators=[
            Regexp(r"\A[\w-]{22}\Z", message=_l("The form was incomplete. Send it once more."))
        ]
    )

    def offer(self, articles: list[tuple[str, str]]) -> None:
        """The comment may be about one of these (anchor, title), or the whole draft."""
        self.article.choices = [
            SelectChoice("", _l("The whole draft")),
            *(SelectChoice(anchor, title) for anchor, title in articles),
        ]

    def renew_key(self) -> None:
        """What is sent next counts as another comment."""
        self.key.data = codes.new_key()

    def fits(self, version_id: int | None) -> bool:
        """Whether the part exists and all belongs together; else the fields say so."""
        if self.received_on.errors:
            self.received_on.errors = [DAY]
        if self.dossier_sent_on.errors:
            self.dossier_sent_on.errors = [DAY]
        if self.members.errors:
            self.members.errors = [_("Enter a whole number.")]
        if self.email.data and not self.email_consent.data:
            self.email_consent.errors = [
                _("Tick this, or leave the e-mail out: nobody is written to who did not ask.")
            ]
        self._find_part(version_id)
        return not any(field.errors for field in self)

    def _find_part(self, version_id: int | None) -> None:
        typed = self.part.data or ""
        anchor = typed_anchor(typed) if typed else self.article.data or ""
        try:
            if typed and not anchor:
                raise NoSuchProvisionError(typed)
            self.place = find_place(version_id, anchor)
        except NoSuchProvisionError:
            self.part.errors = [
                _("This draft has no such part. Type it like “12.3.b”, or choose the article.")
            ]
            return
        if self.proposed_wording.data and not own_text(passage(version_id, anchor)):
            self.proposed_wording.errors = [
                _("Choose one article, clause or point first: only there words can be replaced.")
            ]

    def words(self) -> Words:
        """What the author said."""
        return Words(
            body=self.body.data or "",
            commenter_kind=self._kind(),
            language=self._language(),
            country=self.country.data or "",
            key=self.key.data or "",
            anchor=self.place.anchor,
            display_name=self.display_name.data or "",
            email=self.email.data or "",
            proposed_wording=self.proposed_wording.data or "",
        )

    def _language(self) -> str:
        """The language that the clerk chose; one that the words show where none was chosen."""
        chosen = self.language.data or LANGUAGES[0].code
        if chosen in (LANGUAGES[0].code, OTHER_LANGUAGE):
            return told(self.body.data or "", chosen)
        return chosen

    def _kind(self) -> CommenterKind:
        kind = CommenterKind(self.commenter_kind.data)
        # the Front is an organisation, whatever stood in the field from the comment before
        return CommenterKind.ORGANISATION if self.criticism.data and kind not in NAMED else kind

    def source(self) -> Source:
        """How it came."""
        assert self.received_on.data is not None
        return Source(
            channel=Channel(self.channel.data),
            received_on=self.received_on.data,
            reference=self.reference.data or "",
            event=EventKind(self.event.data) if self.event.data else None,
            occasion=self.occasion.data or "",
            members=self.members.data or 0,
            criticism=CriticismForm(self.criticism.data) if self.criticism.data else None,
            dossier_sent_on=self.dossier_sent_on.data,
            consent=bool(self.consent.data),
        )

    def refuse(self, error: ValueError) -> None:
        """The field says why the comment was not taken in; what is not known here is raised."""
        match error:
            case DayError(first=first, last=last):
                self.received_on.errors = [
                    _(
                        "It must be a day from the opening to today: %(first)s to %(last)s.",
                        first=day(first),
                        last=day(last),
                    )
                ]
            case NoConsentError():
                self.consent.errors = [
                    _("Tick this, or leave the name out: a person is named only who agreed to it.")
                ]
            case NoBodyError():
                self.display_name.errors = [
                    _("Name the committee or member organisation of the Front that gave it.")
                ]
            case SentLaterError():
                self.dossier_sent_on.errors = [
                    _("The dossier was sent before the criticism was given, not after.")
                ]
            case _:
                raise error
