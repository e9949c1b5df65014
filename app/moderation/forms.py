"""The forms of a decision: publish with or without covers, withhold, confirm what was proposed."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.accounts.models import Officer
from app.comments.models import Comment
from app.kit.text import clean, shorten
from app.moderation import decide
from app.moderation.masks import PROBLEMS, Asked, Field, MaskError, words
from app.moderation.models import Outcome
from app.moderation.reasons import LABELS, MASKABLE, Reason
from app.web.forms import Form, TextField

INCOMPLETE = _l("The form was incomplete. Send it once more.")
MIN_SENTENCE = 10
MAX_SENTENCE = 2000
MAX_PASSAGES = 20_000
# which words, from where up to where, for which reason
MARK = re.compile(r"(body|wording|name):([0-9]{1,7}):([0-9]{1,7}):([a-z_]{1,40})")


class RefusedError(Exception):
    """Raised when a decision cannot be carried out as asked; its text says why to people."""


class DecisionForm(Form):
    """The moderator saw that version of the comment."""

    version = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(INCOMPLETE), NumberRange(1, 2**31 - 1, message=INCOMPLETE)],
    )

    @property
    def seen(self) -> int:
        """The version of the comment that the moderator looked at."""
        return self.version.data or 0


class CoverFields:
    """The passages to cover where a comment becomes public."""

    mask = SelectMultipleField(validate_choice=False)
    passages = TextField(
        _l("Other words to cover"),
        validators=[Length(max=MAX_PASSAGES, message=_l("This is too long."))],
    )
    why = SelectField(
        _l("Cover them because of"),
        choices=[
            SelectChoice(reason.value, words)
            for reason, words in LABELS.items()
            if reason in MASKABLE
        ],
        default=Reason.PERSONAL_DATA.value,
        validators=[Optional()],
    )

    def asked(self, comment: Comment) -> list[Asked]:
        """The passages to cover: those ticked, and those typed one a line.

        Raises RefusedError with a sentence for people about a line that the comment does not hold.
        """
        marks = [MARK.fullmatch(mark) for mark in self.mask.data or []]
        found = [Asked(m[1], int(m[2]), int(m[3]), m[4]) for m in marks if m]
        for line in (self.passages.data or "").split("\n"):
            if line.strip():
                found.append(_place(comment, clean(line).strip(), self.why.data))
        return list(dict.fromkeys(found))


class PublishForm(CoverFields, DecisionForm):
    """The comment may be public, as a whole or with passages covered."""

    def carry_out(self, comment: Comment, officer: Officer, now: datetime) -> tuple[Outcome, int]:
        """The comment is published; the outcome and how many passages were asked to be covered.

        Raises StaleError, NotLeasedError, and RefusedError where a passage cannot be covered.
        """
        asked = self.asked(comment)
        try:
            decide.publish(comment, self.seen, officer, now, asked)
        except MaskError as wrong:
            raise RefusedError(str(PROBLEMS[wrong.problem])) from wrong
        return Outcome.PUBLISHED, len(asked)


class ReasonFields:
    """Which of the public rules is broken, and the words in which the author is told."""

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
    borderline = BooleanField(_l("I am not sure: a second person decides"))


class WithholdForm(ReasonFields, DecisionForm):
    """The comment breaks one of the public rules, and its author is told which and how."""

    def carry_out(self, comment: Comment, officer: Officer, now: datetime) -> tuple[Outcome, int]:
        """The comment is withheld or that is proposed; raises StaleError, NotLeasedError."""
        outcome = decide.withhold(
            comment,
            self.seen,
            Reason(self.reason.data),
            self.sentence.data or "",
            officer,
            now,
            borderline=bool(self.borderline.data),
        )
        return outcome, 0


class ConfirmForm(DecisionForm):
    """A second person withholds what a colleague proposed to withhold."""

    def carry_out(self, comment: Comment, officer: Officer, now: datetime) -> tuple[Outcome, int]:
        """The comment is withheld; raises StaleError, NotLeasedError, and RefusedError where the
        officer is the one who proposed it or nobody did."""
        try:
            decide.confirm(comment, self.seen, officer, now)
        except decide.SamePersonError as wrong:
            raise RefusedError(_("You proposed it yourself. A second person decides.")) from wrong
        except decide.NothingProposedError as wrong:
            raise RefusedError(_("Nobody proposes to withhold this comment.")) from wrong
        return Outcome.WITHHELD, 0


Deciding = PublishForm | WithholdForm | ConfirmForm
FORMS: dict[str, type[Deciding]] = {
    "publish": PublishForm,
    "withhold": WithholdForm,
    "confirm": ConfirmForm,
}


def _place(comment: Comment, line: str, reason: str) -> Asked:
    """Where the line stands; covers of the same words elsewhere follow by themselves."""
    for field, text in words(comment).items():
        at = text.find(line)
        if at >= 0:
            return Asked(Field(field).value, at, at + len(line), reason)
    raise RefusedError(
        _("“%(words)s” does not stand in the comment like that.", words=shorten(line, 60))
    )
