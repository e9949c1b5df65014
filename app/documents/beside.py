"""What the page shows of the units of one screen: beside the file, with doubts and controls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.models import DraftVersion
from app.documents.nodes import Kind
from app.documents.numbers import label
from app.documents.placing import RANK
from app.documents.repair import TITLED
from app.documents.repair_words import Suggestion, next_number, suggestion
from app.documents.screens import SHOWN, Screen, bands, screens
from app.documents.units import Line
from app.documents.versions import Row, stored
from app.documents.words import doubt, unit

WORDS = 48  # letters of a paragraph in a list
CELLS = 12  # rows of a table


@dataclass(frozen=True)
class Told:
    """A doubt in words, the line it is about, its unit, and what would settle it."""

    words: str
    line: int
    anchor: str
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Unit:
    """One unit with what can be done to it.

    `places` are (value, first words) of the paragraphs it can be split at; `following` is the kind
    and number of a unit that would come next.
    """

    row: Row
    label: str
    name: str
    paragraphs: list[str]
    more: int
    cells: list[list[str]]
    places: list[tuple[str, str]]
    following: tuple[str, str]
    doubts: list[Told]
    first: bool
    titled: bool


@dataclass(frozen=True)
class Stretch:
    """Lines of the file, how many more there are, and the units read from them."""

    lines: Sequence[Line]
    more: int
    units: list[Unit]


@dataclass(frozen=True)
class Page:
    """One screen of the text, with the ways to the others and all doubts.

    `coming` is the anchor of the doubt behind the unit that was asked for, or of the first.
    """

    screens: list[Screen]
    at: int
    stretches: list[Stretch]
    doubts: list[Told]
    coming: str
    here: frozenset[str]
    readable: bool

    @property
    def screen(self) -> Screen:
        """The screen that is shown."""
        return self.screens[self.at]


def page(version: DraftVersion, lines: Sequence[Line], anchor: str) -> Page:
    """The screen with the unit of that anchor, or the first, beside the lines of the file."""
    rows = stored(version)
    found = screens(rows)
    place = next((n for n, row in enumerate(rows) if row.anchor == anchor), 0)
    at = next(n for n, screen in enumerate(found) if place < screen.stop or n == len(found) - 1)
    screen = found[at]
    about: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in version.doubts:
        about[one.get("anchor", "")].append(one)
    article = _article(rows, screen.start)
    stretches = []
    for band in bands(rows, screen, lines):
        units = []
        for row in band.rows:
            article = row if row.kind is Kind.ARTICLE else article
            units.append(_unit(row, band.lines, about[row.anchor], article, row is rows[0]))
        stretches.append(Stretch(band.lines, band.more, units))
    return Page(
        screens=found,
        at=at,
        stretches=stretches,
        doubts=[_told(one) for one in version.doubts],
        coming=_coming(version.doubts, rows[place] if rows else None),
        here=frozenset(row.anchor for row in rows[screen.start : screen.stop]),
        readable=bool(lines),
    )


def _article(rows: Sequence[Row], before: int) -> Row | None:
    return next((row for row in reversed(rows[:before]) if row.kind is Kind.ARTICLE), None)


def _coming(doubts: Sequence[dict[str, Any]], row: Row | None) -> str:
    placed = [one for one in doubts if one.get("anchor")]
    others = [one for one in placed if row is None or one["anchor"] != row.anchor]
    behind = [one for one in others if row and one["line"] >= row.line]
    return next((str(one["anchor"]) for one in [*behind, *others, *placed]), "")


def _told(one: dict[str, Any], to: Suggestion | None = None) -> Told:
    return Told(doubt(one["code"], one["facts"]), one["line"], one.get("anchor", ""), to)


def _unit(
    row: Row,
    lines: Sequence[Line],
    doubts: Sequence[dict[str, Any]],
    article: Row | None,
    first: bool,
) -> Unit:
    paragraphs = [one for one in row.text.split("\n") if one]
    at = {line.text: line.line for line in lines}
    inner = Kind.CLAUSE if row.kind is Kind.ARTICLE else row.kind
    inner = inner if inner is not Kind.TABLE else Kind.CLAUSE
    number = "1" if inner is not row.kind else next_number(row)
    name = unit(row.kind, row.number)
    return Unit(
        row=row,
        label="" if row.kind is Kind.TABLE else row.label or label(row.kind, row.number),
        name=name[:1].upper() + name[1:],
        paragraphs=paragraphs[:SHOWN],
        more=max(0, len(paragraphs) - SHOWN),
        cells=row.rows[:CELLS],
        places=[(f"{n}.{at.get(one, 0)}", _short(one)) for n, one in enumerate(paragraphs[:SHOWN])],
        following=(inner.value, number),
        doubts=[_told(one, suggestion(one, row, article)) for one in doubts],
        first=first,
        titled=row.kind in TITLED and RANK[row.kind] <= RANK[Kind.ARTICLE],
    )


def _short(text: str) -> str:
    return text if len(text) <= WORDS else text[:WORDS].rsplit(" ", 1)[0] + " …"
