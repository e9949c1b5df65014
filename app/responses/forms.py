"""The form of an answer, and of its publication."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.comments.submit import MAX_BODY
from app.responses.words import DISPOSITIONS
from app.web.forms import Form, TextField

INCOMPLETE = _l("The form was incomplete. Send it once more.")
MIN_EXPLANATION = 20
MAX_EXPLANATION = 20_000
MAX_CHOSEN = 1000


def _number(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("no row has that number")
    return number


class AnswerForm(Form):
    """What the agency does with the chosen comments, and why."""

    comment = SelectMultipleField(
        _l("Comments that this answer speaks to"),
        coerce=_number,
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose at least one comment.")),
            Length(max=MAX_CHOSEN, message=_l("One answer speaks to at most %(max)d comments.")),
        ],
    )
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
    version = IntegerField(
        widget=HiddenInput(),
        validators=[Optional(), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )


class PublishForm(Form):
    """The approver read that version of the answer."""

    version = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(INCOMPLETE), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )


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
