"""The table as an OpenDocument spreadsheet; every cell is declared to be text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape

from app.documents.exports.writable import writable
from app.responses.table import Table
from app.responses.tables import form, package
from app.responses.tables.form import Cell, Para
from app.responses.tables.package import Say

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{prefix}="{OASIS}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
    )
)
MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
STYLES = (
    f'<office:document-styles {SPACES} office:version="1.3"><office:automatic-styles>'
    '<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="297mm" '
    'fo:page-height="210mm" style:print-orientation="landscape" fo:margin="15mm" '
    'style:scale-to-X="1" style:scale-to-Y="0"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="Default" '
    'style:page-layout-name="Page"/></office:master-styles></office:document-styles>'
)
WIDTHS = (50, 60, 140, 120)  # millimetres
MOST_ROWS = 1_000_000  # of 1,048,576
BODY, HEAD, TITLE, PLAIN = "Body", "Head", "Top", "Plain"
RUNS = re.compile(" {2,}")
TEXT = '<style:text-properties style:font-name="Times New Roman" fo:font-size="12pt"{}/>'
BOLD = ' fo:font-weight="bold"'


def _style(name: str, cell: str, paragraph: str = "", text: str = "") -> str:
    aligned = f'<style:paragraph-properties fo:text-align="{paragraph}"/>' if paragraph else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties '
        f'fo:wrap-option="wrap" {cell}/>{aligned}{TEXT.format(text)}</style:style>'
    )


FRAMED = 'style:vertical-align="top" fo:border="0.5pt solid #000000"'
AUTOMATIC = (
    '<style:style style:name="Sheet" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="true"/></style:style>'
    + "".join(
        f'<style:style style:name="Column{n}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for n, width in enumerate(WIDTHS)
    )
    + '<style:style style:name="Row" style:family="table-row"><style:table-row-properties '
    'style:use-optimal-row-height="true"/></style:style>'
    '<style:style style:name="Tall" style:family="table-row"><style:table-row-properties '
    'style:row-height="20mm" style:use-optimal-row-height="false"/></style:style>'
    '<style:style style:name="Strong" style:family="text"><style:text-properties '
    'fo:font-weight="bold"/></style:style>'
    + _style(BODY, FRAMED)
    + _style(HEAD, FRAMED.replace("top", "middle"), "center", BOLD)
    + _style(TITLE, 'style:vertical-align="middle"', "center", BOLD)
    + _style(PLAIN, 'style:vertical-align="top"')
)


def write(table: Table, file: IO[bytes]) -> None:
    """The file holds the table as .ods, on further sheets where one is full."""
    with package.opened(file) as packed:
        package.store(packed, "mimetype", TYPE)
        package.put(packed, "META-INF/manifest.xml", MANIFEST)
        package.put(packed, "styles.xml", STYLES)
        with package.part(packed, "content.xml") as say:
            say(
                f'<office:document-content {SPACES} office:version="1.3">'
                f"<office:automatic-styles>{AUTOMATIC}</office:automatic-styles>"
                "<office:body><office:spreadsheet>"
            )
            _sheets(table, say)
            say("</office:spreadsheet></office:body></office:document-content>")


def _sheets(table: Table, say: Say) -> None:
    _begin(1, say)
    for at, text in enumerate(_front(table)):
        say(_joined(text, PLAIN if text in form.preamble(table) else TITLE, tall=at == 1))
    _columns(say)
    sheets, rows, section = 1, 0, None
    for line in table.lines:
        if rows == MOST_ROWS:
            sheets, rows = sheets + 1, 0
            say("</table:table>")
            _begin(sheets, say)
            _columns(say)
        if form.sections(table) and line.criticism is not section:
            section = line.criticism
            say(_joined(form.SECTIONS[section], HEAD))
        say(_row(form.row(line), BODY))
        rows += 1
    say("</table:table>")


def _front(table: Table) -> list[str]:
    left, right = form.heading(table)
    above = [" – ".join((*left, *right)), form.title(table.cover)]
    return [*above, *form.unfinished(table), *form.preamble(table)]


def _begin(number: int, say: Say) -> None:
    name = "Tổng hợp" if number == 1 else f"Tổng hợp {number}"
    columns = "".join(
        f'<table:table-column table:style-name="Column{n}"/>' for n in range(len(WIDTHS))
    )
    say(f'<table:table table:name="{name}" table:style-name="Sheet">{columns}')


def _columns(say: Say) -> None:
    """The head, printed again on every page."""
    heads = [(Para(name),) for name in form.COLUMNS]
    say(f"<table:table-header-rows>{_row(heads, HEAD)}</table:table-header-rows>")


def _joined(text: str, style: str, *, tall: bool = False) -> str:
    covered = "<table:covered-table-cell/>" * (len(WIDTHS) - 1)
    cell = _cell((Para(text),), style, f' table:number-columns-spanned="{len(WIDTHS)}"')
    row = "Tall" if tall or style == PLAIN else "Row"
    return f'<table:table-row table:style-name="{row}">{cell}{covered}</table:table-row>'


def _row(cells: Sequence[Cell], style: str) -> str:
    inside = "".join(_cell(cell, style) for cell in cells)
    return f'<table:table-row table:style-name="Row">{inside}</table:table-row>'


def _cell(cell: Cell, style: str, more: str = "") -> str:
    text = "".join(f"<text:p>{_words(para)}</text:p>" for para in cell)
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"{more}>{text}'
        "</table:table-cell>"
    )


def _words(para: Para) -> str:
    text = escape(writable(para.text)).replace("\t", "<text:tab/>")
    text = RUNS.sub(lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', text)
    if text.startswith(" "):
        text = f"<text:s/>{text[1:]}"
    return f'<text:span text:style-name="Strong">{text}</text:span>' if para.bold else text
