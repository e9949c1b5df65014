"""What changed in a table, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq
from rapidfuzz.fuzz import ratio

from app.documents.redline import Op, Run, redline

ALIKE = 50  # per cent of letters from which two rows are one row that was changed

Cells = Sequence[str]


@dataclass(frozen=True)
class GridRow:
    """A row of both tables (no `op`), or a whole one put in or taken out."""

    cells: list[list[Run]]
    op: Op | None = None


Grid = list[GridRow]


def grid(old: Sequence[Cells], new: Sequence[Cells]) -> Grid:
    """The rows of both tables in order, those taken out before those put in.

    Tables with another number of columns replace each other as a whole.
    """
    widths = {len(row) for row in (*old, *new)}
    if len(widths) > 1:
        return [*(_whole(row, Op.DEL) for row in old), *(_whole(row, Op.INS) for row in new)]
    found: Grid = []
    before, after = [tuple(row) for row in old], [tuple(row) for row in new]
    for block in LCSseq.opcodes(before, after):
        olds = before[block.src_start : block.src_end]
        news = after[block.dest_start : block.dest_end]
        if block.tag == "equal":
            found += [GridRow([redline(cell, cell) for cell in row]) for row in olds]
        else:
            found += _replaced(olds, news)
    return _paired(found)


def _replaced(olds: Sequence[Cells], news: Sequence[Cells]) -> Grid:
    return [*(_whole(row, Op.DEL) for row in olds), *(_whole(row, Op.INS) for row in news)]


def _paired(rows: Grid) -> Grid:
    """Rows taken out and put in at one place become one where they are alike, in order."""
    found: Grid = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and rows[end].op is not None:
            end += 1
        gone = [row for row in rows[at:end] if row.op is Op.DEL]
        come = [row for row in rows[at:end] if row.op is Op.INS]
        for row in gone:
            twin = next((n for n, other in enumerate(come) if _alike(row, other)), None)
            if twin is None:
                found.append(row)
                continue
            found += come[:twin]
            found.append(_merged(row, come[twin]))
            del come[: twin + 1]
        found += come
        if end < len(rows):
            found.append(rows[end])
        at = end + 1
    return found


def _alike(old: GridRow, new: GridRow) -> bool:
    return ratio(" ".join(_texts(old)), " ".join(_texts(new))) >= ALIKE


def _merged(old: GridRow, new: GridRow) -> GridRow:
    pairs = zip(_texts(old), _texts(new), strict=True)
    return GridRow([redline(before, after) for before, after in pairs])


def _texts(row: GridRow) -> list[str]:
    return ["".join(run.text for run in cell) for cell in row.cells]


def _whole(row: Cells, op: Op) -> GridRow:
    return GridRow([[Run(op, cell)] if cell else [] for cell in row], op)
