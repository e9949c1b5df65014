"""Web pages and HTML saved by word processors as blocks: what a browser would show as text."""

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from lxml import etree

from app.documents.parsers.blocks import (
    MAX_LINES,
    Block,
    UnreadableCode,
    UnreadableError,
    composed,
)
from app.documents.parsers.css import Sheet
from app.documents.parsers.decoding import markup_of
from app.documents.parsers.grid import Grid
from app.documents.parsers.html_lists import Lists
from app.documents.parsers.html_paragraphs import Paragraph, State
from app.documents.parsers.html_states import inside
from app.documents.parsers.html_tables import articles, blocks_of
from app.documents.parsers.numbering import whole
from app.kit.legacy import Legacy, repaired

# The parser looks through all open elements for each end mark without its beginning.
DEEPEST = 4_000
MARKS = 400_000  # twenty times the Civil Code
PICTURE = re.compile(rb"data:[\w/+.-]{1,60};base64,[\w+/=%\s]*+")
MOST_BYTES = 8 * 1024 * 1024  # eight times the same
MOST_STATES = 20_000
CHUNK = 64 * 1024
BLOCKS = {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table",
    "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre", "section", "main",
    "article", "center", "address", "figure", "figcaption", "fieldset", "legend", "hr", "body",
    "form", "header", "footer", "details", "summary",
}  # fmt: skip
CELLS = ("td", "th")
# Pages were laid out in tables within tables; what is deeper still is read as plain text.
MOST_NESTED = 10
# Those in cells counted too: a province's table of land prices has up to a hundred thousand.
MOST_BLOCKS = 6 * MAX_LINES


def read_html(data: bytes) -> list[Block]:
    """The visible paragraphs and tables of a page in order; raises UnreadableError.

    Scripts, menus, comments and hidden elements are left out; numbers of lists are made visible.
    """
    data = PICTURE.sub(b"", data)
    if len(data) > MOST_BYTES or data.count(b"<") > MARKS:
        raise UnreadableError(UnreadableCode.TOO_LONG)
    text, encoding = markup_of(data)
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True, no_network=True)
    with suppress(_Enough):
        _feed(parser, text.encode("utf-8", "replace"))
    return _finished(page.blocks(), encoding)


def _feed(parser: etree.HTMLParser, source: bytes) -> None:
    try:
        for start in range(0, len(source), CHUNK):
            parser.feed(source[start : start + CHUNK])
        parser.close()
    except etree.LxmlError as fault:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT) from fault


def _finished(blocks: list[Block], encoding: Legacy | None) -> list[Block]:
    """The blocks with their lines, in Unicode even where neither bytes nor fonts said otherwise."""
    if encoding is None and not any(block.legacy for block in blocks):
        encoding = repaired("\n".join(block.text for block in blocks))[1]
        blocks = [_converted(block, encoding) for block in blocks] if encoding else blocks
    return [
        replace(block, line=line, legacy=block.legacy or encoding or "")
        for line, block in enumerate(blocks, start=1)
    ]


def _converted(block: Block, encoding: Legacy) -> Block:
    rows = tuple(tuple(composed(encoding.read(cell)) for cell in row) for row in block.rows)
    return replace(block, text=composed(encoding.read(block.text)), rows=rows)


class _Enough(Exception):  # noqa: N818 - nothing is wrong
    """Raised to stop reading behind the last line that a law has room for."""


class _Page:
    """A target for the parser: it knows what is open, and grows one paragraph at a time."""

    def __init__(self) -> None:
        self._kept: list[Block] = []
        self._in_main: list[bool] = []
        self._contents: dict[int, Block] = {}
        self._cells: list[list[Block] | None] = []
        self._tables: list[Grid] = []
        self._beyond = 0
        self._count = 0
        self._states = [State()]
        self._sheet = Sheet()
        self._lists = Lists()
        self._paragraph = Paragraph()
        self._css: list[str] | None = None
        self._looks: dict[tuple[object, ...], tuple[State, dict[str, str], State]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._states) > DEEPEST:
            raise UnreadableError(UnreadableCode.DAMAGED)
        outer = self._states[-1]
        if tag == "style":
            self._css = []
        if outer.hidden:
            self._states.append(outer)
            return
        css, state = self._look(outer, tag, attributes)
        if not state.hidden:
            if tag in BLOCKS:
                self._flush()
            self._begin(tag, attributes, css, outer)
        self._states.append(state)
        if state.after:
            self._paragraph.add("[", state)

    def _look(
        self, outer: State, tag: str, attributes: Mapping[str, str]
    ) -> tuple[dict[str, str], State]:
        """The style of an element and the state inside it; most elements are like one before."""
        key = (id(outer), tag, *attributes.items())
        if key not in self._looks:
            classes, own = attributes.get("class", "").split(), attributes.get("style", "")
            css = self._sheet.of(tag, classes, own)
            if len(self._looks) > MOST_STATES:
                self._looks.clear()
            # The outer state is kept, so that no other can take its identity.
            self._looks[key] = (outer, css, inside(outer, tag, attributes, css))
        _, css, state = self._looks[key]
        return css, state

    def _begin(
        self, tag: str, attributes: Mapping[str, str], css: Mapping[str, str], outer: State
    ) -> None:
        if tag == "br":
            self._paragraph.break_line(outer)
        elif tag in ("ol", "ul"):
            self._lists.begin(tag, attributes, css, self._sheet.markers)
        elif tag == "li":
            self._flush(with_number=True)
            self._paragraph.number = self._lists.number(attributes, css)
            self._paragraph.item = self._lists.open[-1] if self._lists.open else None
        elif tag == "table" and len(self._tables) == MOST_NESTED:
            self._beyond += 1
        elif tag == "table":
            self._tables.append(Grid())
            self._cells.append(None)
        elif tag == "tr" and self._tables and not self._beyond:
            self._tables[-1].begin_row()
        elif tag in CELLS and self._tables and not self._beyond:
            columns, rows = (whole(attributes.get(name), 1) for name in ("colspan", "rowspan"))
            self._cells[-1] = self._tables[-1].begin_cell(columns, rows)

    def end(self, tag: str) -> None:
        """An element ends; the parser sees to it that each that began does."""
        if tag == "style":
            self._sheet.add("".join(self._css or ()))
            self._looks.clear()
            self._css = None
        state = self._states.pop() if len(self._states) > 1 else self._states[0]
        if state.hidden:
            return
        if state.after:
            self._paragraph.add(state.after, state)
        if tag in BLOCKS:
            self._flush(with_number=tag == "li")
        if tag in ("ol", "ul"):
            self._lists.end()
        elif tag == "table" and self._beyond:
            self._beyond -= 1
        elif tag in CELLS and self._cells and not self._beyond:
            self._cells[-1] = None
        elif tag == "tr" and self._tables and not self._beyond:
            self._tables[-1].end_row()
        elif tag == "table" and self._tables:
            self._end_table()

    def data(self, text: str) -> None:
        """Characters arrive."""
        if self._css is not None:
            self._css.append(text)
        elif not self._states[-1].hidden:
            self._paragraph.add(text, self._states[-1])

    def close(self) -> None:
        """The page is complete."""
        self._flush(with_number=True)
        while self._tables:
            self._end_table()

    def blocks(self) -> list[Block]:
        """All that was kept; of a page with a main part that holds every article, that part."""
        kept = self._kept
        if len(kept) > MAX_LINES:
            return kept  # not read to its end: nobody shall take it for the whole
        main = [block for block, main in zip(kept, self._in_main, strict=True) if main]
        if main and articles(main) and articles(main) == articles(kept):
            kept = main
        said = Counter(block.text for block in kept)
        # A table of contents that links to the headings says nothing they do not.
        return [b for b in kept if id(b) not in self._contents or said[b.text] == 1]

    def _end_table(self) -> None:
        self._cells.pop()
        for block in blocks_of(self._tables.pop()):
            self._keep(block)

    def _flush(self, with_number: bool = False) -> None:
        """The paragraph, if there is one, is a block; a number alone waits for its text."""
        paragraph = self._paragraph
        if paragraph.is_blank() and not (with_number and paragraph.number):
            paragraph.clear()
            return
        if paragraph.is_menu():
            paragraph.clear()
            paragraph.number = ""
            return
        contents, item = paragraph.is_contents(), paragraph.item
        for block in paragraph.blocks():
            if contents:
                self._contents[id(block)] = block
            self._keep(block)
            if item and block.number and item.step < 0:
                into = self._into()
                item.items.append((into, len(into) - 1))
        paragraph.item = None

    def _into(self) -> list[Block]:
        """Where blocks go: into the innermost open cell, or onto the page."""
        return next((cell for cell in reversed(self._cells) if cell is not None), self._kept)

    def _keep(self, block: Block) -> None:
        into = self._into()
        into.append(block)
        if into is self._kept:
            self._in_main.append(self._states[-1].main)
        self._count += 1
        if self._count > MOST_BLOCKS:
            raise UnreadableError(UnreadableCode.TOO_LONG)
        if len(self._kept) > MAX_LINES:
            raise _Enough
