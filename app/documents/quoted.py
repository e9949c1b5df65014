"""Which lines quote another law, so that its articles are not taken for ours."""

import re

from app.documents.closing import ADOPTED
from app.documents.nodes import Doubt, DoubtCode
from app.documents.units import CLAUSE, POINT, Line, Recogniser

MARKS = '“”«»„"'
# Marks without their pair let each search run to the end of the file: so many lines are looked
# at in all, then a quotation counts as forgotten at once.
LOOKS = 100_000
AFTER_LAST = " .;,:)"
# How a law says what it does to another: the line that a quotation follows.
NAMED = re.compile(r"[ĐÐ]iều (\d+[a-zđ]?)\b")
INSTRUCTION = re.compile(r"(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay|Bỏ)\b|.*\bnhư sau:$")


def turns(text: str) -> list[tuple[int, int]]:
    """The quotation marks of a line as (position, +1 opening or -1 closing), by where they stand.

    Writers often type the wrong one of a pair; a first mark always opens and a last always closes.
    """
    found = []
    last = len(text.rstrip(AFTER_LAST + MARKS))
    for at, mark in enumerate(text):
        if mark not in MARKS:
            continue
        before = text[at - 1] if at else " "
        if at == 0:
            opens = True
        elif at >= last:
            opens = False
        else:
            opens = mark in "“«„" or (mark == '"' and (before.isspace() or before in "([:"))
            opens = opens or text[max(0, at - 2) : at].rstrip().endswith(":")
        found.append((at, 1 if opens else -1))
    return found


def _balance(text: str) -> int:
    return sum(turn for _, turn in turns(text))


def _opens_passage(text: str) -> bool:
    """True where a quotation begins in this line, as a passage, and does not end in it."""
    open_at: list[int] = []
    for at, turn in turns(text):
        if turn > 0:
            open_at.append(at)
        elif open_at:
            open_at.pop()
    # lines hold single spaces only, so the two letters before a mark say what stands before it
    return any(at == 0 or text[max(0, at - 2) : at].rstrip().endswith(":") for at in open_at)


def quoted_lines(lines: list[Line], recogniser: Recogniser) -> tuple[set[int], list[Doubt]]:
    """The indices of the lines inside quotations, and a doubt for each that never ends."""
    quoted: set[int] = set()
    doubts: list[Doubt] = []
    last_of = {o.number: at for at, line in enumerate(lines) if (o := recogniser.article(line))}
    article = 0
    at = looks = 0
    while at < len(lines):
        text = lines[at].text
        opening = recogniser.article(lines[at])
        if opening:
            article = _whole(opening.number)
        if _opens_passage(text):
            stop = min(len(lines), at + 1 + LOOKS - looks)
            end, closed, seen = _end(lines, at, stop, article, recogniser)
            looks += seen - at
        elif _unmarked(lines, at, article, last_of, recogniser):
            end, closed = _unmarked_end(lines, at, article, recogniser), False
        else:
            at += 1
            continue
        if not closed:
            doubts.append(Doubt(DoubtCode.UNCLOSED_QUOTE, lines[at].line, {"text": text[:80]}))
        quoted.update(range(at if text[0] in MARKS else at + 1, end + 1))
        at = end + 1
    return quoted, doubts


def _unmarked(
    lines: list[Line], at: int, article: int, last_of: dict[str, int], find: Recogniser
) -> bool:
    """True where "… Điều 5 như sau:" is followed by that article without quotation marks."""
    if not lines[at].text.endswith("như sau:") or at + 1 == len(lines):
        return False
    opened = find.article(lines[at + 1])
    if opened is None or opened.number not in NAMED.findall(lines[at].text):
        return False
    return opened.number != str(article + 1) or last_of[opened.number] > at + 1


def _unmarked_end(lines: list[Line], start: int, article: int, find: Recogniser) -> int:
    """The last line of the passage without marks behind `start`: up to the next instruction or the
    next article of the law itself."""
    second = None
    for at in range(start + 2, len(lines)):
        opened = find.article(lines[at])
        outer = opened is not None and opened.number == str(article + 1)
        if outer or _instructs(lines[at].text) or ADOPTED.match(lines[at].text):
            return at - 1
        if opened is not None and second is None:
            second = at
    return (second or start + 2) - 1


def _end(
    lines: list[Line], start: int, stop: int, article: int, find: Recogniser
) -> tuple[int, bool, int]:
    """The last line of the passage opened at `start`, whether a mark closes it before `stop`,
    and the last line looked at."""
    inner = None
    instruction = None
    at = start
    for at in range(start + 1, stop):
        text = lines[at].text
        opened = find.article(lines[at])
        number = _whole(opened.number) if opened else None
        # The next article of the law itself ends a quotation that someone forgot to close.
        outer = (
            number == article + 1 and inner is None and not lines[start].text.startswith("“Điều")
        )
        fresh = text[:1] in set(MARKS) and lines[at - 1].text.endswith(":")
        if outer or fresh or ADOPTED.match(text):
            return (instruction or at) - 1, False, at
        if instruction is None and _instructs(text):
            instruction = at
        if _balance(text) < 0:
            return at, True, at
        inner = number if number is not None else inner
    return (instruction or start + 1) - 1, False, at


def _instructs(text: str) -> bool:
    match = CLAUSE.match(text) or POINT.match(text)
    rest = text[match.end() :].strip() if match else ""
    return bool(INSTRUCTION.match(rest))


def _whole(number: str) -> int:
    return int(re.match(r"\d+", number)[0])  # type: ignore[index]
