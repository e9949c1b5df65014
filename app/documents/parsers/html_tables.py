"""Tables of web pages: those that hold figures stay tables, those that hold the page do not."""

from app.documents.parsers.blocks import Block
from app.documents.parsers.grid import Grid
from app.documents.parsers.wrapping import ARTICLE

# So many paragraphs in one cell are a text, and no entry of a table.
LONG_CELL = 20
MOST_OF_IT = 0.6


def blocks_of(grid: Grid) -> list[Block]:
    """What a table adds to the text around it: one block with rows, or all that is in it."""
    if is_layout(grid.rows):
        return [block for row in grid.rows for cell in row for block in cell]
    return grid.table()


def is_layout(rows: list[list[list[Block]]]) -> bool:
    """Whether one column of the table holds the page, as pages were built before 2005."""
    filled = [[cell for cell in row if cell] for row in rows]
    cells = [cell for row in filled for cell in row]
    if not cells:
        return False
    longest = max(cells, key=_size)
    if all(len(row) <= 1 for row in filled) and any(articles(cell) for cell in cells):
        return True
    whole = len(longest) > LONG_CELL or articles(longest) > 1
    return whole and _size(longest) >= MOST_OF_IT * sum(_size(cell) for cell in cells)


def articles(blocks: list[Block]) -> int:
    """How many of the blocks open an article."""
    return sum(1 for b in blocks if ARTICLE.match(f"{b.number} {b.text}".lstrip()))


def _size(cell: list[Block]) -> int:
    texts = sum(len(block.text) for block in cell)
    return texts + sum(len(text) for block in cell for row in block.rows for text in row)
