"""Word files (.docx) as blocks, with the numbers that Word only computes."""

import io
import zipfile
from collections.abc import Iterator
from itertools import islice

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from lxml.etree import LxmlError, _Element

from app.documents.parsers.blocks import (
    MAX_LINES,
    Block,
    UnreadableCode,
    UnreadableError,
    composed,
)
from app.documents.parsers.fonts import unicode_of
from app.documents.parsers.numbering import Numbering, W, value, whole
from app.documents.parsers.styles import Styles, switched_on
from app.kit.legacy import Legacy, of_font

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deleted and moved-away text is not there for a reader; a fallback repeats what was just said.
UNSEEN = {W + "del", W + "moveFrom", W + "rPr", W + "pPr", W + "rt", COMPATIBILITY + "Fallback"}
WRAPPERS = {
    W + "sdt", W + "sdtContent", W + "ins", W + "moveTo", W + "customXml", W + "smartTag",
    COMPATIBILITY + "AlternateContent", COMPATIBILITY + "Choice",
}  # fmt: skip


def read_docx(data: bytes) -> list[Block]:
    """The visible paragraphs and tables of a .docx in order; raises UnreadableError.

    Reading stops behind the first block that no law has room for.
    """
    try:
        document = _opened(data)
        return list(islice(_Reader(document).blocks(), MAX_LINES + 1))
    except (OpcError, KeyError, LxmlError, zipfile.BadZipFile, EOFError) as fault:
        raise UnreadableError(UnreadableCode.DAMAGED) from fault
    except (ValueError, NotImplementedError, RuntimeError) as fault:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT) from fault


def _opened(data: bytes) -> Document:
    try:
        document = docx.Document(io.BytesIO(data))
    except AttributeError as fault:  # python-docx met another element where a part has its root
        raise UnreadableError(UnreadableCode.DAMAGED) from fault
    if getattr(document.element, "body", None) is None:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
    return document


class _Reader:
    """One pass over a document: it counts lines and list numbers as it goes."""

    def __init__(self, document: Document) -> None:
        parts = {r.reltype.rsplit("/", 1)[-1]: r for r in document.part.rels.values()}
        self._body = document.element.body
        self._notes = _root(parts.get("footnotes"))
        self._styles = Styles(_root(parts.get("styles")))
        self._numbering = Numbering(_root(parts.get("numbering")))
        self._line = 0
        self._in_cell = False
        self._old = _has_old_fonts([self._body, self._notes, _root(parts.get("styles"))])
        self._legacy = ""
        self._before = ""

    def blocks(self) -> Iterator[Block]:
        yield from self._under(self._body)
        notes = [] if self._notes is None else self._notes.findall(W + "footnote")
        for note in notes:
            if note.get(W + "type") in (None, "normal"):
                mark = f"[{note.get(W + 'id')}]"
                text = "\n".join(self._cell_lines(note))
                self._line += 1
                yield Block(text=text, line=self._line, number=mark, style="footnote")

    def _under(self, parent: _Element) -> Iterator[Block]:
        for child in parent:
            if child.tag == W + "p":
                yield from self._paragraph(child)
            elif child.tag == W + "tbl":
                yield from self._left()
                self._line += 1
                self._legacy = ""
                rows = tuple(self._rows(child))
                if any(cell for row in rows for cell in row):
                    yield Block(text="", line=self._line, rows=rows, legacy=self._legacy)
            elif child.tag in WRAPPERS:
                yield from self._under(child)
        yield from self._left()

    def _left(self) -> Iterator[Block]:
        """What waits for a next paragraph where none comes."""
        text, self._before = self._before, ""
        if text.strip():
            yield Block(text=text, line=self._line)

    def _paragraph(self, p: _Element) -> Iterator[Block]:
        self._line += 1
        style = self._styles.of(p)
        text, encoding = self._text(p, style)
        self._legacy = encoding or self._legacy
        # Where the end of a paragraph was deleted, its rest and the next are one.
        text, self._before = self._before + text, ""
        number = ""
        if _has_no_end(p):
            self._before, text = text, ""
        else:
            number = self._number(p)
        if number or text.strip():
            yield Block(
                text=text,
                line=self._line,
                number=number,
                style=self._styles.name(style),
                bold=not self._in_cell and self._bold(p, style),
                centered=not self._in_cell and self._styles.alignment(p, style) == "center",
                legacy=encoding or "",
            )
        for box in p.iter(W + "txbxContent"):
            if not any(a.tag == COMPATIBILITY + "Fallback" for a in box.iterancestors()):
                yield from self._under(box)

    def _number(self, p: _Element) -> str:
        properties = p.find(W + "pPr")
        own = properties.find(W + "numPr") if properties is not None else None
        style = self._styles.of(p)
        num_id, depth = value(own, "numId"), value(own, "ilvl")
        if num_id is None:
            owner, inherited = self._styles.numbering(style)
            num_id = value(inherited, "numId")
            if num_id is not None and depth is None:
                at = self._numbering.depth_of_style(num_id, owner)
                depth = str(whole(value(inherited, "ilvl"), at))
        if num_id is None or num_id == "0":
            return ""
        number = self._numbering.next(num_id, whole(depth, 0))
        mark = None if properties is None else properties.find(W + "rPr")
        return unicode_of([(number, self._styles.font(mark, style) if self._old else "")])[0]

    def _text(self, p: _Element, style: str) -> tuple[str, Legacy | None]:
        if not self._old:
            return composed("".join(text for text, _ in _pieces(p))), None
        return unicode_of([(text, self._styles.font(look, style)) for text, look in _pieces(p)])

    def _bold(self, p: _Element, style: str) -> bool:
        seen = [
            r for r in p.iter(W + "r") if any(t.text and t.text.strip() for t in r.iter(W + "t"))
        ]
        return bool(seen) and all(self._styles.bold(run, style) for run in seen)

    def _rows(self, table: _Element) -> Iterator[tuple[str, ...]]:
        for row in _unwrapped(table, W + "tr"):
            yield tuple(self._cell(cell) for cell in _unwrapped(row, W + "tc"))

    def _cell(self, cell: _Element) -> str:
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is not None and merge.get(W + "val") != "restart":
            return ""
        return "\n".join(self._cell_lines(cell)).strip()

    def _cell_lines(self, cell: _Element) -> Iterator[str]:
        for block in self._inside(cell):
            if block.rows:
                yield from ("\t".join(row) for row in block.rows)
            else:
                yield f"{block.number} {block.text}".strip()

    def _inside(self, cell: _Element) -> list[Block]:
        # A paragraph inside a table is no line of its own: the table is, and only words count.
        line, in_cell = self._line, self._in_cell
        self._in_cell = True
        blocks = list(self._under(cell))
        self._line, self._in_cell = line, in_cell
        return blocks


def _root(relation: object) -> _Element | None:
    """The XML of the part a relationship leads to; python-docx resolves no entities."""
    part = None if relation is None or relation.is_external else relation.target_part  # type: ignore[attr-defined]
    if part is None:
        return None
    if hasattr(part, "element"):
        return part.element
    return parse_xml(part.blob)


def _has_no_end(p: _Element) -> bool:
    """True where the mark that ends a paragraph was deleted, moved away or hidden."""
    mark = p.find(f"{W}pPr/{W}rPr")
    gone = () if mark is None else (mark.find(W + name) for name in ("del", "moveFrom", "vanish"))
    return any(switched_on(sign) for sign in gone)


def _unwrapped(parent: _Element, tag: str) -> Iterator[_Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in WRAPPERS:
            yield from _unwrapped(child, tag)


def _has_old_fonts(roots: list[_Element | None]) -> bool:
    """True where a font from before Unicode is named, so that fonts have to be looked at."""
    fonts = (font for root in roots if root is not None for font in root.iter(W + "rFonts"))
    return any(of_font(name) for font in fonts for name in font.attrib.values())


def _pieces(
    element: _Element, look: _Element | None = None
) -> Iterator[tuple[str, _Element | None]]:
    """The visible characters under a paragraph with the w:rPr of their run; no text boxes."""
    for child in element:
        tag = child.tag
        if tag in (W + "t", MATH + "t"):
            yield child.text or "", look
        elif tag in UNSEEN or tag == W + "txbxContent":
            continue
        elif tag in (W + "br", W + "cr"):
            yield "\n", look
        elif tag in (W + "tab", W + "ptab"):
            yield "\t", look
        elif tag == W + "noBreakHyphen":
            yield "-", look
        elif tag == W + "softHyphen":
            yield "\u00ad", look  # invisible, but a letter in a font from before Unicode
        elif tag == W + "footnoteReference":
            yield f"[{child.get(W + 'id')}]", look
        elif tag == W + "r":
            properties = child.find(W + "rPr")
            hidden = properties is not None and switched_on(properties.find(W + "vanish"))
            if not hidden:
                yield from _pieces(child, properties)
        else:
            yield from _pieces(child, look)
