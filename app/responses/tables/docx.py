"""The table for Word: a landscape A4 page as Decree 30/2020 wants it, its head on every page."""

from __future__ import annotations

from typing import IO
from xml.sax.saxutils import escape

from app.documents.exports.writable import writable
from app.responses.table import Table
from app.responses.tables import form, package
from app.responses.tables.form import Cell, Para, Row
from app.responses.tables.package import Say

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Twentieths of a point: what A4 on its side leaves between margins of 20 mm, 30 mm on the left.
WIDTHS = (2400, 2600, 4700, 4303)
HALVES = (7001, 7002)
PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1134" '
    'w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)
# said again for the title: programs have a face of their own for it
FACE = (
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" '
    'w:eastAsia="Times New Roman"/>'
)
STYLES = (
    f'<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'{FACE}<w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    "</w:style>"
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:spacing '
    'w:before="240" w:after="240"/><w:jc w:val="center"/></w:pPr><w:rPr>'
    f"{FACE}<w:b/></w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Head"><w:name w:val="Head"/><w:pPr><w:keepNext/>'
    '<w:jc w:val="center"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="BodyText"><w:name w:val="Body Text"/><w:pPr><w:spacing '
    'w:after="120"/><w:ind w:firstLine="720"/><w:jc w:val="both"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Unfinished"><w:name w:val="Unfinished"/><w:pPr>'
    '<w:spacing w:after="120"/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:i/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="Cell"/><w:pPr><w:spacing '
    'w:after="60"/></w:pPr><w:rPr><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:pPr>'
    '<w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr></w:style></w:styles>'
)
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/word/footer.xml" ContentType="{KIND}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="r2" '
    f'Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>",
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="styles" Type="{OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="footer" Type="{OFFICE}/footer" Target="footer.xml"/></Relationships>',
    "word/styles.xml": STYLES,
}


def write(table: Table, file: IO[bytes]) -> None:
    """The file holds the table as .docx."""
    with package.opened(file) as packed:
        for name, content in PARTS.items():
            package.put(packed, name, content)
        package.put(packed, "docProps/core.xml", _properties(table))
        package.put(packed, "word/footer.xml", _footer(table))
        with package.part(packed, "word/document.xml") as say:
            say(f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>')
            _front(table, say)
            _lines(table, say)
            say(f"{_paragraph(Para(''))}{PAGE}</w:body></w:document>")


def _front(table: Table, say: Say) -> None:
    left, right = (tuple(Para(line, bold=True) for line in side) for side in form.heading(table))
    cells = zip((left, right), HALVES, strict=True)
    say(_grid(HALVES))
    say(f"<w:tr>{''.join(_cell(cell, width, 'Head') for cell, width in cells)}</w:tr></w:tbl>")
    say(_paragraph(Para(form.title(table.cover)), "Title"))
    unfinished = form.unfinished(table)
    if unfinished:
        say(_paragraph(Para(" ".join(unfinished)), "Unfinished"))
    for line in form.preamble(table):
        say(_paragraph(Para(line), "BodyText"))


def _lines(table: Table, say: Say) -> None:
    say(_grid(WIDTHS, f"<w:tblBorders>{BORDERS}</w:tblBorders>"))
    heads: Row = tuple((Para(name),) for name in form.COLUMNS)  # type: ignore[assignment]
    say(_row(heads, "Head", "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"))
    section: bool | None = None
    for line in table.lines:
        if form.sections(table) and line.criticism is not section:
            section = line.criticism
            say(_section(form.SECTIONS[section]))
        say(_row(form.row(line)))
    say("</w:tbl>")


def _grid(widths: tuple[int, ...], borders: str = "") -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _section(name: str) -> str:
    head = _paragraph(Para(name, bold=True), "Cell")
    width = f'<w:tcW w:w="{sum(WIDTHS)}" w:type="dxa"/><w:gridSpan w:val="{len(WIDTHS)}"/>'
    return f"<w:tr><w:tc><w:tcPr>{width}</w:tcPr>{head}</w:tc></w:tr>"


def _row(row: Row, style: str = "Cell", properties: str = "") -> str:
    cells = "".join(_cell(cell, width, style) for cell, width in zip(row, WIDTHS, strict=True))
    return f"<w:tr>{properties}{cells}</w:tr>"


def _cell(cell: Cell, width: int, style: str) -> str:
    inside = "".join(_paragraph(para, style) for para in cell) or _paragraph(Para(""), style)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'


def _paragraph(para: Para, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    if not para.text:
        return f"<w:p>{styled}</w:p>"
    bold = "<w:rPr><w:b/></w:rPr>" if para.bold else ""
    text = f'<w:t xml:space="preserve">{_text(para.text)}</w:t>'
    return f"<w:p>{styled}<w:r>{bold}{text}</w:r></w:p>"


def _text(text: str) -> str:
    return escape(writable(text))


def _footer(table: Table) -> str:
    page = '<w:fldSimple w:instr="{}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    return (
        f'<w:ftr xmlns:w="{WORD}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r>'
        f'<w:t xml:space="preserve">{_text(table.cover.address)} · Trang </w:t></w:r>'
        f"{page.format('PAGE')}<w:r><w:t>/</w:t></w:r>{page.format('NUMPAGES')}</w:p></w:ftr>"
    )


def _properties(table: Table) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(form.title(table.cover))}</dc:title>"
        f"<dc:creator>{_text(table.cover.agency)}</dc:creator><dc:language>vi-VN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{table.made_at:%Y-%m-%dT%H:%M:%SZ}'
        "</dcterms:created></cp:coreProperties>"
    )
