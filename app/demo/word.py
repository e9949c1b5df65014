"""A draft written as plain text, laid out as the Word file an agency would send."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

ROW = "| "
COLUMNS = "||"
TWO_LINES = re.compile(r"(?:Chương|Mục|Phần) [IVXLC\d]+$|PHỤ LỤC")
ARTICLE = re.compile(r"Điều \d+\. ")
GROUNDS = re.compile(r"(?:Căn cứ|Xét|Theo đề nghị)\b")
ORDER = re.compile(r"(?:QUYẾT NGHỊ|QUYẾT ĐỊNH):$")
ENCLOSED = re.compile(r"\(Kèm theo\b")


@dataclass(frozen=True)
class Look:
    """How one paragraph stands on the page."""

    centred: bool = False
    bold: bool = False
    italic: bool = False


HEADING = Look(centred=True, bold=True)


def to_docx(text: str) -> bytes:
    """The text as a .docx with every line kept, in the layout of Decree 30/2020/NĐ-CP.

    Neighbouring lines with "||" become one borderless row of two cells (heading block, signature
    block), neighbouring lines that start with "| " a ruled table whose first row is its head.
    """
    document = _page()
    titles = True
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for layout, group in groupby(_looks(lines), key=lambda pair: _layout(pair[0])):
        pairs = list(group)
        if layout == COLUMNS:
            _columns(document, [line for line, _ in pairs], bold_left=titles)
        elif layout == ROW:
            _table(document, [line for line, _ in pairs])
        else:
            for line, look in pairs:
                _write(document.add_paragraph(), line, look)
            titles = False
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page() -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.paragraph_format.space_after = Pt(6)
    return document


def _layout(line: str) -> str:
    if COLUMNS in line:
        return COLUMNS
    return ROW if line.startswith(ROW) else ""


def _looks(lines: list[str]) -> Iterator[tuple[str, Look]]:
    """Each line with its look; the line after "Chương I" or "PHỤ LỤC" is its heading."""
    in_title = follows = False
    for line in lines:
        if GROUNDS.match(line):
            in_title = False
        if in_title or follows or ORDER.match(line) or TWO_LINES.match(line):
            yield line, HEADING
        elif ENCLOSED.match(line):
            yield line, Look(centred=True, italic=True)
        else:
            yield line, Look(bold=bool(ARTICLE.match(line)), italic=bool(GROUNDS.match(line)))
        in_title = in_title or _layout(line) == COLUMNS
        follows = bool(TWO_LINES.match(line))


def _write(paragraph: Paragraph, line: str, look: Look) -> None:
    run = paragraph.add_run(line)
    run.bold, run.italic = look.bold or None, look.italic or None
    if look.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1.27)


def _columns(document: Document, lines: list[str], *, bold_left: bool) -> None:
    table = document.add_table(rows=1, cols=2)
    pairs = [tuple(part.strip() for part in line.split(COLUMNS, 1)) for line in lines]
    for side, cell in enumerate(table.rows[0].cells):
        words = [pair[side] for pair in pairs if pair[side]]
        for at, word in enumerate(words):
            if side == 1 or bold_left:
                _fill(cell, at, word, Look(centred=True, bold=word.upper() == word))
            else:
                _fill(cell, at, word, Look(bold=at == 0, italic=at == 0))


def _fill(cell: _Cell, at: int, word: str, look: Look) -> None:
    paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
    _write(paragraph, word, look)
    paragraph.paragraph_format.first_line_indent = None
    if not look.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _table(document: Document, lines: list[str]) -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    table.style = "Table Grid"
    for at, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, word in zip(row.cells, cells, strict=False):
            _fill(cell, 0, word, Look(bold=at == 0))
