"""Words of the law on a page: marked where an article first uses them, explained behind the text.

A mark is a link into the list behind the text, because a link works on the oldest phone, by
keyboard and without a script, and Back leads home; a native popover would need a button with a
script-free `popovertarget`, which older browsers show as a button that does nothing. Where there
is a script, `reading.js` shows the same explanation in place instead of going there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from app.documents.terms import Place, Term, find, terms
from app.kit.collation import vietnamese
from app.site.cut import Line, Unit
from app.web import locale
from app.web.phrases import Phrase, named

VIETNAMESE = locale.DEFAULT.code
MARK = Markup('<a href="#term-{}">{}</a>')
# In a longer law each chapter, not each article, marks a word anew: its page must stay light
LONG = 60
Marked = Mapping[str, Sequence[Unit]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as a page lists it; `at` are the parts whose first use of it is marked."""

    code: str
    name: str
    meant: Phrase  # its name on a page that is not Vietnamese
    explained: Phrase
    at: Sequence[Unit] = ()


def mark(units: Sequence[Unit]) -> Marked:
    """The terms in the Vietnamese lines of the units are marked, once a part; who has which."""
    found: dict[str, list[Unit]] = {}
    long = len(units) > LONG
    seen: set[str] = set()
    for unit in units:
        if not long or unit.level == 2:
            seen = set()
        before = set(seen)
        unit.lines = [_line(line, seen) for line in unit.lines]
        for code in seen - before:
            found.setdefault(code, []).append(unit)
    return found


def _line(line: Line, seen: set[str]) -> Line:
    if not any(one.lang == VIETNAMESE for one in line.paragraphs):
        return line
    return replace(line, paragraphs=tuple(_marked(one, seen) for one in line.paragraphs))


def _marked(words: Phrase, seen: set[str]) -> Phrase:
    if words.lang != VIETNAMESE:
        return words
    first: list[Place] = []
    for place in find(words.text):
        if place.term.code not in seen:
            seen.add(place.term.code)
            first.append(place)
    return Phrase(_markup(words.text, first), VIETNAMESE) if first else words


def _markup(text: str, places: Sequence[Place]) -> Markup:
    pieces, end = [], 0
    for place in places:
        pieces += [
            escape(text[end : place.start]),
            MARK.format(place.term.code, text[place.start : place.end]),
        ]
        end = place.end
    return Markup("").join([*pieces, escape(text[end:])])


def entries(marked: Marked, only: Unit | None = None) -> list[Entry]:
    """What a page explains: the terms marked in its text, or in one unit of it, by name."""
    return _sorted(
        [
            _entry(terms()[code], units if only is None else [only])
            for code, units in marked.items()
            if only is None or any(unit is only for unit in units)
        ]
    )


def _entry(term: Term, at: Sequence[Unit] = ()) -> Entry:
    if locale.current() is locale.DEFAULT:
        return Entry(term.code, term.name, Phrase("", ""), Phrase(term.vi, VIETNAMESE), at)
    meant = named(term.name, term.name_en)
    return Entry(term.code, term.name, meant, Phrase(term.en, "en"), at)


def _sorted(found: list[Entry]) -> list[Entry]:
    return sorted(found, key=lambda entry: vietnamese(entry.name))


def every() -> list[Entry]:
    """All that is explained."""
    return _sorted([_entry(term) for term in terms().values()])
