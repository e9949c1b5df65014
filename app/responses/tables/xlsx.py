"""The table for Excel: every cell is text, so nothing that people wrote is ever worked out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import IO
from xml.sax.saxutils import escape

from app.documents.exports.writable import writable
from app.responses.table import Table
from app.responses.tables import form, package
from app.responses.tables.package import Say

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LETTERS = "ABCD"
WIDTHS = (24, 30, 70, 60)  # in digits of the usual font
LONGEST = 32_000  # Excel takes 32,767 letters in a cell, counted as UTF-16 does
MOST_ROWS = 1_000_000  # of 1,048,576
BODY, HEAD, TITLE, PLAIN = range(4)
FACE = '<name val="Times New Roman"/><family val="1"/>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="12"/>{FACE}</font><font><b/>'
    f'<sz val="12"/>{FACE}</font></fonts><fills count="2"><fill><patternFill patternType="none"/>'
    '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border/>'
    '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>'
    '</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    # text that stays text when somebody types into the cell
    '<xf numFmtId="49" fontId="0" borderId="1" quotePrefix="1" applyNumberFormat="1" '
    'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" borderId="1" applyNumberFormat="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" borderId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="0" borderId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>'
)

Lines = Iterator[tuple[Sequence[str], int]]


def write(table: Table, file: IO[bytes]) -> None:
    """The file holds the table as .xlsx, on further sheets where one is full."""
    rows = chain.from_iterable(map(_fitting, _rows(table)))
    with package.opened(file) as packed:
        sheets = 0
        waiting: tuple[Sequence[str], int] | None = next(rows, None)
        while sheets == 0 or waiting is not None:
            sheets += 1
            with package.part(packed, f"xl/worksheets/sheet{sheets}.xml") as say:
                front = _front(table) if sheets == 1 else []
                waiting = _sheet(front, waiting, rows, say)
        _frame(packed, sheets, len(_front(table)) + 1)


def _rows(table: Table) -> Lines:
    section: bool | None = None
    for line in table.lines:
        if form.sections(table) and line.criticism is not section:
            section = line.criticism
            yield (form.SECTIONS[section], "", "", ""), HEAD
        yield [form.plain(cell) for cell in form.row(line)], BODY


def _fitting(row: tuple[Sequence[str], int]) -> Lines:
    """The row, in several where a cell has no room for its text."""
    cells, style = row
    if all(len(cell) * 2 <= LONGEST for cell in cells):
        yield row
        return
    for parts in zip_longest(*map(_parts, cells), fillvalue=""):
        yield parts, style


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    while _room(text) > LONGEST:
        # a letter may take two places, and then half as many are sure to fit
        end = text.rfind("\n", 1, LONGEST // 2)
        end = end if end > 0 else LONGEST // 2
        parts.append(text[:end])
        text = text[end:].removeprefix("\n")
    return [*parts, text]


def _room(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _front(table: Table) -> list[tuple[str, int, float]]:
    """The lines above the table: text, style, and height in points, which no program works out
    for cells that are joined."""
    left, right = form.heading(table)
    lines = [(f"{' – '.join(left)}", TITLE, 18.0), (" – ".join(right), TITLE, 18.0)]
    lines.append((form.title(table.cover), TITLE, 54.0))
    unfinished = " ".join(form.unfinished(table))
    lines += [(unfinished, TITLE, 36.0)] if unfinished else []
    return lines + [
        (text, PLAIN, 54.0 if at == 0 else 18.0) for at, text in enumerate(form.preamble(table))
    ]


def _sheet(
    front: list[tuple[str, int, float]],
    waiting: tuple[Sequence[str], int] | None,
    rows: Lines,
    say: Say,
) -> tuple[Sequence[str], int] | None:
    """One sheet is written; what did not fit is the first row of the next, None if all did."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(WIDTHS, 1)
    )
    head = len(front) + 1
    say(
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView workbookViewId="0"><pane ySplit="{head}" topLeftCell="A{head + 1}" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols>'
        "<sheetData>"
    )
    joined = []
    for at, (text, style, height) in enumerate(front, 1):
        say(_row(at, (text, "", "", ""), style, f' ht="{height}" customHeight="1"'))
        joined.append(f"A{at}:D{at}")
    say(_row(head, form.COLUMNS, HEAD))
    at = head
    while waiting is not None and at < MOST_ROWS:
        at += 1
        say(_row(at, *waiting))
        waiting = next(rows, None)
    merged = "".join(f'<mergeCell ref="{cells}"/>' for cells in joined)
    say("</sheetData>")
    say(f'<mergeCells count="{len(joined)}">{merged}</mergeCells>' if joined else "")
    say('<pageMargins left="0.6" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>')
    say('<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>')
    return waiting


def _row(number: int, cells: Sequence[str], style: int, height: str = "") -> str:
    filled = "".join(
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(writable(text))}</t></is></c>"
        if text
        else f'<c r="{letter}{number}" s="{style}"/>'
        for letter, text in zip(LETTERS, cells, strict=True)
    )
    return f'<row r="{number}"{height}>{filled}</row>'


def _frame(packed: zipfile.ZipFile, sheets: int, head: int) -> None:
    """The parts that hold the sheets together; the head is printed on every page."""
    numbers = range(1, sheets + 1)
    names = ["Tổng hợp" if n == 1 else f"Tổng hợp {n}" for n in numbers]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    printed = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">'
        f"'{name}'!${head if n == 0 else 1}:${head if n == 0 else 1}</definedName>"
        for n, name in enumerate(names)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
        f"<definedNames>{printed}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="styles" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{overrides}</Types>',
    }
    for name, content in parts.items():
        package.put(packed, name, content)
