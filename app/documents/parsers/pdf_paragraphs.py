"""Lines of pages put together again to the paragraphs they were broken from."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.parsers.blocks import Block
from app.documents.parsers.pdf_lines import Line
from app.documents.parsers.pdf_runs import HYPHEN

OPENS = re.compile(
    r"(?:[ĐÐ]iều|ĐIỀU)\s*\d+[a-zđ]?\s*(?:[.:]|$)|"
    r"(?:Chương|CHƯƠNG|Mục|MỤC|Phần|PHẦN|Tiểu mục)\s+\S+\s*(?:[.:]|$)|"
    r"\d{1,3}[a-zđ]?\s*\.\s|[a-zđ]\d?\s*\)|[-–+•*]\s|[“\"«]|PHỤ LỤC|Phụ lục"
)
ENDS = re.compile(r"[.;:!?…][”\"»')\]]*$|[,”\"»]$")
TITLES = re.compile(r"(?:Chương|Phần|Mục|Tiểu mục|Phụ lục)\s")
RULE = re.compile(r"[-_–—=*.…\s]{3,}")
# How far lines of one edge may differ, in points.
EVEN = 2.0
CENTERED = 5.0
# So many lines tell what a paragraph is like; one without end must not be asked line by line.
TAIL = 8


@dataclass(frozen=True)
class Habits:
    """How a document sets its paragraphs: usual line distance by size, usual first indent."""

    pitch: dict[int, float]
    indents: frozenset[int]


def habits_of(lines: Sequence[Line]) -> Habits:
    """What most paragraphs of the document have in common."""
    pitches: defaultdict[int, Counter[float]] = defaultdict(Counter)
    indents: Counter[int] = Counter()
    for one, other in itertools.pairwise(lines):
        full = not _room(one, other)
        if full and one.page == other.page and 0 < other.y - one.y < 3 * one.size:
            pitches[round(one.size)][round(2 * (other.y - one.y)) / 2] += 1
        if not full and other.x0 - other.left > EVEN:
            indents[round(other.x0 - other.left)] += 1
    usual = {size: counted.most_common(1)[0][0] for size, counted in pitches.items()}
    often = sum(indents.values()) / 10
    return Habits(usual, frozenset(indent for indent, count in indents.items() if count > often))


def _room(line: Line, following: Line) -> float:
    """How much of the column is left behind a line and the next word: none where that is broken."""
    return max(0.0, line.right - line.x1 - 0.2 * line.size - following.first - 1.0)


def paragraphs(lines: Sequence[Line], habits: Habits) -> list[list[Line]]:
    """The lines grouped by paragraph, also where a page ends inside of one."""
    found: list[list[Line]] = []
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else None
        if found and not _begins(found[-1], line, after, habits):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _begins(paragraph: list[Line], line: Line, after: Line | None, habits: Habits) -> bool:
    """True where the line begins a paragraph and does not go on with the one before."""
    last = paragraph[-1]
    if last.text.endswith(HYPHEN):
        return False
    if _changes_middle(paragraph, line, habits):
        return True
    if abs(line.size - last.size) > 0.08 * last.size:
        return True
    if RULE.fullmatch(last.text) or RULE.fullmatch(line.text):
        return True
    opens = OPENS.match(line.text)
    open_end = not opens and not ENDS.search(last.text) and line.text[:1].islower()
    room = _room(last, line)
    if room and not (open_end and room < (line.right - line.left) / 4):
        return True
    if line.page == last.page and _gap(paragraph, line, after, habits):
        return True
    if all(one.bold for one in paragraph[-TAIL:]) and not line.bold and not open_end:
        return True
    if opens and (ENDS.search(last.text) or line.bold != last.bold):
        return True
    return _indented(paragraph, line, habits)


def _changes_middle(paragraph: list[Line], line: Line, habits: Habits) -> bool:
    """True where centered lines meet others."""
    before, here = _is_centered(paragraph[-TAIL:], habits), _is_centered([line], habits)
    if before == here:
        return False
    if here:  # under a first line that fills its column, the second shows that both are centered
        last = paragraph[-1]
        level = len(paragraph) == 1 and _even(last) and last.bold == line.bold
        return not level or bool(ENDS.search(last.text))
    return not _even(line)


def _gap(paragraph: list[Line], line: Line, after: Line | None, habits: Habits) -> bool:
    """True where more than the usual distance lies above the line."""
    last = paragraph[-1]
    distance = line.y - last.y
    if distance < 0:
        return True
    own = paragraph[-1].y - paragraph[-2].y if len(paragraph) > 1 else 0.0
    same_page = len(paragraph) > 1 and paragraph[-2].page == last.page
    usual = own if same_page and own > 0 else habits.pitch.get(round(last.size), 1.3 * last.size)
    if distance <= 1.12 * usual + 1:
        return False
    if same_page or distance > 1.6 * usual:
        return True
    if habits.indents and last.x0 - line.x0 > EVEN and abs(line.x0 - line.left) <= EVEN:
        return False  # a first line, and a second at the margin
    # set with more air than the rest of the document, not parted by it
    goes_on = after is not None and after.page == line.page and not _room(line, after)
    return not (goes_on and after is not None and abs(after.y - line.y - distance) < 1)


def _indented(paragraph: list[Line], line: Line, habits: Habits) -> bool:
    """True where the left edge of the line is that of a first line."""
    if _is_centered(paragraph[-TAIL:], habits):
        return False
    edge = paragraph[-1].x0 - paragraph[-1].left
    own = line.x0 - line.left
    if len(paragraph) > 1:
        return abs(own - edge) > EVEN
    if abs(own - edge) <= EVEN:
        # both at the edge of first lines, or a paragraph set in from the margin as a whole
        return own > EVEN and round(own) in habits.indents and bool(ENDS.search(paragraph[-1].text))
    return False


def _even(line: Line) -> bool:
    return abs((line.x0 - line.left) - (line.right - line.x1)) <= CENTERED


def _is_centered(lines: list[Line], habits: Habits) -> bool:
    """True where every line has as much room at its left as at its right, and some have much."""
    if not all(_even(line) for line in lines):
        return False
    rooms = [line.x0 - line.left for line in lines if line.x0 - line.left > 2 * EVEN]
    if not rooms:
        return False
    by_chance = all(any(abs(room - usual) <= 1 for usual in habits.indents) for room in rooms)
    stands_out = lines[0].text.upper() == lines[0].text or TITLES.match(lines[0].text)
    return bool(stands_out) or not by_chance


def block_of(lines: list[Line], habits: Habits) -> Block:
    """One paragraph as a block that has no line yet."""
    return Block(
        text=joined([line.text for line in lines]),
        bold=all(line.bold for line in lines),
        centered=_is_centered(lines, habits),
        legacy=next((line.legacy for line in lines if line.legacy), ""),
    )


def joined(texts: list[str]) -> str:
    """The texts of lines as one, a typesetter's hyphen between them taken out."""
    whole = ""
    for text in texts:
        whole = whole[:-1] + text if whole.endswith(HYPHEN) else f"{whole} {text}".strip()
    return whole.replace(HYPHEN, "")
