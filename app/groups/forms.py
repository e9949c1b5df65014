"""The forms of the steps: what was chosen, and how it stood when it was looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from app.accounts.models import Officer
from app.groups.models import GroupSuggestion
from app.groups.steps import Kind, confirm, refuse
from app.groups.words import NO_SUCH_GROUP
from app.web.forms import Form

INCOMPLETE = _l("The form was incomplete. Send it once more.")
LARGEST = 2**31 - 1
SEEN = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")


def seen(group: Any) -> str:
    """A group as a form sends it: its number, and the step that shaped it last."""
    return f"{group.id}.{group.step_id or 0}"


class SeenField(Field):
    """Groups by number, each with the step that had shaped it when the page was made."""

    data: dict[int, int]
    widget = HiddenInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        found = [SEEN.fullmatch(value) for value in valuelist]
        self.data = {int(match[1]): int(match[2]) for match in found if match}


def _number(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("no comment has that number")
    return number


class MergeForm(Form):
    """Groups that are to be one."""

    group = SeenField(default=dict)


class SeenForm(Form):
    """What the officer wants of one group, as it stood when the page was made."""

    seen = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(INCOMPLETE), NumberRange(0, LARGEST, message=INCOMPLETE)],
    )


class JoinForm(SeenForm):
    """Another group, told by its number, is to be part of this one."""

    other = IntegerField(
        _l("Number of the other group"),
        validators=[
            InputRequired(_l("Type the number of the other group.")),
            NumberRange(1, LARGEST, message=NO_SUCH_GROUP),
        ],
    )


class SplitForm(SeenForm):
    """Comments that are to leave their group."""

    comment = SelectMultipleField(
        _l("Comments to split off"), coerce=_number, validate_choice=False
    )


class SayForm(Form):
    """Whether two make the same argument."""

    said = RadioField(
        _l("Do they make the same argument?"),
        choices=[
            SelectChoice(Kind.CONFIRMED.value, _l("Yes, the same")),
            SelectChoice(Kind.REFUSED.value, _l("No")),
        ],
        validators=[InputRequired(_l("Say whether they make the same argument."))],
    )

    def carry_out(self, asked: GroupSuggestion, officer: Officer, now: datetime) -> None:
        """What was said is kept; raises ChangedError when somebody was faster."""
        act = confirm if self.said.data == Kind.CONFIRMED else refuse
        act(asked, officer, now)


class UndoForm(Form):
    """A step is to be taken back; it carries nothing but its token."""
