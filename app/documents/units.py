"""Which line opens a unit, and which unit: the layouts Vietnamese documents are written in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.documents.nodes import Kind
from app.documents.parsers.blocks import Block, composed

ORDINALS = {
    "nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13,
    "mười bốn": 14, "mười lăm": 15, "mười sáu": 16, "mười bảy": 17, "mười tám": 18,
    "mười chín": 19, "hai mươi": 20,
}  # fmt: skip
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_COUNT = rf"(?:(?i:(?:thứ\s+)?(?:{_ORDINAL}))|[IVXLC]+[a-zđ]?|\d{{1,3}}[a-zđ]?|[A-ZĐ])(?![^\W_])"
_BREAK = r"\s*[.:]?(?:\s*[-–—](?=\s|$))?"

# Laws before about 1996 write "Điều 5-", "1- " and "a- "; the constitution of 1946 "Điều thứ 5".
ARTICLE = re.compile(
    r"[ĐÐ](?:iều|IỀU)\s*(?:(?:thứ|THỨ)\s+)?(?P<number>\d{1,4}(?:[a-zđ]\d?)?)(?![^\W_])"
    r"(?P<dot>\s*[.:](?:\s?[-–](?=\s|$))?|[-–](?=\s|$))?"
)
CLAUSE = re.compile(r"(?P<number>\d{1,3}(?:[a-zđ]\d?)?)(?:\s*\.(?!\d)|[-–/](?=\s))")
POINT = re.compile(r"(?P<number>[a-zđ]\d{0,2})(?:\s*\)|[-–/.](?=\s))")
ROMAN = re.compile(r"(?P<number>[IVXLC]+)\s*[./](?=\s)")
CAPITAL = re.compile(r"(?P<number>[A-ZĐ])\s*[./](?=\s)")
DIVISIONS = {
    Kind.PART: re.compile(rf"(?:Phần|PHẦN)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.CHAPTER: re.compile(rf"(?:Chương|CHƯƠNG)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.SECTION: re.compile(rf"(?:Mục|MỤC)\s+(?P<number>{_COUNT}){_BREAK}"),
    Kind.SUBSECTION: re.compile(rf"(?:Tiểu mục|TIỂU MỤC)\s+(?P<number>{_COUNT}){_BREAK}"),
}
ANNEX = re.compile(
    r"(?:Phụ lục|PHỤ LỤC|(?:Biểu mẫu|BIỂU MẪU|Mẫu|MẪU)(?=\s+(?:(?:số|SỐ)\b|[\dIVXLC])))"
    r"(?:\s+(?:(?:số|SỐ)\s*:?\s*)?(?P<number>[IVXLC]+[a-z]?|\d{1,3}[a-z]?|[A-Z])(?![^\W_]))?"
    r"\s*[.:]?"
)
ATTACHED = re.compile(
    r"(?:QUY ĐỊNH|QUY CHẾ|ĐIỀU LỆ|QUY TRÌNH|KẾ HOẠCH|ĐỀ ÁN|CHƯƠNG TRÌNH|DANH MỤC)(?!:)\b"
)
ENCLOSED = re.compile(r"\(?\s*(?:Ban hành\s+)?[Kk]èm theo\b")
LONGEST_DOTLESS = 200


@dataclass(frozen=True)
class Line:
    """One line to be placed: a piece of a paragraph between soft breaks, or a table."""

    text: str
    line: int
    style: str = ""
    bold: bool = False
    centered: bool = False
    soft: bool = False
    automatic: bool = False
    rows: tuple[tuple[str, ...], ...] = ()

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
        if block.rows:
            rows = tuple(tuple(_even(c, "\n") for c in row) for row in block.rows)
            yield Line(text="", line=block.line, style=block.style, rows=rows)
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
                )
                soft = True


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
        self.has_articles = any(self.article(line) for line in lines)

    def opening(self, line: Line) -> Opening | None:
        """The unit that `line` opens, or None; clauses and points are for `item` to find."""
        if line.rows or line.style.casefold().startswith("toc"):
            return None
        return self.article(line) or self.division(line)

    def article(self, line: Line) -> Opening | None:
        """The article that `line` opens: "Điều 5. …", "Điều 5" alone, or without a stop."""
        match = ARTICLE.match(line.text)
        if not match or line.style.casefold().startswith("toc"):
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
        if line.rows:
            return None
        for kind, pattern in ((Kind.CLAUSE, CLAUSE), (Kind.POINT, POINT)):
            match = pattern.match(line.text)
            if match:
                return _opened(kind, match, line)
        return None

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
    return Opening(kind, match["number"] or "", label, rest)


def annex_at(lines: list[Line], at: int) -> Opening | None:
    """The annex, form or attached regulation whose heading stands at `at`, or None."""
    line = lines[at]
    match = ANNEX.match(line.text)
    if match and not line.rows:
        rest = line.text[match.end() :].strip()
        named = bool(match["number"]) or capitals(line.text) or line.centered
        plain = not rest or capitals(rest) or rest.startswith("(") or line.centered
        if named and plain and not rest.endswith(";"):
            return _opened(Kind.ANNEX, match, line)
    if ATTACHED.match(line.text) and capitals(line.text):
        following = lines[at + 1 : at + 6]
        if any(ENCLOSED.match(other.text) for other in following):
            return Opening(Kind.ANNEX, "", "", line.text)
    return None
