"""Paragraphs of a text whose lines were broken at a column: the breaks are taken out again."""

import re
from collections.abc import Iterator

ROW = re.compile(r"\|\s(.*)\s\|")
RULE = re.compile(r"[-_–—=*.…\s]{3,}")
# How a paragraph begins that cannot be the middle of a sentence, if `next` is no small letter.
OPENS = re.compile(
    r"(?:[ĐÐ](?:iều|IỀU)\s*\d+[a-zđ]?\d?\s*(?:[.:]\s|[.:]?$|[-–]\s)|"
    r"(?:Chương|CHƯƠNG|Mục|MỤC|Phần|PHẦN|Tiểu mục|TIỂU MỤC)\s+(?:[IVXLC]+|\d+|thứ|THỨ)\b\s*[.:]?|"
    r"\d{1,3}(?:[a-zđ]\d?)?\.\s)\s*(?P<next>\S?)"
)
POINT = re.compile(r"[a-zđ]\d?\)\s")
# What may begin either a paragraph or a line, so that the line before has to end a sentence.
MAY_OPEN = re.compile(
    r"[-–+•*]\s|[“\"«]|Căn cứ\s|Phụ lục\b|Nơi nhận\b|"
    r"(?:Luật|Bộ luật|Pháp lệnh|Nghị quyết) này (?:đã )?được\s"
)
# Words after which a number or a letter is a reference: "… quy định tại khoản / 2. Trường hợp".
REFERS = re.compile(
    r"(?:\b(?:khoản|điểm|điều|mục|chương|phần|số|ngày|tháng|năm|thứ|của|tại|theo|và|hoặc|đến|từ|với|"
    r"các|là|trong)|,|\b(?:khoản|điểm)\s+\w{1,3})$",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"[ĐÐ](?:iều|IỀU)\s*\d")
STOPS = tuple('.;:!?”"')
# Wrapped by hand or by a mail program; wider lines are whole paragraphs.
NARROWEST, WIDEST = 40, 130
NEARLY = 0.85
HALF_FULL = 0.6
FEWEST_LINES = 5
# So many of the units have a blank line before them where blank lines part paragraphs.
SPACED = 0.8


def opens(before: str, text: str) -> bool:
    """Whether a line begins a paragraph of a law and does not go on with the line before."""
    if MAY_OPEN.match(text):
        return before.endswith(STOPS)
    match = OPENS.match(text)
    begins = not match["next"].islower() if match else bool(POINT.match(text))
    return begins and not REFERS.search(before)


def are_spaced(lines: list[str]) -> bool:
    """Whether blank lines part the paragraphs of a text, so that no break has to be guessed."""
    units = [at for at, line in enumerate(lines) if at and opens("", line.strip())]
    apart = sum(1 for at in units if not lines[at - 1].strip())
    return apart > len(units) * SPACED


def paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The paragraphs with the number of their first line, a row of a table being one."""
    joins = _Joining(lines)
    start, pieces = 0, [""]
    for at, raw in enumerate(lines):
        text = raw.strip()
        if not text:
            continue
        if at and lines[at - 1].strip() and joins.goes_on(at, start):
            pieces.append(text)
            continue
        if pieces[0]:
            yield start + 1, " ".join(pieces)
        start, pieces = at, [text]
    if pieces[0]:
        yield start + 1, " ".join(pieces)


class _Joining:
    """Where the paragraphs of one text go on, given the habits of all its lines."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._width = _width(lines)
        self._spaced = are_spaced(lines)

    def goes_on(self, at: int, start: int) -> bool:
        """True where line `at` is the rest of the paragraph that began in line `start`."""
        before, text = self._lines[at - 1].rstrip(), self._lines[at].strip()
        kept = (ROW.fullmatch(line) or RULE.fullmatch(line) for line in (before.strip(), text))
        if not self._width or any(kept):
            return False
        full = self._full(before, text)
        unfinished = not before.endswith(STOPS) and text[0].islower()
        broken = full or (unfinished and len(before) > self._width * HALF_FULL)
        first = at - 1 == start
        if not broken or (first and _set_in(self._lines[at], before)):
            return False
        if self._spaced:
            return True
        if opens(before, text):
            return False
        if first and ARTICLE.match(before) and text[0].isupper():
            return before.endswith(STOPS) or self._ends_title(at)
        return True

    def _full(self, line: str, below: str) -> bool:
        """True where the first word of the line below had no more room."""
        return len(line) + 1 + len(below.split(maxsplit=1)[0]) > self._width

    def _ends_title(self, at: int) -> bool:
        """True where the lines from `at` read like the end of a title, and not like a sentence."""
        while at + 1 < len(self._lines):
            text, below = self._lines[at].rstrip(), self._lines[at + 1].strip()
            if not below or not self._full(text, below) or opens(text, below):
                break
            at += 1
        return not self._lines[at].rstrip().endswith(STOPS)


def _width(lines: list[str]) -> int:
    """The column at which the text is wrapped, 0 where it is not."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if len(lengths) < FEWEST_LINES:
        return 0
    # A long address or a row of a table cannot be broken: a few lines may stick out.
    width = lengths[-1 - len(lengths) // 100]
    full = sum(1 for length in lengths if length > width * NEARLY)
    return width if NARROWEST <= width <= WIDEST and full * 5 >= len(lengths) else 0


def _set_in(line: str, before: str) -> bool:
    """True where a line begins further in than the one before, as first lines do."""
    return len(line) - len(line.lstrip()) > len(before) - len(before.lstrip())
