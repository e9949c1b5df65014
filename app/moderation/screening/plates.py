"""Licence plates of cars and motorcycles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from app.moderation.screening.seen import Seen, Span, accents_agree, either, vocabulary

PLATE = "plate"
NEAR = 40

# province, series, then five figures or the four of old plates
_plate = re.compile(
    r"(?<![^\W_])(?<![/.,-])(?P<province>[1-9]\d)(?:\s?-\s?|\s)?(?P<series>[a-z]{1,2})(?P<nth>\d)?"
    r"(?P<gap>[\s.-]{0,3})(?P<number>\d{3}[.\s]?\d{2}|\d{4})(?![^\W_]|[.,/]\d|/)"
)
_bare = re.compile(r"(?<![^\W_])(?<![/.,-])[1-9]\d\s?-\s?\d{3}\.?\d{1,2}(?![^\W_]|[.,/]\d|/)")
_year = re.compile(r"(?:19|20)\d\d")


@cache
def _cues() -> tuple[re.Pattern[str], frozenset[str]]:
    words = frozenset(vocabulary("personal")["cues"][PLATE])
    return re.compile(rf"(?<![^\W_])(?:{either(words)})(?![^\W_])"), words


def _announced(seen: Seen, start: int, near: int = NEAR) -> bool:
    pattern, words = _cues()
    begin = max(0, start - near)
    return any(
        accents_agree(seen.typed(*cue.span()), words)
        for cue in pattern.finditer(seen.folded, begin, start)
    )


def plates(seen: Seen) -> Iterator[Span]:
    """Every licence plate of the text."""
    for match in _plate.finditer(seen.folded):
        number, gap = match["number"], match["gap"]
        loud = seen.typed(*match.span("series")).isupper()
        sure = loud and not any(sign.isspace() for sign in number)
        if len(number) == 4:
            sure = sure and "-" in gap and not _year.fullmatch(number)
        if sure or _announced(seen, match.start()):
            yield seen.span(*match.span(), PLATE)
    for match in _bare.finditer(seen.folded):
        if _announced(seen, match.start(), near=12):
            yield seen.span(*match.span(), PLATE)
