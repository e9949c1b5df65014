"""Which line opens a unit, and which unit: the layouts Vietnamese documents are written in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.documents.nodes import Kind
from app.documents.numerals import ORDINAL, in_digits
from app.documents.parsers.blocks import Block, composed

_COUNT = rf"(?:(?i:(?:thứ\s+)?(?:{ORDINAL}))|[IVXLC]+[a-zđ]?|\d{{1,3}}[a-zđ]?|[A-ZĐ])(?![^\W_])"
_BREAK = r"\s*[.:]?(?:\s*[-–—](?=\s|$))?"

# A consolidated text puts the mark of its note between a number and its stop: "Điều 5[3].".
_NOTE = r"(?:\s?\[\d{1,3}\])?"
# Laws before about 1996 write "Điều 5-", "1- " and "a- "; the constitution of 1946 "Điều thứ 5",
# decrees of those years "Điều thứ hai" and treaties "Điều II".
ARTICLE = re.compile(
    rf"[ĐÐ]\s?(?:i\s?ề\s?u|I\s?Ề\s?U)\s*(?P<number>(?:(?:thứ|THỨ)\s+)?\d{{1,4}}(?:[a-zđ]\d?)?|"
    rf"(?i:thứ\s+(?:{ORDINAL}))|[IVXL]+)(?![^\W_]){_NOTE}"
    rf"(?P<dot>\s*[.:]{_NOTE}(?:\s?[-–—](?=\s|$))?|\s?[-–—](?=\s|$))?"
)
# The same word and number mistyped or misread by a scanner, for a place where one is missing.
LOOSE = re.compile(
    r"[ĐÐDđd]\s?[iíìI]\s?[êềểễếèéeÊỀ]\s?[uùúưnU]\s*(?:(?:thứ|THỨ)\s+)?"
    r"(?P<number>[\dIlOo|]{1,4})(?![^\W_])(?P<mark>\s*[.:;,/)\-–—]*)"
)
CLAUSE = re.compile(
    rf"(?P<number>\d{{1,3}}(?:[a-zđ]\d?)?){_NOTE}(?:\s*\.(?!\d)|[-–/](?=\s)){_NOTE}"
)
BRACKETED = re.compile(r"(?P<number>\d{1,3})\s?\)(?=\s)")
POINT = re.compile(
    rf"(?P<number>(?P<letter>[a-zđ])(?:(?P=letter)(?=\s*\))|\d{{1,2}})?){_NOTE}"
    rf"(?:\s*\)|[-–/.](?=\s)){_NOTE}"
)
ROMAN = re.compile(r"(?P<number>[IVXLC]+)\s*[./](?=\s)")
CAPITAL = re.compile(r"(?P<number>[A-ZĐ])\s*[./](?=\s)")
DIVISIONS = {
    Kind.PART: re.compile(rf"(?:Phần|PHẦN)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.CHAPTER: re.compile(rf"(?:Chương|CHƯƠNG)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.SECTION: re.compile(rf"(?:Mục|MỤC)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.SUBSECTION: re.compile(rf"(?:Tiểu mục|TIỂU MỤC|Tiết|TIẾT)\s+(?P<number>{_COUNT}){_BREAK}"),
}
ANNEX = re.compile(
    r"(?:Phụ lục|PHỤ LỤC|(?:Biểu(?: mẫu)?|Mẫu(?: biểu)?|BIỂU(?: MẪU)?|MẪU(?: BIỂU)?)"
    r"(?=\s+(?:(?:số|SỐ)\b|[\dIVXLC])))"
    r"(?:\s++(?:(?:số|SỐ)\s*+:?\s*+)?(?P<number>[IVXLC]+[a-z]?|\d{1,3}[a-zA-Z]?|[A-Z])(?![^\W_]))?"
    r"\s*+[.:]?(?:\s*+[-–—](?=\s))?"
)
ATTACHED = re.compile(
    r"(?:QUY ĐỊNH|QUY CHẾ|ĐIỀU LỆ|NỘI QUY|QUY TRÌNH|QUY TẮC|QUY CHUẨN|HƯỚNG DẪN|KẾ HOẠCH|ĐỀ ÁN|"
    r"CHƯƠNG TRÌNH|CHIẾN LƯỢC|PHƯƠNG ÁN|DANH MỤC|DANH SÁCH|BẢNG GIÁ|BẢNG|BIỂU)(?!:)\b"
)
ENCLOSED = re.compile(r"\(?\s*(?:(?:Được\s+)?(?:[Bb]an hành|[Pp]hê duyệt)\s+)?[Kk]èm theo\b")
LONGEST_DOTLESS = 200


@dataclass(frozen=True)
class Line:
    """One line to be placed: a piece of a paragraph between soft breaks, or a table.

    What its neighbours show of it: `article` is the number of the article that it opens though it
    does not look so, and `only_words` holds where it opens nothing though it looks so.
    """

    text: str
    line: int
    style: str = ""
    bold: bool = False
    centered: bool = False
    soft: bool = False
    automatic: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    legacy: str = ""
    article: str = ""
    only_words: bool = False

    @property
    def stands_out(self) -> bool:
        """True where the layout says heading."""
        return self.centered or self.bold or self.style.casefold().startswith("heading")


@dataclass(frozen=True)
class Opening:
    """A unit found at the start of a line: its label as written, and the rest of the line."""

    kind: Kind
    number: str
    label: str
    rest: str


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """The lines of all blocks, blank ones dropped, spaces evened out, numbers made visible."""
    for block in blocks:
        if block.rows and _holds_text(block.rows):
            cells = [cell for row in block.rows for cell in row]
            yield from lines_of(replace(block, text=cell, rows=()) for cell in cells)
            continue
        if block.rows:
            rows = tuple(tuple(_even(c, "\n") for c in row) for row in block.rows)
            yield Line("", block.line, style=block.style, rows=rows, legacy=block.legacy)
            continue
        soft = False
        for piece in f"{block.number} {block.text}".splitlines():
            text = " ".join(composed(piece).split())
            if text:
                yield Line(
                    text=text,
                    line=block.line,
                    style=block.style,
                    bold=block.bold,
                    centered=block.centered,
                    soft=soft,
                    automatic=bool(block.number) and not soft,
                    legacy=block.legacy,
                )
                soft = True


def _holds_text(rows: tuple[tuple[str, ...], ...]) -> bool:
    """True where a table is only a frame around articles."""
    cells = [cell for row in rows for cell in row]
    framed = all(len(row) == 1 for row in rows)
    return framed and any(ARTICLE.match(line.strip()) for c in cells for line in c.splitlines())


def _even(text: str, joint: str) -> str:
    pieces = (" ".join(piece.split()) for piece in composed(text).splitlines())
    return joint.join(piece for piece in pieces if piece)


def capitals(text: str) -> bool:
    """True where the text has letters and none of them is small."""
    return text.upper() == text and any(c.isalpha() for c in text)


def ends_sentence(text: str) -> bool:
    """True where the text stops like a sentence or a list item, not like a heading."""
    return text.endswith((".", ";", ":", ",", "!", "?"))


class Recogniser:
    """Finds what each line opens, given the habits of the whole document."""

    def __init__(self, lines: list[Line]) -> None:
        found = [m for line in lines if (m := ARTICLE.match(line.text))]
        dotted = sum(1 for m in found if m["dot"])
        # Where articles are written "Điều 5" without a stop, a title may follow on the same line.
        self._dotless = len(found) > 2 * dotted
        self._roman = not any(re.search(r"\d|thứ", m["number"].casefold()) for m in found)
        self.has_articles = any(self.article(line) for line in lines)

    def opening(self, line: Line) -> Opening | None:
        """The unit that `line` opens, or None; clauses and points are for `item` to find."""
        if line.rows or line.only_words:
            return None
        return self.article(line) or self.division(line)

    def article(self, line: Line) -> Opening | None:
        """The article that `line` opens: "Điều 5. …", "Điều 5" alone, or without a stop."""
        if line.rows or line.only_words:
            return None
        if line.article:
            match = LOOSE.match(line.text)
            label = match[0].strip() if match else ""
            return Opening(Kind.ARTICLE, line.article, label, line.text[len(label) :].strip())
        match = ARTICLE.match(line.text)
        if not match or (not self._roman and set(match["number"]) <= set("IVXL")):
            return None
        rest = line.text[match.end() :].strip()
        if rest and not match["dot"]:
            titled = rest[0].isupper() and not ends_sentence(rest) and len(rest) < LONGEST_DOTLESS
            if not (titled and (self._dotless or line.stands_out)):
                return None
        return _opened(Kind.ARTICLE, match, line)

    def division(self, line: Line) -> Opening | None:
        """The part, chapter, section or subsection that `line` opens, not one it only mentions."""
        for kind, pattern in DIVISIONS.items():
            match = pattern.match(line.text)
            if not match:
                continue
            rest = line.text[match.end() :].strip()
            if not rest or capitals(rest) or (line.stands_out and rest[0].isupper()):
                return _opened(kind, match, line)
            if rest[0].isupper() and not ends_sentence(rest) and len(rest) < LONGEST_DOTLESS:
                return _opened(kind, match, line)
        return None

    def item(self, line: Line) -> Opening | None:
        """The clause or point that `line` opens."""
        if line.rows or line.only_words:
            return None
        for kind, pattern in ((Kind.CLAUSE, CLAUSE), (Kind.POINT, POINT)):
            match = pattern.match(line.text)
            if match:
                return _opened(kind, match, line)
        return None

    def bracketed(self, line: Line) -> Opening | None:
        """The clause that `line` opens where clauses are written "1)"."""
        match = None if line.rows or line.only_words else BRACKETED.match(line.text)
        return _opened(Kind.CLAUSE, match, line) if match else None

    def heading_of_plan(self, line: Line) -> Opening | None:
        """The "A. …" or "I. …" that divides a document without articles."""
        if line.rows:
            return None
        roman = ROMAN.match(line.text)
        if roman:
            return _opened(Kind.SECTION, roman, line)
        capital = CAPITAL.match(line.text)
        if capital and (line.stands_out or capitals(line.text)):
            return _opened(Kind.PART, capital, line)
        return None


def _opened(kind: Kind, match: re.Match[str], line: Line) -> Opening:
    label, rest = line.text[: match.end()].strip(), line.text[match.end() :].strip()
    number = match["number"] or ""
    return Opening(kind, in_digits(number) if kind is Kind.ARTICLE else number, label, rest)


def annex_at(
    lines: list[Line], at: int, *, behind_end: bool = False, anew: bool = False
) -> Opening | None:
    """The annex, form or attached regulation whose heading stands at `at`, or None.

    `behind_end` says that the enacting text was signed before: a title may stand on the same line;
    `anew` that articles soon begin at 1 again: then a name alone tells an attached regulation.
    """
    line = lines[at]
    if line.rows or line.only_words:
        return None
    match = ANNEX.match(line.text)
    if match:
        rest = line.text[match.end() :].strip()
        named = bool(match["number"]) or capitals(line.text) or line.stands_out
        named = named or (behind_end and not rest)
        plain = not rest or capitals(rest) or rest.startswith("(") or line.centered
        titled = behind_end and rest[:1].isupper() and not ends_sentence(rest)
        if named and (plain or titled) and not rest.endswith(";"):
            return _opened(Kind.ANNEX, match, line)
    if ATTACHED.match(line.text) and capitals(line.text):
        following = lines[at + 1 : at + 6]
        if anew or any(ENCLOSED.match(other.text) for other in following):
            return Opening(Kind.ANNEX, "", "", line.text)
    return None
