"""Calendar files say what was meant, whatever signs it holds, in lines that calendars take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kit.ics import LINE, Event, calendar, escaped, folded

WORDS = st.text(st.sampled_from('aề한😀,;\\:n\n\r\x07" '), max_size=200)
STARTS = datetime(2026, 6, 5, 16, 59, tzinfo=UTC)


def event(**words: object) -> Event:
    return Event(
        **{
            "uid": "x.1@example.vn",
            "starts": STARTS,
            "ends": STARTS + timedelta(minutes=1),
            "changed": STARTS - timedelta(days=30),
            "times_changed": 2,
            "summary": "Hạn góp ý",
            "description": "",
            "language": "vi",
            "url": "https://example.vn/x",
            "alarms": (timedelta(days=1), timedelta(minutes=90)),
            **words,
        }
    )


def read(value: str) -> str:
    """A value as a calendar reads it."""
    out, signs = [], iter(value)
    for sign in signs:
        if sign == "\\":
            sign = next(signs).replace("n", "\n")
        out.append(sign)
    return "".join(out)


@given(WORDS)
def test_no_line_is_too_long_and_no_character_is_cut(line):
    pieces = folded(line.replace("\n", "").replace("\r", "")).split("\r\n")
    assert all(len(piece.encode()) <= LINE for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    unfolded = pieces[0] + "".join(piece[1:] for piece in pieces[1:])
    assert unfolded == line.replace("\n", "").replace("\r", "")


@given(WORDS)
def test_words_are_read_as_they_were_meant(words):
    value = escaped(words)
    assert "\n" not in value
    meant = words.replace("\r\n", "\n").replace("\r", "\n").replace("\x07", "")
    assert read(value) == meant


@given(WORDS, WORDS)
def test_no_words_can_add_a_line_of_their_own(summary, description):
    text = calendar(event(summary=summary, description=description))
    names = [
        line.partition(":")[0].partition(";")[0] for line in text.replace("\r\n ", "").split("\r\n")
    ]
    assert names == [
        *("BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD"),
        *("BEGIN", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND"),
        *("SUMMARY", "DESCRIPTION", "URL", "TRANSP"),
        *("BEGIN", "ACTION", "TRIGGER", "DESCRIPTION", "END") * 2,
        *("END", "END", ""),
    ]


def test_instants_are_in_utc_and_alarms_before_them():
    text = calendar(event(starts=STARTS.astimezone(tz=None)))
    assert "DTSTART:20260605T165900Z\r\n" in text
    assert "DTEND:20260605T170000Z\r\n" in text
    assert "TRIGGER:-P1D\r\n" in text
    assert "TRIGGER:-PT90M\r\n" in text
    assert "SUMMARY;LANGUAGE=vi:Hạn góp ý\r\n" in text
