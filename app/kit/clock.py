"""The one clock: instants are UTC, dates are those of Viet Nam."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")

N_ = str  # marks a message id for the catalogues; the page translates it

# Where most overseas readers live; places whose clocks always agree share a line.
ZONES: tuple[tuple[str, ...], ...] = (
    ("Europe/Berlin", "Europe/Paris", "Europe/Prague", "Europe/Warsaw"),
    ("Europe/London",),
    ("Europe/Moscow",),
    ("Asia/Seoul", "Asia/Tokyo"),
    ("Asia/Taipei", "Asia/Kuala_Lumpur", "Asia/Singapore"),
    ("Asia/Bangkok", "Asia/Phnom_Penh", "Asia/Vientiane"),
    ("Australia/Sydney", "Australia/Melbourne"),
    ("America/Los_Angeles",),
    ("America/Vancouver",),
    ("America/Chicago",),
    ("America/New_York", "America/Toronto"),
)
# Where people name the land they live in and not the city the zone is called after
REGIONS = {"America/Los_Angeles": N_("California"), "America/Chicago": N_("Texas")}


def now() -> datetime:
    """Return the present instant in UTC; nothing else in the portal asks the system clock."""
    return datetime.now(UTC)


def vn_date(instant: datetime) -> date:
    """Return the date in Viet Nam at an aware instant; a naive one is a ValueError."""
    return _aware(instant).astimezone(VN).date()


def vn_midnight(day: date) -> datetime:
    """Return the instant, in UTC, at which `day` begins in Viet Nam."""
    return datetime.combine(day, time(), VN).astimezone(UTC)


def in_zones(instant: datetime) -> list[tuple[tuple[str, ...], datetime]]:
    """Return the instant on the clocks of `ZONES`, as (IANA names of one line, local time)."""
    _aware(instant)
    return [(line, instant.astimezone(_zone(line[0]))) for line in ZONES]


# the standard library remembers eight zones and reads every further one from its file each time
@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:  # astimezone would silently take it for the server's own time
        raise ValueError("an instant needs a time zone")
    return instant
