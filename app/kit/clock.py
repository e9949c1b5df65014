"""The one clock: instants are UTC, dates are those of Viet Nam."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")

N_ = str  # marks a message id for the catalogues; the page translates it

# Where most overseas readers live; neighbours in one zone share a line.
ZONES: tuple[tuple[str, ZoneInfo], ...] = (
    (N_("Berlin, Prague"), ZoneInfo("Europe/Berlin")),
    (N_("Warsaw"), ZoneInfo("Europe/Warsaw")),
    (N_("London"), ZoneInfo("Europe/London")),
    (N_("Moscow"), ZoneInfo("Europe/Moscow")),
    (N_("Seoul, Tokyo"), ZoneInfo("Asia/Seoul")),
    (N_("Taipei"), ZoneInfo("Asia/Taipei")),
    (N_("Sydney"), ZoneInfo("Australia/Sydney")),
    (N_("California"), ZoneInfo("America/Los_Angeles")),
    (N_("Texas"), ZoneInfo("America/Chicago")),
    (N_("Toronto"), ZoneInfo("America/Toronto")),
)


def now() -> datetime:
    """Return the present instant in UTC; nothing else in the portal asks the system clock."""
    return datetime.now(UTC)


def vn_date(instant: datetime) -> date:
    """Return the date in Viet Nam at an aware instant; a naive one is a ValueError."""
    return _aware(instant).astimezone(VN).date()


def vn_midnight(day: date) -> datetime:
    """Return the instant, in UTC, at which `day` begins in Viet Nam."""
    return datetime.combine(day, time(), VN).astimezone(UTC)


def in_zones(instant: datetime) -> list[tuple[str, datetime]]:
    """Return the instant on the clocks of `ZONES`, as (message id of the cities, local time)."""
    _aware(instant)
    return [(cities, instant.astimezone(zone)) for cities, zone in ZONES]


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:  # astimezone would silently take it for the server's own time
        raise ValueError("an instant needs a time zone")
    return instant
