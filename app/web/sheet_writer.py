"""A small spreadsheet written by hand: text in every cell, so that nothing in it can be run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL = 32_767  # letters that fit into one
# Styles 1 and 2: bold, and text that stays text when somebody types into the cell.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="49" fontId="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf><xf numFmtId="49" quotePrefix="1" '
    'applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True)
class Table:
    """One sheet: its name, heads of columns, rows of text, and widths in letters.

    `choices` offers, by column counted from 0, the cells of another range ("Codes!$A$2:$A$8").
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
    choices: Mapping[int, str] = field(default_factory=dict)


def write(tables: Sequence[Table]) -> bytes:
    """The tables as an XLSX file, the same bytes for the same tables."""
    names = [escape(table.name, {'"': "&quot;"}) for table in tables]
    numbers = range(1, len(tables) + 1)
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        f'<Relationship Id="styles" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    parts |= {
        f"xl/worksheets/sheet{n}.xml": _sheet(table)
        for n, table in zip(numbers, tables, strict=True)
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), HEAD + part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def column(number: int) -> str:
    """The letters of a column counted from 0: 27 is "AB"."""
    letters = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _sheet(table: Table) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" style="2" customWidth="1"/>'
        for n, width in enumerate(table.widths, 1)
    )
    lines = [_row(1, table.heads, 1), *(_row(n, row, 2) for n, row in enumerate(table.rows, 2))]
    offers = "".join(
        f'<dataValidation type="list" allowBlank="1" sqref="{column(n)}2:{column(n)}20000">'
        f"<formula1>{escape(cells)}</formula1></dataValidation>"
        for n, cells in table.choices.items()
    )
    offered = f'<dataValidations count="{len(table.choices)}">{offers}</dataValidations>'
    return (
        f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(lines)}</sheetData>"
        f"{offered if offers else ''}</worksheet>"
    )


def _row(number: int, cells: Sequence[str], style: int) -> str:
    filled = "".join(
        f'<c r={quoteattr(f"{column(n)}{number}")} s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(UNPRINTABLE.sub("", text)[:CELL])}</t></is></c>'
        for n, text in enumerate(cells)
        if text
    )
    return f'<row r="{number}">{filled}</row>'
