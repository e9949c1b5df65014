"""Runs of figures, whatever they are written with: 0912, o9l2, "không chín một hai"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.kit.text import fold
from app.moderation.screening.seen import Seen, vocabulary

# letters that are drawn like a figure
DRAWN = str.maketrans("oil", "011")
LONGEST = 19  # figures of a number that means one person

_word = re.compile(r"[^\W_]+")
_alike = re.compile(r"[0-9oil]+")
# what may stand within one number: never a line break or a stroke, which parts two
_within = re.compile(r"[^\w\n/;:,|]{0,3}|,|_")
_listed = re.compile(r"[^\w\n/;:|]{1,3}")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures without a gap; `spoken` where they are a word."""

    start: int
    end: int
    figures: str
    spoken: bool = False


def runs(seen: Seen) -> Iterator[list[Group]]:
    """Groups of figures with nothing but spaces and signs between them, in order."""
    run: list[Group] = []
    for match in _word.finditer(seen.folded):
        group = _group(seen, match)
        if group is None:
            continue
        if run and not _together(seen.folded, run[-1], group):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _group(seen: Seen, match: re.Match[str]) -> Group | None:
    word, (start, end) = match[0], match.span()
    if word[0] in "0123456789" and word.isdigit():
        return Group(start, end, word)
    if word in _spoken():
        if seen.typed(start, end).lower() in _spoken()[word]:
            return Group(start, end, _spoken()[word][fold(word)], spoken=True)
        return None
    if _alike.fullmatch(word) and (word == "o" or sum(map(str.isdigit, word)) * 2 >= len(word)):
        return Group(start, end, word.translate(DRAWN))
    return None


def _together(folded: str, before: Group, after: Group) -> bool:
    between = folded[before.end : after.start]
    if len(between) > 3:
        return False
    # "không, chín, một": whoever spells a number out pauses
    pattern = _listed if before.spoken and after.spoken else _within
    return bool(pattern.fullmatch(between))


@cache
def _spoken() -> dict[str, dict[str, str]]:
    """Folded word → each way of typing it → its figure."""
    found: dict[str, dict[str, str]] = {}
    for word, figure in vocabulary("personal")["numbers"].items():
        found.setdefault(fold(word), {fold(word): figure})[word] = figure
    return found
