"""A text as a Word file laid out like an official document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from app.documents.exports.layout import (
    HEADED,
    MOTTO,
    Voice,
    ending_of,
    front_of,
    has_header,
    heading_lines,
    levels,
    provenance,
    voice,
)
from app.documents.exports.source import Cover, Edition, Unit
from app.documents.exports.writable import writable
from app.documents.nodes import Kind

FONT = "Times New Roman"
SIZE = Pt(14)
INDENT = Mm(12.7)
BLACK = RGBColor(0, 0, 0)
DEEPEST = 6
# ZIP entries carry a date; one and the same makes equal texts equal files
EPOCH = (1980, 1, 1, 0, 0, 0)
LONGEST_PROPERTY = 255  # ECMA-376 part 2, section 11.1
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
TITLE_RULE, MOTTO_RULE = "_" * 24, "_" * 40


def to_docx(edition: Edition) -> bytes:
    """The text as .docx; equal texts give equal bytes, and the portal reads the same tree back."""
    document = blank(edition.cover)
    _front(document, edition)
    for line in _filled(edition.preamble):
        _ground(document, line)
    closed = False
    for unit, level in zip(edition.units, levels(edition), strict=True):
        annex = unit.kind is Kind.ANNEX and unit.depth == 0
        if annex and not closed:
            _ending(document, edition.closing)
            closed = True
        _unit(document, unit, level, new_page=annex)
    if not closed:
        _ending(document, edition.closing)
    return packed(document)


def blank(cover: Cover) -> Document:
    """An empty document with the styles, page and properties of an official one."""
    document = docx.Document()
    _styles(document)
    _page(document, cover)
    _properties(document, cover)
    return document


def _line(document: Document, style_id: str) -> Paragraph:
    paragraph = document.add_paragraph()
    # by its id: python-docx looks through all styles for a name, each time
    paragraph._p.style = style_id
    return paragraph


def _filled(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line.strip())


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    _face(normal, SIZE)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    body = document.styles["Body Text"]
    _face(body, SIZE)
    form = body.paragraph_format
    form.alignment, form.first_line_indent = ALIGN.JUSTIFY, INDENT
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(6), 1.15
    title = document.styles["Title"]
    _face(title, SIZE, bold=True)
    title.paragraph_format.alignment = ALIGN.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(6)
    border = title.element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    for level in range(1, DEEPEST + 1):
        style = document.styles[f"Heading {level}"]
        _face(style, SIZE, bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True
    small = document.styles.add_style("Draft Footer", WD_STYLE_TYPE.PARAGRAPH)
    _face(small, Pt(10))
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")


def _face(style: ParagraphStyle, size: Pt, *, bold: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, size, bold, False
    font.color.rgb = BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):  # a theme's face would win over the one named here
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _page(document: Document, cover: Cover) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    footer = section.footer.paragraphs[0]
    footer.style = "Draft Footer"
    footer.alignment = ALIGN.CENTER
    said = provenance(cover)
    if said:
        _write(footer, " · ".join(said))
        footer.add_run().add_break(WD_BREAK.LINE)
    _write(footer, "Trang ")
    _field(footer, "PAGE")
    _write(footer, "/")
    _field(footer, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word works out itself, "1" until it does."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    paragraph._p.append(field)


def _property(words: str) -> str:
    return writable(words)[:LONGEST_PROPERTY]


def _properties(document: Document, cover: Cover) -> None:
    core = document.core_properties
    core.title, core.author = _property(cover.title), _property(cover.issuer)
    core.subject, core.language = _property(" · ".join(provenance(cover))), "vi-VN"
    core.comments, core.identifier = "", cover.digest
    core.last_modified_by, core.revision = "", 1
    core.created = core.modified = (cover.posted_at or UNDATED).astimezone(UTC)


def _front(document: Document, edition: Edition) -> None:
    front = front_of(edition.cover)
    table = _two_columns(document, Mm(58), Mm(102))
    left, right = table.rows[0].cells
    _into(left, front.issuer, size=Pt(13), bold=True, first=True)
    for line in front.under_issuer:
        _into(left, line, size=Pt(13))
    _into(right, MOTTO[0], size=Pt(13), bold=True, first=True)
    _into(right, MOTTO[1], bold=True)
    _into(right, MOTTO_RULE, size=Pt(8))
    if front.dated:
        _into(right, front.dated, italic=True)
    document.add_paragraph()
    if front.kind:
        _write(_line(document, "Title"), front.kind)
    name = _line(document, "Title")
    _write(name, front.name).font.all_caps = front.in_capitals or None
    rule = document.add_paragraph()
    rule.alignment, rule.paragraph_format.space_after = ALIGN.CENTER, Pt(18)
    _write(rule, TITLE_RULE).font.size = Pt(8)


def _two_columns(document: Document, *widths: Mm) -> Table:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # of the grid, and of each cell
    table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _into(
    cell: _Cell,
    text: str,
    *,
    size: Pt = SIZE,
    bold: bool = False,
    italic: bool = False,
    first: bool = False,
    align: ALIGN = ALIGN.CENTER,
) -> None:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = align
    run = _write(paragraph, text)
    run.font.size, run.bold, run.italic = size, bold or None, italic or None


def _ground(document: Document, line: str) -> None:
    paragraph = _line(document, "BodyText")
    run = _write(paragraph, line)
    match voice(line):
        case Voice.GROUND:
            run.italic = True
        case Voice.ORDER:
            run.bold = True
            paragraph.alignment = ALIGN.CENTER
            paragraph.paragraph_format.first_line_indent = Mm(0)


def _unit(document: Document, unit: Unit, level: int, *, new_page: bool) -> None:
    if unit.rows:
        _table(document, unit.rows)
    elif level:
        _heading(document, unit, level, new_page=new_page)
    elif unit.heading or unit.kind in HEADED:
        _write(_line(document, "BodyText"), unit.title).bold = True
    elif unit.label:
        first, _, rest = unit.text.partition("\n")
        _write(_line(document, "BodyText"), f"{unit.label} {first}".strip())
        _paragraphs(document, _filled(rest))
        return
    _paragraphs(document, unit.paragraphs)


def _paragraphs(document: Document, lines: Iterable[str]) -> None:
    for line in lines:
        _write(_line(document, "BodyText"), line)


def _heading(document: Document, unit: Unit, level: int, *, new_page: bool) -> None:
    heading = _line(document, f"Heading{min(level, DEEPEST)}")
    heading.paragraph_format.page_break_before = new_page or None
    if unit.kind is Kind.ARTICLE:
        heading.alignment = ALIGN.JUSTIFY
        heading.paragraph_format.first_line_indent = INDENT
    else:
        heading.alignment = ALIGN.CENTER
    for at, line in enumerate(heading_lines(unit)):
        if at:
            heading.add_run().add_break(WD_BREAK.LINE)
        _write(heading, line)


def _table(document: Document, rows: tuple[tuple[str, ...], ...]) -> None:
    width = max(1, *(len(row) for row in rows))
    table = document.add_table(rows=len(rows), cols=width, style="Table Grid")
    # by the XML: asking python-docx for one cell after another takes the square of the time
    headed = has_header(rows)
    for number, (tr, row) in enumerate(zip(table._tbl.tr_lst, rows, strict=True)):
        bold = headed and number == 0
        for tc, text in zip(tr.tc_lst, row, strict=False):
            cell = _Cell(tc, table)
            for at, line in enumerate(text.split("\n")):
                _into(cell, line, size=Pt(12), bold=bold, first=at == 0, align=ALIGN.LEFT)
    if headed:
        table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _ending(document: Document, closing: str) -> None:
    ending = ending_of(closing)
    for line in ending.words:
        _write(_line(document, "BodyText"), line).italic = True
    if ending.recipients or ending.signature:
        left, right = _two_columns(document, Mm(75), Mm(85)).rows[0].cells
        for at, line in enumerate(ending.recipients):
            _into(left, line, size=Pt(11), bold=at == 0, first=at == 0, align=ALIGN.LEFT)
        for at, line in enumerate(ending.signature):
            _into(right, line, bold=True, first=at == 0)
    for line in ending.notes:
        _write(_line(document, "DraftFooter"), line)


def _write(paragraph: Paragraph, text: str) -> Run:
    return paragraph.add_run(writable(text))


def packed(document: Document) -> bytes:
    """The document as .docx; equal documents give equal bytes."""
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            kept = zipfile.ZipInfo(entry.filename, EPOCH)
            kept.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(kept, source.read(entry))
    return packed.getvalue()
