"""Markdown as blocks: marks become what they mean, and every other character stays."""

import html
import re
from collections.abc import Iterator

from app.documents.parsers.blocks import Block
from app.documents.parsers.emphasis import without_emphasis
from app.documents.parsers.wrapping import are_spaced, opens

HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
CLOSING_MARKS = re.compile(r"[ \t]#+[ \t]*$")
UNDERLINE = re.compile(r"={3,}")
TABLE_RULE = re.compile(r"\|?\s*+:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+\|?")
FENCE = re.compile(r"(?:`{3,}|~{3,})[^`]*")
QUOTE = re.compile(r"(?:>[ ]?)++")
ITEM = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))[ \t]+(?=\S)")
NOTE = re.compile(r"\[\^([\w-]{1,40})\]:\s*+(.*)")
RULE = re.compile(r"(?:\\?[-_*]\s*+){3,}+")
FRONT = re.compile(r"---[ \t]*\n(?:[\w-]+[ \t]*:[^\n]*\n|[ \t][^\n]*\n){1,50}---[ \t]*(?:\n|\Z)")
# What tells Markdown from plain text: one of the first, or bold text twice.
TELLING = re.compile(
    r"^(?:#{1,6}[ \t]+\S|\|?[ \t]*:?-{3,}:?[ \t]*\|[-:| \t]*$|\d{1,3}\\\.[ \t])", re.MULTILINE
)
BOLD = re.compile(r"\*\*[^\s*][^*\n]{0,200}\*\*")

IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
LINK = re.compile(r"\[([^\[\]\n]{1,2000})\]\([^()\n]{0,2000}\)")
NOTE_MARK = re.compile(r"\[\^([\w-]{1,40})\]")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:abbr|a|big|b|center|div|em|font|i|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
CENTERED = re.compile(
    r"<center>|<(?:p|div|h\d)\s[^<>]{0,200}(?:align\s{0,9}=|text-align:)[\"'\s]{0,9}center", re.I
)
CELLS = re.compile(r"(?<!\\)\|")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# Escaped characters sleep in the private area while the marks are taken off.
ASLEEP = 0xF0000
AWAKE = {ASLEEP + point: chr(point) for point in range(0x21, 0x7F)}


def looks_marked(text: str) -> bool:
    """Whether a text is written in Markdown."""
    bold = BOLD.finditer(text)
    return bool(TELLING.search(text)) or (next(bold, None) and next(bold, None)) is not None


def marked_blocks(text: str) -> Iterator[Block]:
    """The paragraphs and tables of a Markdown text, without its marks."""
    text = _without_comments(text)
    lines = text.splitlines()
    front = FRONT.match(text)
    if front:
        skipped = front[0].count("\n")
        lines[:skipped] = [""] * skipped
    return _Reader(lines).blocks()


def _without_comments(text: str) -> str:
    """The text without `<!-- … -->`, its lines where they were."""
    pieces: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join((*pieces, text[at:]))


class _Reader:
    """One pass over the lines: a paragraph grows until something else begins."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._first = 0
        self._pieces: list[str] = []
        self._number = self._style = ""
        self._counts: dict[int, tuple[int, int]] = {}
        self._fenced = False
        self._spaced = are_spaced([_bare(line) for line in lines])

    def blocks(self) -> Iterator[Block]:
        at = 0
        while at < len(self._lines):
            line, raw = at + 1, self._lines[at]
            text = QUOTE.sub("", raw.strip(), count=1) if raw.lstrip()[:1] == ">" else raw.strip()
            at += 1
            if FENCE.fullmatch(text):
                yield from self._done()
                self._fenced = not self._fenced
            elif not text:
                yield from self._done()
            elif self._fenced:
                yield Block(text=text, line=line)
            elif self._heads_table(at - 1):
                yield from self._done()
                rows, at = self._rows(at - 1)
                yield Block(text="", line=line, rows=rows)
            elif self._pieces and UNDERLINE.fullmatch(text):
                self._style = "heading 1"
                yield from self._done()
            else:
                yield from self._line(line, raw, text)
        yield from self._done()

    def _line(self, line: int, raw: str, text: str) -> Iterator[Block]:
        heading, note = HEADING.fullmatch(text), NOTE.fullmatch(text)
        before = self._pieces[-1].strip() if self._pieces else ""
        item = None if RULE.fullmatch(text) else self._item(before, text)
        if heading:
            yield from self._done()
            self._begin(line, CLOSING_MARKS.sub("", heading[2]), style=f"heading {len(heading[1])}")
            yield from self._done()
        elif note:
            yield from self._done()
            self._begin(line, note[2], f"[{note[1]}]", "footnote")
        elif item:
            yield from self._done()
            indent = len(raw) - len(raw.lstrip())
            self._begin(line, text[item.end() :], self._marker(item, indent))
        elif RULE.fullmatch(text) or not before or self._opens(before, text):
            yield from self._done()
            if not raw[:1].isspace():
                self._counts.clear()  # a paragraph at the margin ends the lists above it
            self._begin(line, raw.lstrip() if text == raw.strip() else text)
        else:
            self._pieces.append(raw.lstrip() if text == raw.strip() else text)

    def _item(self, before: str, text: str) -> re.Match[str] | None:
        """The marker of a list item; inside a paragraph only after a stop, and counting from 1."""
        item = ITEM.match(text)
        if not item or not before or self._number or not self._spaced:
            return item
        return item if item[2] == "1" or (item[1] and opens(before, text)) else None

    def _opens(self, before: str, text: str) -> bool:
        return not self._spaced and opens(before, _bare(text))

    def _begin(self, line: int, text: str, number: str = "", style: str = "") -> None:
        self._first, self._pieces = line, [text]
        self._number, self._style = number, style

    def _marker(self, item: re.Match[str], indent: int) -> str:
        """What is shown before a list item; a number that repeats itself counts on."""
        if item[1]:
            return "•" if item[1] == "*" else item[1]
        for deeper in [depth for depth in self._counts if depth > indent]:
            del self._counts[deeper]
        written = int(item[2])
        before = self._counts.get(indent)
        shown = before[1] + 1 if before and before[0] == written else written
        self._counts[indent] = (written, shown)
        return f"{shown}{item[3]}"

    def _done(self) -> Iterator[Block]:
        pieces, self._pieces = self._pieces, []
        if not pieces:
            return
        joined = "".join(
            piece.rstrip().removesuffix("\\") + ("\n" if piece.endswith(("  ", "\\")) else " ")
            for piece in pieces
        )
        centered = bool(CENTERED.search(joined))
        text, bold = _plain(joined.strip())
        if self._number or text:
            yield Block(
                text=text,
                line=self._first,
                number=self._number,
                style=self._style,
                bold=bold,
                centered=centered,
            )
        self._number = self._style = ""

    def _heads_table(self, at: int) -> bool:
        line = self._lines[at].strip()
        below = self._lines[at + 1].strip() if at + 1 < len(self._lines) else ""
        ruled = "|" in line and "|" in below and TABLE_RULE.fullmatch(below)
        return bool(ruled) or (line.startswith("| ") and line.endswith(" |"))

    def _rows(self, at: int) -> tuple[tuple[tuple[str, ...], ...], int]:
        """The rows of the table at a line, and the line behind it."""
        rows: list[tuple[str, ...]] = []
        while at < len(self._lines) and "|" in self._lines[at]:
            line = self._lines[at].strip()
            at += 1
            if not TABLE_RULE.fullmatch(line):
                cells = CELLS.split(line.removeprefix("|").removesuffix("|"))
                rows.append(tuple(_plain(cell.strip())[0] for cell in cells))
        return tuple(rows), at


def _bare(line: str) -> str:
    """The line as `opens` knows lines: nothing before its number, nothing inside it."""
    return line.lstrip("#>*_ \t").replace("\\", "")


def _plain(text: str) -> tuple[str, bool]:
    """The text as it is read, and whether all of it is bold."""
    text = ESCAPED.sub(lambda mark: chr(ASLEEP + ord(mark[1])), text)
    text = LINK.sub(r"\1", IMAGE.sub("", text))
    text = NOTE_MARK.sub(r"[\1]", text)
    text = TAG.sub("", BREAK.sub("\n", text))
    text, bold = without_emphasis(text.strip())
    return html.unescape(text).translate(AWAKE).strip(), bold
