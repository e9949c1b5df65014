"""The forms of a decision: publish, or withhold with a reason and a sentence."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.accounts.models import Officer
from app.comments.models import Comment
from app.moderation import decide
from app.moderation.reasons import LABELS, Reason
from app.web.forms import Form, TextField

INCOMPLETE = _l("The form was incomplete. Send it once more.")
MIN_SENTENCE = 10
MAX_SENTENCE = 2000


class PublishForm(Form):
    """The moderator saw that version of the comment and lets it be public."""

    version = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(INCOMPLETE), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )

    def carry_out(self, comment: Comment, officer: Officer, now: datetime) -> None:
        """The comment is published; raises StaleError when somebody was faster."""
        decide.publish(comment, self.version.data or 0, officer, now)


class WithholdForm(PublishForm):
    """The comment breaks one of the public rules, and its author is told which and how."""

    reason = RadioField(
        _l("Which rule does it break?"),
        choices=[SelectChoice(reason.value, words) for reason, words in LABELS.items()],
        validators=[InputRequired(_l("Choose the rule that it breaks."))],
    )
    sentence = TextField(
        _l("Sentence to the author"),
        validators=[
            InputRequired(_l("Tell the author in a sentence what breaks the rule.")),
            Length(
                MIN_SENTENCE,
                MAX_SENTENCE,
                message=_l("The sentence has from %(min)d to %(max)d characters."),
            ),
        ],
    )

    def carry_out(self, comment: Comment, officer: Officer, now: datetime) -> None:
        """The comment is withheld; raises StaleError when somebody was faster."""
        reason, sentence = Reason(self.reason.data), self.sentence.data or ""
        decide.withhold(comment, self.version.data or 0, reason, sentence, officer, now)
