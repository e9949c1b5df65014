"""How long a comment period lasts and when it ends.

Civil Code 91/2015/QH13 art. 147 and 148: the first day is not counted, every calendar day after
it is, a last day that is not worked gives way to the next working day, and the period ends at
24:00 of that day in Viet Nam.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.kit.clock import vn_date, vn_midnight

PORTAL_DEFAULT_DAYS = 30  # the promise of the programme, stricter than the law; a setting
SHORTENED_MIN_DAYS = 3  # Law 64/2025/QH15 art. 51.4b; the dated row goes before it

_day = timedelta(days=1)
_saturday = 5


class Procedure(StrEnum):
    ORDINARY = "ordinary"
    SHORTENED = "shortened"


@dataclass(frozen=True)
class Calendar:
    """The days that differ from an ordinary week: days off, and weekend days that are worked.

    A day listed as both is off, because a later end takes nothing from anybody.
    """

    off: frozenset[date] = field(default_factory=frozenset)
    working: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        return day not in self.off and (day.weekday() < _saturday or day in self.working)


@dataclass(frozen=True)
class Period:
    """A comment period: open until `closes_at` (UTC, itself no longer inside)."""

    posted_on: date
    days: int
    raw_day: date  # day N, before it gives way to a working day
    last_day: date
    closes_at: datetime


class PeriodTooShort(ValueError):  # noqa: N818 - said as the rule it breaks
    """Fewer days were asked than the rule gives; `basis` is the citation to show."""

    def __init__(self, asked: int, minimum: int, basis: str) -> None:
        super().__init__(f"{asked} days asked, at least {minimum} due under {basis}")
        self.asked = asked
        self.minimum = minimum
        self.basis = basis


def period(posted_at: datetime, days: int, calendar: Calendar) -> Period:
    """Return the period of `days` calendar days that follows the instant a draft became public.

    `posted_at` is aware; fewer than one day is a ValueError. Civil Code art. 147.2, 147.3, 148.5
    and 148.6.
    """
    if days < 1:
        raise ValueError("a comment period lasts at least one day")
    posted_on = vn_date(posted_at)
    last_day = due_on(posted_on, days, calendar)
    return Period(posted_on, days, posted_on + days * _day, last_day, end_of(last_day))


def due_on(day: date, days: int, calendar: Calendar) -> date:
    """Return the last day of `days` calendar days after `day`, moved on to a working day."""
    last = day + days * _day
    while not calendar.is_working(last):
        last += _day
    return last


def working_days_after(day: date, days: int, calendar: Calendar) -> date:
    """Return the `days`-th working day after `day`, itself not counted; `day` for none."""
    while days > 0:
        day += _day
        days -= calendar.is_working(day)
    return day


def end_of(last_day: date) -> datetime:
    """Return 24:00 of a day in Viet Nam, in UTC: the instant at which "by that day" is over."""
    return vn_midnight(last_day + _day)


def last_day_before(day: date) -> date:
    """Return the last day of a period that ends "before" a day, or before the month it begins."""
    return day - _day


def days_left(closes_at: datetime, now: datetime) -> int:
    """Return how many days, today included, still take comments: 1 on the last, 0 when over."""
    return max(0, (vn_date(closes_at) - vn_date(now)).days)


def required_days(
    legal_min: int,
    portal_default: int = PORTAL_DEFAULT_DAYS,
    procedure: Procedure = Procedure.ORDINARY,
    shortened_min: int = SHORTENED_MIN_DAYS,
) -> int:
    """Return the fewest days a consultation may last.

    The law's minimum or the portal's own promise, whichever is longer; under the shortened
    procedure neither binds, and only the time owed to those asked in writing is left.
    """
    if procedure is Procedure.SHORTENED:
        return shortened_min
    return max(legal_min, portal_default)


def require_days(asked: int, minimum: int, basis: str) -> None:
    """Raise `PeriodTooShort` unless at least `minimum` days were asked."""
    if asked < minimum:
        raise PeriodTooShort(asked, minimum, basis)
