"""Plain text as blocks: one a paragraph, wrapped lines joined; tables as lines of `| a | b |`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from app.documents.parsers.blocks import MAX_LINES, Block, composed
from app.documents.parsers.decoding import text_of
from app.documents.parsers.markdown import looks_marked, marked_blocks
from app.documents.parsers.wrapping import ROW, paragraphs

MOTTO = re.compile(r"C[ỘÔ]NG\s+H[OÒ][ÀA]\s+X[ÃA]", re.IGNORECASE)
GAP = re.compile(r"\s*\t\s*|\s{3,}")
HEAD_LINES = 12
WIDEST = 300


def read_text(data: bytes) -> list[Block]:
    """The paragraphs and tables of a plain or Markdown text; raises UnreadableError.

    Told apart by what is written in it; see `text_of` for encodings.
    """
    read, encoding = text_of(data)
    text = composed(read)
    found = marked_blocks(text) if looks_marked(text) else plain_blocks(text)
    blocks = list(islice(found, MAX_LINES + 1))
    return [replace(block, legacy=encoding) for block in blocks] if encoding else blocks


def plain_blocks(text: str) -> Iterator[Block]:
    """The paragraphs and tables of a text without marks, wrapped lines made whole."""
    lines = text.splitlines()
    head = _heading_columns(lines)
    if head:
        yield Block(text="", line=head.start + 1, rows=head.rows)
        lines[head.start : head.end] = [""] * (head.end - head.start)
    rows: list[tuple[str, ...]] = []
    for line, content in [*paragraphs(lines), (len(lines) + 1, "")]:
        row = ROW.fullmatch(content)
        if row:
            rows.append(tuple(cell.strip() for cell in row[1].split(" | ")))
            continue
        if rows:
            yield Block(text="", line=line - len(rows), rows=tuple(rows))
            rows = []
        if content:
            yield Block(text=content, line=line)


@dataclass(frozen=True)
class _Head:
    start: int
    end: int
    rows: tuple[tuple[str, str]]


def _has_motto_beside(line: str) -> bool:
    return len(line) <= WIDEST and bool(MOTTO.search(line) and GAP.search(line.strip()))


def _heading_columns(lines: list[str]) -> _Head | None:
    """The agency and the motto set side by side with spaces, as the table they stand for."""
    at = next(
        (n for n, line in enumerate(lines[:HEAD_LINES]) if _has_motto_beside(line)),
        None,
    )
    if at is None:
        return None
    columns: tuple[list[str], list[str]] = ([], [])
    end = at
    for line in lines[at : at + HEAD_LINES]:
        if len(line) > WIDEST:
            break
        pieces = [piece.strip() for piece in GAP.split(line.rstrip())]
        indented = len(pieces) == 2 and not pieces[0]
        if not line.strip() or (len(pieces) != 2 and end > at):
            break
        if len(pieces) != 2:
            return None
        columns[0].extend([] if indented else [pieces[0]])
        columns[1].append(pieces[1])
        end += 1
    return _Head(at, end, (("\n".join(columns[0]), "\n".join(columns[1])),)) if columns[0] else None
