"""A long text cut into screens, and beside the units of one screen the lines of the file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from app.documents.nodes import Kind
from app.documents.placing import RANK
from app.documents.units import Line
from app.documents.versions import Row
from app.documents.words import unit

UNITS = 24  # on one screen; an article is not cut for less than MOST
MOST = 40
LETTERS = 20_000  # of text on one screen
SHOWN = 60  # lines, or paragraphs of one unit; what is split off behind them is shown then


@dataclass(frozen=True)
class Screen:
    """The units from `start` up to `stop`, named by the first and last that readers cite."""

    start: int
    stop: int
    name: str
    anchor: str


@dataclass
class Band:
    """Lines of the file and the units that were read from them; `more` lines are not shown."""

    lines: Sequence[Line]
    more: int
    rows: list[Row] = field(default_factory=list)


def screens(rows: Sequence[Row]) -> list[Screen]:
    """All units in order, whole articles together as far as they fit on a screen."""
    cuts = [0]
    letters = 0
    for at, row in enumerate(rows):
        size = len(row.heading) + len(row.text)
        count = at - cuts[-1]
        full = count >= UNITS or letters + size > LETTERS
        if count and ((full and _begins(rows, at)) or count >= MOST or letters > 2 * LETTERS):
            cuts.append(at)
            letters = 0
        letters += size
    stops = [*cuts[1:], len(rows)]
    return [
        Screen(start, stop, _name(rows, start, stop), rows[start].anchor if rows else "")
        for start, stop in zip(cuts, stops, strict=True)
    ]


def bands(rows: Sequence[Row], screen: Screen, lines: Sequence[Line]) -> list[Band]:
    """The lines of the screen, each stretch with the units that begin on its first line.

    What stands before the first unit of all is a band without units.
    """
    numbers = [line.line for line in lines]
    starts = sorted({row.line for row in rows[screen.start : screen.stop]})
    first = 0 if screen.start == 0 else starts[0]
    end = rows[screen.stop].line if screen.stop < len(rows) else numbers[-1] + 1 if lines else 0
    edges = [first, *(start for start in starts if start > first), end]
    found = []
    for begin, stop in pairwise(edges):
        stretch = lines[bisect_left(numbers, begin) : bisect_left(numbers, stop)]
        of = [row for row in rows[screen.start : screen.stop] if row.line == begin]
        if stretch or of:
            found.append(Band(stretch[:SHOWN], max(0, len(stretch) - SHOWN), of))
    return found


def _begins(rows: Sequence[Row], at: int) -> bool:
    """True where a screen may begin: at an article, or at the headings over it."""
    wide = RANK[rows[at].kind] <= RANK[Kind.ARTICLE]
    return wide and RANK[rows[at - 1].kind] >= RANK[Kind.ARTICLE]


def _name(rows: Sequence[Row], start: int, stop: int) -> str:
    cited = [row for row in rows[start:stop] if row.kind in (Kind.ARTICLE, Kind.ANNEX)]
    shown = cited or [*rows[start : start + 1]]
    names = [unit(row.kind, row.number) for row in shown]
    if start and RANK[rows[start].kind] > RANK[Kind.ARTICLE]:
        first = [unit(rows[start].kind, rows[start].number)]
        over = (row for row in reversed(rows[:start]) if RANK[row.kind] <= RANK[Kind.ARTICLE])
        above = [unit(row.kind, row.number) for row in islice(over, 1)]
        names = [", ".join([*above, *first]), *(names if cited else [])]
    return " – ".join(dict.fromkeys([*names[:1], *names[-1:]]))
