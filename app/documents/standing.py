"""Which doubts a repaired text still leaves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from app.documents.doubts import find_doubts
from app.documents.nodes import DoubtCode, Kind, Node
from app.documents.placing import RANK
from app.documents.versions import Row

# What the units themselves show; every other doubt only the reader of the file could have.
SEEN_IN_UNITS = frozenset(
    {
        DoubtCode.NUMBER_GAP,
        DoubtCode.NUMBER_REPEATED,
        DoubtCode.LETTER_GAP,
        DoubtCode.LETTER_REPEATED,
        DoubtCode.EMPTY_UNIT,
        DoubtCode.LONG_HEADING,
    }
)
Stored = dict[str, Any]


def standing(
    rows: Sequence[Row], told: Sequence[Stored], touched: range = range(0)
) -> tuple[list[Stored], list[Stored]]:
    """The doubts about the rows as they are stored, and those of `told` that are over.

    Doubts about numbers and empty units are found anew, unless the file lost all its numbers. Of
    what the reader of the file was unsure a doubt stands while its words stand where they stood;
    `touched` are the lines of the file that were just repaired, and an open quotation there has
    been looked at.
    """
    lines = [row.line for row in rows]
    bare = all(row.kind is not Kind.ARTICLE for row in rows)
    uncounted = bare and any(doubt["code"] == DoubtCode.NUMBERS_LOST for doubt in told)
    fresh = () if uncounted else _fresh(rows)
    doubts = [_stored(rows, doubt.code, doubt.line, doubt.facts) for doubt in fresh]
    over = []
    for doubt in told:
        if doubt["code"] in SEEN_IN_UNITS:
            continue
        at = bisect_right(lines, doubt["line"])
        units = rows[bisect_left(lines, rows[at - 1].line) : at] if at else []
        if _stands(doubt, units, rows, touched):
            doubts.append(doubt | {"anchor": units[-1].anchor if units else ""})
        else:
            over.append(doubt)
    return sorted(doubts, key=lambda doubt: (doubt["line"], doubt["code"])), over


def _fresh(rows: Sequence[Row]) -> Sequence[Any]:
    """Doubts about the rows, each with the index of its row as line."""
    return find_doubts(_nodes(rows))


def _stored(rows: Sequence[Row], code: DoubtCode, at: int, facts: Stored) -> Stored:
    return {
        "code": code.value,
        "line": rows[at].line,
        "anchor": rows[at].anchor,
        "facts": dict(facts),
    }


def _nodes(rows: Sequence[Row]) -> tuple[Node, ...]:
    """The rows as a tree; every node has the index of its row as line."""
    children: list[list[Node]] = [[]]  # of the unit open at each depth, from the last row back
    for at in range(len(rows) - 1, -1, -1):
        row = rows[at]
        while len(children) < row.depth + 2:
            children.append([])
        under = tuple(reversed(children[row.depth + 1]))
        children[row.depth + 1] = []
        cells = tuple(tuple(cells) for cells in row.rows)
        node = Node(
            kind=row.kind,
            number=row.number,
            heading=row.heading,
            text=row.text,
            anchor=row.anchor,
            line=at,
            children=under,
            rows=cells,
        )
        children[row.depth].append(node)
    return tuple(reversed(children[0]))


def _stands(doubt: Stored, units: Sequence[Row], rows: Sequence[Row], touched: range) -> bool:
    facts = doubt["facts"]
    match doubt["code"]:
        case DoubtCode.NO_ARTICLE | DoubtCode.NUMBERS_LOST:
            return all(row.kind is not Kind.ARTICLE for row in rows)
        case DoubtCode.LOST_NUMBER:
            return any(_goes_on_with(row, str(facts["text"])) for row in units)
        case DoubtCode.UNPLACED_TEXT:
            wide = [row for row in units if RANK[row.kind] < RANK[Kind.ARTICLE]]
            return any(_has_paragraph(row, str(facts["text"])) for row in wide)
        case DoubtCode.SUPPLIED_NUMBER | DoubtCode.NUMBERS_RAISED:
            named = (facts["kind"], facts["number"])
            return any((row.kind, row.number) == named for row in units)
        case DoubtCode.UNCLOSED_QUOTE:
            return doubt["line"] not in touched
    return True


def _goes_on_with(row: Row, words: str) -> bool:
    """True where a paragraph of the unit, and not its first words, begins like that."""
    paragraphs = row.text.split("\n")
    return any(one.startswith(words) for one in paragraphs[0 if row.heading else 1 :])


def _has_paragraph(row: Row, words: str) -> bool:
    return any(one.startswith(words) for one in row.text.split("\n"))
