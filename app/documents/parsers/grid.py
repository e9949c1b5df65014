"""A table while its cells arrive, with cells that span others put where they show."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.documents.parsers.blocks import Block

# A span makes empty cells out of nothing: so many in one table, and no more.
MOST_SPANNED = 20_000
WIDEST, LONGEST = 100, 1_000


@dataclass
class Grid:
    """Rows of cells, a cell being a list of blocks; what spans a row stands empty in the next."""

    rows: list[list[list[Block]]] = field(default_factory=list)
    _spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    _column: int = 0
    _spanned: int = 0
    _in_row: bool = False

    def begin_row(self) -> None:
        """A new row is open."""
        self.end_row()
        self.rows.append([])
        self._column, self._in_row = 0, True

    def begin_cell(self, columns: int, rows: int) -> list[Block]:
        """A new cell is open; its blocks go into the list returned."""
        if not self._in_row:
            self.begin_row()
        self._skip_spanned()
        cell: list[Block] = []
        self.rows[-1].append(cell)
        width = min(max(columns, 1), WIDEST)
        if rows > 1:
            self._spans[self._column] = (min(rows, LONGEST), width)
        self._column += width
        return cell

    def end_row(self) -> None:
        """The row is complete."""
        if self._in_row:
            self._skip_spanned()
            left = {at: (rows - 1, width) for at, (rows, width) in self._spans.items()}
            self._spans = {at: span for at, span in left.items() if span[0]}
            self._in_row = False

    def table(self) -> list[Block]:
        """The table as one block, or nothing where all its cells are empty."""
        self.end_row()
        rows = tuple(tuple("\n".join(_lines(cell)).strip() for cell in row) for row in self.rows)
        if not any(text for row in rows for text in row):
            return []
        legacy = next((b.legacy for row in self.rows for c in row for b in c if b.legacy), "")
        return [Block(text="", rows=tuple(row for row in rows if row), legacy=legacy)]

    def _skip_spanned(self) -> None:
        while self._column in self._spans and self._spanned < MOST_SPANNED:
            self.rows[-1].append([])
            self._spanned += 1
            self._column += self._spans[self._column][1]


def _lines(cell: list[Block]) -> Iterator[str]:
    for block in cell:
        if block.rows:
            yield from ("\t".join(row) for row in block.rows)
        else:
            yield f"{block.number} {block.text}".strip()
