"""Forms of consultations: the declaration, the opening, a later end."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.documents.file_forms import LONGEST_TEXT, TITLE_LENGTH, TITLE_TOO_LONG, WORDS_TOO_LONG
from app.documents.models import Dossier, Stage
from app.web.forms import Form, LineField, TextField

MOST_DAYS = 365
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
# what begins like an address becomes a link on the public page, for good
NUMBER_OR_ADDRESS = r"(?!https?:)|https?://[^\s/.]+\.\S+$"
DAYS = _l("Enter a whole number of days from 1 to 365.")


class DeclarationForm(Form):
    """`seen` is the digest of the words that were on the screen."""

    seen = HiddenField()
    sure = BooleanField(
        _l("I have read the whole text and I declare this under my own name."),
        validators=[DataRequired(_l("Tick the box to declare."))],
    )


class OpeningForm(Form):
    days = IntegerField(
        _l("Days to comment"),
        validators=[
            InputRequired(DAYS),
            NumberRange(min=1, max=MOST_DAYS, message=DAYS),
        ],
    )


class ExtensionForm(Form):
    last_day = DateField(
        _l("New last day"),
        format=DATES,
        validators=[DataRequired(_l("Enter the new last day, for example 31/12/2026."))],
    )
    reason = TextField(
        _l("Reason"),
        description=_l("Everybody can read it on the page of the draft."),
        validators=[
            DataRequired(_l("Say why people get more time.")),
            Length(max=2000, message=_l("Shorten the reason to at most 2,000 characters.")),
        ],
    )


MOVES: dict[Stage, LazyString] = {
    Stage.DRAFTING: _l("The text is being drafted"),
    Stage.APPRAISAL: _l("Sent for appraisal by the justice authorities"),
    Stage.VERIFICATION: _l("Sent for verification before the vote"),
    Stage.ADOPTED: _l("Adopted and promulgated"),
    Stage.WITHDRAWN: _l("Withdrawn"),
}


def _effective() -> DateField:
    return DateField(_l("Takes effect on"), format=DATES, validators=[Optional()])


def _gazette() -> LineField:
    return LineField(
        _l("Official Gazette"),
        validators=[
            Length(max=200, message=_l("Shorten this to at most 200 characters.")),
            Regexp(NUMBER_OR_ADDRESS, message=_l("Copy the whole address of the page here.")),
        ],
    )


class OutcomeForm(Form):
    """What is often known only after the adoption."""

    effective = _effective()
    gazette = _gazette()

    def narrow(self, dossier: Dossier) -> None:
        """Only what is still unknown of the dossier is asked."""
        if dossier.outcome_effective is not None:
            del self.effective
        if dossier.outcome_gazette:
            del self.gazette


class StageForm(Form):
    """One step in the life of a dossier, with what belongs to it."""

    stage = RadioField(_l("What happened"), validators=[InputRequired(_l("Say what happened."))])
    on = DateField(
        _l("On which day"),
        format=DATES,
        validators=[DataRequired(_l("Enter the day, for example 31/12/2026."))],
    )
    note = TextField(
        _l("Note for the public page"),
        validators=[Length(max=400, message=_l("Shorten the note to at most 400 characters."))],
    )
    number = LineField(
        _l("Number of the document"),
        validators=[Length(max=80, message=_l("Shorten the number to at most 80 characters."))],
    )
    effective = _effective()
    gazette = _gazette()
    sure = BooleanField(_l("I have checked this step, which ends the life of the dossier."))
    file_title = LineField(
        _l("What the document of this step is called"),
        validators=[Length(max=TITLE_LENGTH, message=TITLE_TOO_LONG)],
    )
    file = FileField(_l("Document of this step"))
    file_text = TextField(
        _l("What it says, as text"),
        validators=[Length(max=LONGEST_TEXT, message=WORDS_TOO_LONG)],
    )

    def offer(self, stages: Iterable[Stage]) -> None:
        """The step may lead to one of these."""
        self.stage.choices = [SelectChoice(stage.value, MOVES[stage]) for stage in stages]


class RevisionForm(Form):
    """One button; `seen` is the digest of the version that was on the screen."""

    seen = HiddenField()
