"""What stands on a page from top to bottom: lines in their columns, and tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.documents.parsers.blocks import composed
from app.documents.parsers.pdf_lines import Line, line_of, pieces_of, rows_of
from app.documents.parsers.pdf_paragraphs import Habits, joined, paragraphs
from app.documents.parsers.pdf_runs import Page, Run
from app.documents.parsers.pdf_tables import (
    LONGEST_BLOCK,
    Beside,
    Cell,
    Grid,
    grids,
    side_by_side,
    with_labels,
)

# So many lines show the edges of a column for themselves.
ENOUGH_LINES = 10
# Of the lines of a column one in so many may stand outside its left edge.
OUTLIERS = 30
PADDING = 8.0


@dataclass(frozen=True)
class Table:
    """A table on its page: its rows, and where its ruled columns begin and end, if they are."""

    rows: tuple[tuple[str, ...], ...]
    page: int
    edges: tuple[int, ...] = ()


Item = Line | Table


@dataclass(frozen=True)
class Aside:
    """Words that stand on their side beside the text of a page."""

    text: str
    bold: bool


def items_of(page: Page, at: int) -> Iterator[Item | Aside]:
    """The lines and tables of page `at` (from 0) in reading order, then what is on its side."""
    ruled, outside = grids(page)
    rows = [_lines(row, at) for row in rows_of(run for run in outside if not run.turned)]
    found: list[tuple[float, list[Item]]] = [(grid.top, [_table(grid, at)]) for grid in ruled]
    done = 0
    for block in side_by_side(rows):
        found += [(row[0].y, [_whole(row)]) for row in rows[done : block.start]]
        found.append((rows[block.start][0].y, _beside(block, at)))
        done = block.stop
    found += [(row[0].y, [_whole(row)]) for row in rows[done:]]
    for _, items in sorted(found, key=lambda one: one[0]):
        yield from items
    yield from (Aside(composed(run.text), run.bold) for run in outside if run.turned)


def _lines(row: list[Run], at: int) -> list[Line]:
    pieces = pieces_of(row)
    if len(pieces) > 1:
        pieces = with_labels(pieces, line_of(pieces[0], at).text)
    return [line_of(piece, at) for piece in pieces]


def _whole(lines: list[Line]) -> Line:
    """The pieces of a row as one line."""
    if len(lines) == 1:
        return lines[0]
    return replace(
        lines[0],
        x1=lines[-1].x1,
        text=" ".join(line.text for line in lines),
        bold=all(line.bold for line in lines),
    )


def _beside(block: Beside, at: int) -> list[Item]:
    """Two columns: a table of one row, or, where they fill a page, one column after the other."""
    if min(len(block.left), len(block.right)) < LONGEST_BLOCK:
        return [Table(((_spoken(block.left), _spoken(block.right)),), at)]
    return [
        replace(line, left=min(o.x0 for o in side), right=max(o.x1 for o in side))
        for side in (block.left, block.right)
        for line in side
    ]


def _spoken(lines: list[Line]) -> str:
    """The lines of a column, each for itself unless it begins in the middle of a sentence."""
    texts: list[str] = []
    for line in lines:
        if texts and line.text[:1].islower():
            texts[-1] = joined([texts[-1], line.text])
        else:
            texts.append(line.text)
    return "\n".join(texts)


def _table(grid: Grid, at: int) -> Table:
    rows = tuple(tuple(_cell(cell, at) for cell in row) for row in grid.rows)
    edges = [round(edge) for cell in grid.rows[-1] for edge in (cell.left, cell.right)]
    return Table(tuple(row for row in rows if any(row)), at, tuple(edges))


def _cell(cell: Cell, at: int) -> str:
    """The paragraphs of a cell, those on their side behind the others."""
    turned = " ".join(run.text for run in cell.runs if run.turned)
    lines = [line_of(row, at) for row in rows_of(run for run in cell.runs if not run.turned)]
    if not lines:
        return composed(turned)
    inset = min(PADDING, max(0.0, min(line.x0 for line in lines) - cell.left))
    lines = [replace(line, left=cell.left + inset, right=cell.right - inset) for line in lines]
    groups = paragraphs(lines, Habits({}, frozenset()))
    upright = [joined([line.text for line in group]) for group in groups]
    return "\n".join([*upright, composed(turned)] if turned else upright)


def framed(items: Sequence[Item], pages: Sequence[Page]) -> list[Item]:
    """The items with the edges of the column each line stands in.

    Pages bound as a book have two kinds of margins, pages turned on their side others again.
    """
    sides: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    for item in items:
        if isinstance(item, Line) and not item.right:
            sides[_side(item, pages)].append(item)
    every = [line for lines in sides.values() for line in lines]
    edges = {
        side: _edges(lines if len(lines) >= ENOUGH_LINES else every)
        for side, lines in sides.items()
    }
    return [
        replace(item, left=edges[_side(item, pages)][0], right=edges[_side(item, pages)][1])
        if isinstance(item, Line) and not item.right
        else item
        for item in items
    ]


def _side(line: Line, pages: Sequence[Page]) -> tuple[int, int]:
    return round(pages[line.page].width / 10), line.page % 2


def _edges(lines: list[Line]) -> tuple[float, float]:
    """Where most lines begin at the left and end at the right."""
    starts = sorted(line.x0 for line in lines)
    ends = sorted(line.x1 for line in lines)
    return starts[len(starts) // OUTLIERS], ends[-1 - len(ends) // (4 * OUTLIERS)]


def with_signature(items: list[Item]) -> list[Item]:
    """The items with the lines that end the document at its right side as a table of one row."""
    start = len(items)
    while (
        start
        and isinstance(line := items[start - 1], Line)
        and line.page == items[-1].page
        and line.x0 > (line.left + line.right) / 2
        and line.right - line.x1 > line.size
    ):
        start -= 1
    signed = [item for item in items[start:] if isinstance(item, Line)]
    if len(signed) < 2 or not start:
        return items
    return [*items[:start], Table((("", _spoken(signed)),), signed[0].page)]


def tables_joined(items: Sequence[Item]) -> list[Item]:
    """The items with a ruled table that goes on over a page as one table."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if (
            isinstance(item, Table)
            and isinstance(last, Table)
            and item.page == last.page + 1
            and item.edges
            and _same_columns(item.edges, last.edges)
        ):
            found[-1] = replace(item, rows=_rows_joined(last.rows, item.rows))
        else:
            found.append(item)
    return found


def _same_columns(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= 2 for a, b in zip(one, other, strict=True))


def _rows_joined(
    above: tuple[tuple[str, ...], ...], below: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    """The rows of both pages, a repeated heading left out and a row cut in two made whole."""
    if below[0] == above[0]:
        below = below[1:]
    if not below:
        return above
    last, first = above[-1], below[0]
    goes_on = len(last) == len(first) and not first[0]
    if not goes_on:
        return above + below
    whole = tuple(joined([a, b]) if b else a for a, b in zip(last, first, strict=True))
    return (*above[:-1], whole, *below[1:])
