"""The forms of corrections and of suggestions for other laws."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.outreach.words import SETTLEMENTS
from app.web.forms import Form, LineField, TextField

MAX_WORDS = 5_000
TOO_LONG = _l("At most %(max)d characters fit here.")


class CorrectionForm(Form):
    """A claim that goes round, what the draft says, and where."""

    claim = TextField(
        _l("What is claimed"),
        description=_l("In your own words, without the name of anybody who says so."),
        validators=[
            DataRequired(_l("Write what is claimed.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )
    official = TextField(
        _l("What the draft says"),
        validators=[
            DataRequired(_l("Write what the draft says.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )
    anchor = SelectField(
        _l("The provision that says so"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose the provision: a correction has to cite one."))],
    )


class PublishForm(Form):
    """The second officer read the correction whose digest is `seen`."""

    seen = HiddenField()


class WithdrawForm(Form):
    """Why a published correction is taken back."""

    reason = TextField(
        _l("Why it is taken back"),
        validators=[
            DataRequired(_l("Say why: everybody can read it.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )


class SuggestionForm(Form):
    """What a comment asks of another law, and who could change that."""

    document = LineField(
        _l("Which law or document would have to change"),
        validators=[
            DataRequired(_l("Name the law or document.")),
            Length(max=300, message=TOO_LONG),
        ],
    )
    addressee = LineField(
        _l("Who could change it"),
        description=_l("The body the suggestion is sent to."),
        validators=[
            DataRequired(_l("Name the body that could change it.")),
            Length(max=200, message=TOO_LONG),
        ],
    )
    summary = TextField(
        _l("What is suggested"),
        validators=[
            DataRequired(_l("Write what is suggested.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )


class SettlementForm(Form):
    """What came of a suggestion."""

    outcome = RadioField(
        _l("What came of it"),
        choices=[SelectChoice(value.value, words) for value, words in SETTLEMENTS.items()],
        validators=[InputRequired(_l("Choose what came of it."))],
    )
    words = TextField(
        _l("In words"),
        validators=[
            DataRequired(_l("Say in a sentence what came of it.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )
