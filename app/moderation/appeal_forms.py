"""The forms of an appeal, and of the answer to it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.moderation.appeals import MAX_WORDS, AppealOutcome
from app.moderation.forms import CoverFields
from app.web.forms import Form, TextField

MIN_REPLY = 20
LABELS = {
    AppealOutcome.OVERTURNED: _l("Publish the comment after all"),
    AppealOutcome.UPHELD: _l("The comment stays withheld"),
}


class AppealForm(Form):
    """What an author says against the withholding."""

    words = TextField(
        _l("Why should it be published?"),
        validators=[
            DataRequired(_l("Say in a few words why the comment should be published.")),
            Length(max=MAX_WORDS, message=_l("At most %(max)d characters fit here.")),
        ],
    )


class DecisionForm(CoverFields, Form):
    """The answer of the person who looked again."""

    outcome = RadioField(
        _l("Decision"),
        choices=[SelectChoice(value.value, words) for value, words in LABELS.items()],
        validators=[InputRequired(_l("Choose a decision."))],
    )
    reply = TextField(
        _l("Answer to the author"),
        validators=[
            DataRequired(_l("Answer the author in words.")),
            Length(
                MIN_REPLY,
                MAX_WORDS,
                message=_l("The answer has from %(min)d to %(max)d characters."),
            ),
        ],
    )
