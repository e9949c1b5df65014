"""Stars, underscores and backticks of Markdown, matched in one pass over a paragraph."""

import re
from dataclasses import dataclass

RUN = re.compile(r"\*+|_+|`+")
STRONG = 2


@dataclass
class _Mark:
    """A run of one sign; `left` of them have not found a partner yet."""

    start: int
    size: int
    left: int


def without_emphasis(text: str) -> tuple[str, bool]:
    """The text without its marks of emphasis, and whether all of it was bold.

    A mark without its partner is a character like any other.
    """
    gone: dict[int, int] = {}
    strong: list[tuple[int, int]] = []
    waiting: dict[str, list[_Mark]] = {"*": [], "_": [], "`": []}
    for run in RUN.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        sign, mark = run[0][0], _Mark(run.start(), len(run[0]), len(run[0]))
        closes = bool(before) and not before.isspace()
        opens = bool(after) and not after.isspace()
        if sign == "_" and before.isalnum() and after.isalnum():
            continue
        partners = waiting[sign]
        while closes and mark.left and partners:
            partner = partners[-1]
            size = min(partner.left, mark.left)
            if size >= STRONG:
                strong.append((partner.start, run.end()))
            for one in (partner, mark):
                one.left -= size
                gone[one.start] = gone.get(one.start, 0) + size
            if not partner.left:
                partners.pop()
        if mark.left and opens:
            partners.append(mark)
    pieces, at = [], 0
    for start in sorted(gone):
        pieces.append(text[at:start])
        at = start + gone[start]
    return "".join((*pieces, text[at:])), _covered(text, strong)


def _covered(text: str, spans: list[tuple[int, int]]) -> bool:
    """True where nothing but space stands outside the spans."""
    at = 0
    for start, end in sorted(spans):
        if text[at:start].strip():
            return False
        at = max(at, end)
    return bool(spans) and not text[at:].strip()
