"""Calendar files (RFC 5545): one event with its alarms, as text that every calendar reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE = 75  # octets, without the line break
_special = re.compile(r"[\\;,]")
_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """What the file says: aware instants, plain words, the language they are in."""

    uid: str
    starts: datetime
    ends: datetime
    changed: datetime
    times_changed: int
    summary: str
    description: str
    language: str
    url: str
    alarms: Sequence[timedelta] = ()  # so long before it starts


def calendar(event: Event) -> str:
    """The whole file; it ends each line, the last as well, as the standard wants."""
    return "".join(f"{folded(line)}\r\n" for line in _lines(event))


def _lines(event: Event) -> Iterator[str]:
    summary = escaped(event.summary)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Gop Y//Consultations//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{instant(event.changed)}"
    yield f"LAST-MODIFIED:{instant(event.changed)}"
    yield f"SEQUENCE:{event.times_changed}"
    yield f"DTSTART:{instant(event.starts)}"
    yield f"DTEND:{instant(event.ends)}"
    yield f"SUMMARY;LANGUAGE={event.language}:{summary}"
    yield f"DESCRIPTION;LANGUAGE={event.language}:{escaped(event.description)}"
    yield f"URL:{_control.sub('', event.url)}"
    yield "TRANSP:TRANSPARENT"
    for before in event.alarms:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-{_duration(before)}")
        yield from (f"DESCRIPTION;LANGUAGE={event.language}:{summary}", "END:VALARM")
    yield from ("END:VEVENT", "END:VCALENDAR")


def instant(at: datetime) -> str:
    """The aware instant in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _duration(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"P{minutes // 1440}D" if minutes % 1440 == 0 else f"PT{minutes}M"


def escaped(text: str) -> str:
    """Words as a value: signs that have a meaning there lose it, lines stay apart."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return r"\n".join(_special.sub(r"\\\g<0>", _control.sub("", line)) for line in lines)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    pieces, room, piece = [], LINE, ""
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LINE - 1  # what goes on begins with a space
        piece, room = piece + sign, room - size
    return "\r\n ".join([*pieces, piece])
