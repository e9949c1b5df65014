"""When comments end, on the clocks of readers elsewhere; Viet Nam's time is the one that binds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.consultations.models import Extension
from app.consultations.words import until
from app.extensions import db
from app.kit import clock
from app.kit.ics import Event, calendar
from app.site import heads
from app.site.heads import AnyRow
from app.site.translated import title
from app.web import locale, zones
from app.web.filters import on_the_clock, with_weekday, without_year

MINUTE = timedelta(minutes=1)
ALARMS = (timedelta(days=3), timedelta(days=1), timedelta(hours=3))


@dataclass(frozen=True)
class Elsewhere:
    """The last minute on the clocks of one place, in words."""

    place: str
    when: str
    offset: str
    apart: str
    other_day: str


class UnknownZoneError(Exception):
    """Raised when the address asks for a zone that there is not."""


def page(head: AnyRow, wanted: str, now: datetime) -> dict[str, Any]:
    """What `site/deadline.html` shows; raises UnknownZoneError."""
    zone = zones.known(wanted)
    if wanted and zone is None:
        raise UnknownZoneError
    return {
        **frame(head, now),
        "wanted": zone or "",
        "there": elsewhere(head.closes_at, (zone,)) if zone else None,
    }


def frame(head: AnyRow, now: datetime) -> dict[str, Any]:
    """What the page shows whatever zone was asked for."""
    here = heads.here(head)
    return {
        "head": head,
        "here": here,
        "title": title(head),
        "open": heads.is_open(head, now),
        "until": until(head.closes_at),
        "abroad": [elsewhere(head.closes_at, line) for line in clock.ZONES],
        "often": [zones.Zone(zone, zones.place((zone,))) for line in clock.ZONES for zone in line],
        "parts": zones.by_part(),
        "calendar_url": url_for("site.deadline_calendar", slug=head.slug, **here),
    }


def briefly(closes_at: datetime) -> list[tuple[str, str]]:
    """Where most readers abroad live, and what their clocks show at the last minute."""
    last = closes_at - timedelta.resolution
    return [
        (zones.place(line), on_the_clock(there, without_year))
        for line, there in clock.in_zones(last)
    ]


def elsewhere(closes_at: datetime, line: tuple[str, ...]) -> Elsewhere:
    """The last minute where the clocks of these zones agree."""
    last = closes_at - timedelta.resolution
    there, home = last.astimezone(ZoneInfo(line[0])), last.astimezone(clock.VN)
    return Elsewhere(
        zones.place(line),
        on_the_clock(there, with_weekday),
        offset(there),
        apart(there, home),
        _other_day((there.date() - home.date()).days),
    )


def offset(local: datetime) -> str:
    """How far a local time is from UTC on that day, daylight saving counted."""
    minutes = _minutes(local)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def apart(there: datetime, home: datetime) -> str:
    """How much earlier or later a clock shows the same instant than those of Viet Nam."""
    minutes = _minutes(there) - _minutes(home)
    if minutes == 0:
        return _("Same time as in Viet Nam")
    hours = abs(minutes) / 60
    # one and a half hours are written with the word that goes with two, in all these languages
    many = int(hours) if hours.is_integer() else 2
    if minutes < 0:
        words = ngettext(
            "%(hours)s hour earlier than in Viet Nam",
            "%(hours)s hours earlier than in Viet Nam",
            many,
            hours=format_decimal(hours),
        )
    else:
        words = ngettext(
            "%(hours)s hour later than in Viet Nam",
            "%(hours)s hours later than in Viet Nam",
            many,
            hours=format_decimal(hours),
        )
    return words


def _minutes(local: datetime) -> int:
    ahead = local.utcoffset()
    assert ahead is not None  # an aware time has one
    return int(ahead.total_seconds() // 60)


def _other_day(days: int) -> str:
    if days < 0:
        return _("There it is still the day before.")
    return _("There it is already the next day.") if days > 0 else ""


def file(head: AnyRow) -> str:
    """The end of the period as a calendar file."""
    query = select(func.count(), func.max(Extension.at)).where(
        Extension.consultation_id == head.consultation_id
    )
    times, last = db.session.execute(query).one()
    base: str = current_app.extensions["settings"].public_url
    draft = url_for("site.draft", slug=head.slug, **heads.here(head))
    called = title(head)
    told = _("Comments are taken until %(when)s.", when=until(head.closes_at))
    return calendar(
        Event(
            uid=f"{head.slug}.{head.round}@{urlsplit(base).hostname or 'localhost'}",
            # the minute before midnight: calendars would show midnight itself on the next day
            starts=head.closes_at - MINUTE,
            ends=head.closes_at,
            changed=last or head.opened_at,
            times_changed=times,
            summary=_("Last minute to comment: %(title)s", title=called.text),
            description=f"{told}\n{called.text}\n{base}{draft}",
            language=locale.current().code,
            url=f"{base}{draft}",
            alarms=ALARMS,
        )
    )
