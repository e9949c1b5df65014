"""The clock of a closed comment period: how much is answered, by when it was promised, how late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.consultations import rules
from app.consultations.models import AnswerRule
from app.consultations.period import Calendar, due_on
from app.kit import clock


@dataclass(frozen=True)
class Clock:
    """One closed comment period: how much of it is answered, and by when it was promised."""

    published: int
    answered: int
    closed_on: date
    days_since: int
    due_on: date | None
    overdue_days: int

    @property
    def owed(self) -> int:
        """Public comments without a published answer."""
        return self.published - self.answered

    @property
    def percent(self) -> int:
        """Whole per cent answered, rounded down: 100 is said of all only."""
        return 100 * self.answered // self.published if self.published else 100


class Clocks:
    """The promises and the calendar as they are today, read once for a whole list."""

    def __init__(self, now: datetime) -> None:
        self.today = clock.vn_date(now)
        self.rules: Sequence[AnswerRule] = rules.answer_rules()
        self.calendar: Calendar = rules.calendar()

    def of(self, document_type: str, ended_at: datetime, published: int, answered: int) -> Clock:
        """The clock of a period that ended at that instant."""
        closed = clock.vn_date(ended_at - timedelta.resolution)
        days = rules.answer_days(self.rules, document_type, closed)
        due = due_on(closed, days, self.calendar) if days is not None else None
        late = (self.today - due).days if due is not None and answered < published else 0
        return Clock(
            published=published,
            # an author may take a comment back that was answered before its period ended
            answered=min(answered, published),
            closed_on=closed,
            days_since=(self.today - closed).days,
            due_on=due,
            overdue_days=max(0, late),
        )
