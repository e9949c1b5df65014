"""Footnotes of pages: told apart from the text, and led to by the marks in it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.documents.parsers.blocks import Block
from app.documents.parsers.pdf_items import Item
from app.documents.parsers.pdf_lines import MARK_CLOSES, MARK_OPENS, Line
from app.documents.parsers.pdf_paragraphs import joined

MARK = re.compile(f"{MARK_OPENS}(\\d+){MARK_CLOSES}")
NOTE = re.compile(f"{MARK_OPENS}(\\d+){MARK_CLOSES}\\s*|\\[(\\d+)\\]\\s*|(\\d+)\\.?\\s")
# Footnotes are set smaller than the text by this at least.
SMALLER = 0.93


def notes_apart(items: Sequence[Item], size: float) -> tuple[list[Item], list[Block]]:
    """The items without the footnotes, and the footnotes in order; `size` is that of the text."""
    pages: dict[int, list[Item]] = {}
    for item in items:
        pages.setdefault(item.page, []).append(item)
    kept: list[Item] = []
    notes: list[Block] = []
    for on_page in pages.values():
        start = _foot(on_page, size)
        kept += on_page[:start]
        for item in on_page[start:]:
            notes = _noted(notes, item)
    return kept, notes


def _foot(items: list[Item], size: float) -> int:
    """Where the footnotes of a page begin, or the number of its items."""
    start = len(items)
    while start and isinstance(item := items[start - 1], Line) and item.size < SMALLER * size:
        start -= 1
    marks = {
        mark for item in items[:start] if isinstance(item, Line) for mark in MARK.findall(item.text)
    }
    for at in range(start, len(items)):
        item = items[at]
        if (
            isinstance(item, Line)
            and (found := NOTE.match(item.text))
            and found[found.lastindex or 1] in marks
        ):
            return at
    return len(items)


def _noted(notes: list[Block], item: Item) -> list[Block]:
    if not isinstance(item, Line):
        return notes
    opens = NOTE.match(item.text)
    if opens is None and notes:
        return [*notes[:-1], replace(notes[-1], text=joined([notes[-1].text, item.text]))]
    number = opens[opens.lastindex or 1] if opens else ""
    text = item.text[opens.end() :] if opens else item.text
    return [*notes, Block(text=text, number=f"[{number}]", style="footnote")]


def with_marks(blocks: list[Block], notes: list[Block]) -> list[Block]:
    """The blocks and the notes, raised digits as "[1]" where a note has that number, else plain."""
    known = {note.number for note in notes}

    def shown(found: re.Match[str]) -> str:
        mark = f"[{found[1]}]"
        return mark if mark in known else found[1]

    return [
        replace(
            block,
            text=MARK.sub(shown, block.text),
            rows=tuple(tuple(MARK.sub(shown, cell) for cell in row) for row in block.rows),
        )
        for block in [*blocks, *notes]
    ]
