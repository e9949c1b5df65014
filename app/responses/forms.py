"""The forms of an answer, of each step on its way, and of who is to write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.accounts.models import Officer
from app.comments.submit import MAX_BODY
from app.responses.changes import AT_MOST
from app.responses.words import DISPOSITIONS
from app.web.forms import Form, TextField

INCOMPLETE = _l("The form was incomplete. Send it once more.")
MIN_EXPLANATION = 20
MAX_EXPLANATION = 20_000
MAX_CHOSEN = 1000
MAX_PLACES = 20
MAX_NOTE = 2000


def _number(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("no row has that number")
    return number


def _place(value: Any) -> int:
    return 0 if value in (0, "0") else _number(value)


class NumbersField(SelectMultipleField):
    """Numbers of rows, as many as the page offered."""

    def __init__(self, label: Any = None, validators: Any = (), **words: Any) -> None:
        super().__init__(label, validators, coerce=_number, validate_choice=False, **words)


class PlacesField(NumbersField):
    """Lineages of articles; 0 is the draft as a whole."""

    def __init__(self, label: Any = None, validators: Any = (), **words: Any) -> None:
        SelectMultipleField.__init__(
            self, label, validators, coerce=_place, validate_choice=False, **words
        )


class AnswerForm(Form):
    """What the agency does with the chosen comments, and why.

    `comment` are those ticked of the ones `shown`; `group` and `article` are chosen whole.
    """

    comment = NumbersField(
        _l("Comments that this answer speaks to"),
        validators=[
            Length(max=MAX_CHOSEN, message=_l("One answer speaks to at most %(max)d comments.")),
        ],
    )
    shown = NumbersField(validators=[Length(max=MAX_CHOSEN, message=INCOMPLETE)])
    group = NumbersField(validators=[Length(max=MAX_PLACES, message=INCOMPLETE)])
    article = PlacesField(validators=[Length(max=MAX_PLACES, message=INCOMPLETE)])
    disposition = RadioField(
        _l("What the agency does"),
        choices=[SelectChoice(value.value, words) for value, words in DISPOSITIONS.items()],
        validators=[InputRequired(_l("Choose what the agency does."))],
    )
    explanation = TextField(
        _l("Explanation"),
        validators=[
            DataRequired(_l("Write the explanation.")),
            Length(
                MIN_EXPLANATION,
                MAX_EXPLANATION,
                message=_l("The explanation has from %(min)d to %(max)d characters."),
            ),
        ],
    )
    change = NumbersField(
        _l("Which provisions change because of it"),
        validators=[
            Length(max=AT_MOST, message=_l("An answer names at most %(max)d provisions.")),
        ],
    )
    no_change_reason = TextField(
        _l("Or why no word of the draft has to change"),
        validators=[
            Optional(),
            Length(max=MAX_NOTE, message=_l("A reason has at most %(max)d characters.")),
        ],
    )
    version = IntegerField(
        widget=HiddenInput(),
        validators=[Optional(), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )


class StepForm(Form):
    """The officer read that version of the answer."""

    version = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(INCOMPLETE), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )


class SendBackForm(StepForm):
    """What the drafter is to change."""

    note = TextField(
        _l("What has to change"),
        validators=[
            DataRequired(_l("Write what the drafter has to change.")),
            Length(max=MAX_NOTE, message=_l("A note has at most %(max)d characters.")),
        ],
    )


class PublishAllForm(Form):
    """All signed answers, or those about one article; 0 is the draft as a whole."""

    article = IntegerField(validators=[Optional(), NumberRange(0, 2**31 - 1, message=INCOMPLETE)])


class AssignForm(Form):
    """The articles and groups that are ticked go to that officer; 0 is nobody."""

    article = PlacesField(validators=[Length(max=MAX_CHOSEN, message=INCOMPLETE)])
    group = NumbersField(validators=[Length(max=MAX_CHOSEN, message=INCOMPLETE)])
    officer = SelectField(
        _l("Officer"), coerce=int, validators=[InputRequired(_l("Choose an officer."))]
    )

    def offer(self, officers: Iterable[Officer]) -> None:
        """One may choose from these, or nobody."""
        nobody = SelectChoice(0, _l("Nobody"))
        self.officer.choices = [*(SelectChoice(one.id, one.name) for one in officers), nobody]


class AdoptForm(Form):
    """A proposed wording as the officer leaves it; `seen` is the digest of the draft beside it."""

    seen = HiddenField()
    wording = TextField(
        _l("The provision in the next draft"),
        description=_l("As it was proposed. You may change it: then it stands nearly so."),
        validators=[
            DataRequired(_l("Write the wording.")),
            Length(max=MAX_BODY, message=_l("A wording has at most %(max)d characters.")),
        ],
    )
