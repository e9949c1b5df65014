"""OpenDocument texts (.odt) as blocks, read with lxml: odfpy is asleep, and computes no numbers."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree
from lxml.etree import _Element

from app.documents.parsers.blocks import (
    MAX_LINES,
    Block,
    UnreadableCode,
    UnreadableError,
    composed,
)
from app.documents.parsers.fonts import unicode_of
from app.documents.parsers.grid import Grid
from app.documents.parsers.numbering import whole
from app.documents.parsers.odt_lists import DEEPEST, TEXT, Counter, Lists
from app.documents.parsers.odt_styles import Styles

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
# A tree takes ten times the room of its text, and 200 bytes for each mark in it.
PART_BYTES = 30 * 1024 * 1024
MARKS = 1_000_000
SPACE = re.compile("[ \t\r\n]+")
MOST_SPACES = 10
PARAGRAPHS = (TEXT + "p", TEXT + "h")
# What is not there for a reader, or is said somewhere else again.
UNSEEN = {
    TEXT + "tracked-changes", TEXT + "hidden-text", TEXT + "hidden-paragraph", TEXT + "ruby-text",
    TEXT + "note", TEXT + "sequence-decls", TEXT + "variable-decls", TEXT + "user-field-decls",
    OFFICE + "annotation", OFFICE + "forms", OFFICE + "event-listeners", DRAW + "object",
}  # fmt: skip
ROW_GROUPS = {TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")}


def read_odt(data: bytes) -> list[Block]:
    """The visible paragraphs and tables of an .odt in order; raises UnreadableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            content, styles = _parts(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, etree.LxmlError) as fault:
        raise UnreadableError(UnreadableCode.DAMAGED) from fault
    except (NotImplementedError, RuntimeError, KeyError) as fault:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT) from fault
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
    roots = [content] if styles is None else [content, styles]
    return list(islice(_Reader(body, roots).blocks(), MAX_LINES + 1))


def _parts(package: zipfile.ZipFile) -> tuple[_Element, _Element | None]:
    names = set(package.namelist())
    if "META-INF/manifest.xml" in names:
        manifest = _read(package, "META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise UnreadableError(UnreadableCode.ENCRYPTED)
    content = _tree(_read(package, "content.xml"))
    return content, _tree(_read(package, "styles.xml")) if "styles.xml" in names else None


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        content = part.read(PART_BYTES + 1)
    if len(content) > PART_BYTES or content.count(b"<") > MARKS:
        raise UnreadableError(UnreadableCode.TOO_LONG)
    return content


def _tree(content: bytes) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(content, parser)


@dataclass
class _Item:
    """A list item whose number waits for its first paragraph."""

    counter: Counter
    style: str
    depth: int
    start: int | None
    waits: bool = True


@dataclass(frozen=True)
class _Look:
    """How a run of text shows."""

    bold: bool
    hidden: bool
    font: str


_Run = tuple[str, _Look]


class _Reader:
    """One pass over a document: it counts lines and list numbers as it goes."""

    def __init__(self, body: _Element, roots: list[_Element]) -> None:
        self._body = body
        self._styles = Styles(roots)
        self._lists = Lists(roots)
        self._looks: dict[tuple[str, str], _Look] = {}
        self._notes: list[_Element] = []
        self._line = 0

    def blocks(self) -> Iterator[Block]:
        """Everything visible, notes last."""
        yield from self._under(self._body)
        for note in self._notes:
            body = note.find(TEXT + "note-body")
            inside = [] if body is None else list(self._under(body))
            text = "\n".join(f"{block.number} {block.text}".strip() for block in inside)
            self._line += 1
            yield Block(text=text, line=self._line, number=_mark(note), style="footnote")

    def _under(self, parent: _Element, item: _Item | None = None) -> Iterator[Block]:
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in UNSEEN:
                continue
            if tag in PARAGRAPHS:
                yield from self._paragraph(child, item)
            elif tag == TEXT + "list":
                yield from self._list(child, item)
            elif tag == TABLE + "table":
                yield from self._table(child)
            elif tag == TEXT + "index-body":
                yield from (replace(block, style="toc") for block in self._under(child))
            elif child.get(TEXT + "display") != "none":
                yield from self._under(child, item)

    def _list(self, element: _Element, outer: _Item | None) -> Iterator[Block]:
        style = element.get(TEXT + "style-name") or (outer.style if outer else "")
        if not style:
            first = next(element.iter(*PARAGRAPHS), None)
            named = None if first is None else first.get(TEXT + "style-name", "")
            style = (self._styles.list_style(named) if named else None) or ""
        same = outer is not None and style == outer.style
        counter = outer.counter if outer and same else self._lists.counter(element, style)
        depth = min(outer.depth + 1 if outer else 0, DEEPEST - 1)
        for child in element:
            start = child.get(TEXT + "start-value")
            item = _Item(counter, style, depth, None if start is None else whole(start, 1))
            item.waits = child.tag == TEXT + "list-item"
            yield from self._under(child, item)

    def _paragraph(self, p: _Element, item: _Item | None) -> Iterator[Block]:
        self._line += 1
        line, style = self._line, p.get(TEXT + "style-name", "")
        number = self._number(p, style, item)
        boxes: list[_Element] = []
        runs = [run for run in self._runs(p, "", style, boxes) if not run[1].hidden]
        text, encoding = unicode_of([(text, look.font) for text, look in runs])
        if number or text.strip():
            seen = [look for text, look in runs if text.strip()]
            yield Block(
                text=text,
                line=line,
                number=number,
                style=self._styles.name(style),
                bold=bool(seen) and all(look.bold for look in seen),
                centered=self._styles.is_centered(style),
                legacy=encoding or "",
            )
        for box in boxes:
            yield from self._under(box)

    def _number(self, p: _Element, style: str, item: _Item | None) -> str:
        """What is printed before the paragraph: as item of a list, or as heading of the outline."""
        if item is not None:
            if not item.waits:
                return ""
            item.waits = False
            levels = self._lists.levels(item.style)
            return composed(item.counter.next(item.depth, levels, item.start))
        depth = whole(p.get(TEXT + "outline-level"), 1) - 1
        heads = p.tag == TEXT + "h" and p.get(TEXT + "is-list-header") != "true"
        if not heads or not 0 <= depth < DEEPEST or self._styles.list_style(style) == "":
            return ""
        anew = p.get(TEXT + "restart-numbering") == "true"
        start = whole(p.get(TEXT + "start-value"), 1) if anew else None
        return composed(self._lists.headings.next(depth, self._lists.outline, start))

    def _look(self, run: str, paragraph: str) -> _Look:
        key = (run, paragraph)
        if key not in self._looks:
            styles = self._styles
            self._looks[key] = _Look(
                styles.is_bold(run, paragraph),
                styles.is_hidden(run, paragraph),
                styles.font(run, paragraph),
            )
        return self._looks[key]

    def _runs(
        self, element: _Element, run: str, paragraph: str, boxes: list[_Element]
    ) -> Iterator[_Run]:
        """The visible characters under a paragraph; boxes of text are put aside."""
        look = self._look(run, paragraph)
        if element.text:
            yield SPACE.sub(" ", element.text), look
        for child in element:
            tag = child.tag
            if tag == TEXT + "s":
                yield " " * min(whole(child.get(TEXT + "c"), 1), MOST_SPACES), look
            elif tag == TEXT + "tab":
                yield "\t", look
            elif tag == TEXT + "line-break":
                yield "\n", look
            elif tag == TEXT + "note":
                self._notes.append(child)
                yield _mark(child), look
            elif isinstance(tag, str) and tag.startswith(DRAW):
                boxes.append(child)
            elif isinstance(tag, str) and tag not in UNSEEN:
                own = child.get(TEXT + "style-name", run) if tag == TEXT + "span" else run
                yield from self._runs(child, own, paragraph, boxes)
            if child.tail:
                yield SPACE.sub(" ", child.tail), look

    def _table(self, table: _Element) -> Iterator[Block]:
        self._line += 1
        line = self._line
        grid = Grid()
        for row in _rows(table):
            grid.begin_row()
            for cell in row.iterchildren(TABLE + "table-cell"):
                spans = (f"{TABLE}number-{name}-spanned" for name in ("columns", "rows"))
                columns, rows = (whole(cell.get(span), 1) for span in spans)
                grid.begin_cell(columns, rows).extend(self._under(cell))
        self._line = line  # a paragraph inside a table is no line of its own: the table is
        yield from (replace(block, line=line) for block in grid.table())


def _rows(parent: _Element) -> Iterator[_Element]:
    for child in parent:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in ROW_GROUPS:
            yield from _rows(child)


def _mark(note: _Element) -> str:
    """How a note is called in the text."""
    citation = note.find(TEXT + "note-citation")
    shown = "" if citation is None else "".join(citation.itertext()).strip()
    return f"[{shown}]"
