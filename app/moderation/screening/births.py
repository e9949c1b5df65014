"""The day somebody was born."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from app.kit.text import fold
from app.moderation.screening.seen import Seen, Span, accents_agree, either, vocabulary

BIRTH = "birth_date"

_figures = (
    r"[0-3]?\d\s?[/.-]\s?[01]?\d\s?[/.-]\s?(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d[/.-][01]\d[/.-][0-3]\d"
)
_before = re.compile(r"([^\W\d_]{1,12})\s{1,2}$")


@cache
def _cues() -> tuple[re.Pattern[str], frozenset[str], frozenset[str]]:
    words = frozenset(vocabulary("personal")["cues"][BIRTH])
    others = frozenset(fold(word) for word in vocabulary("personal")["birth"]["not_after"])
    return re.compile(rf"(?<![^\W_])(?:{either(words)})(?![^\W_])"), words, others


@cache
def _dates() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A date that follows its cue at once, and one that a few words may stand before."""
    told = vocabulary("personal")["birth"]
    day, month, year, no = (
        either(told[name]) for name in ("before_day", "month", "year", "not_between")
    )
    spelled = (
        rf"[0-3]?\d\s{{1,2}}(?:{month})\s{{1,2}}[01]?\d"
        rf"(?:,?\s{{1,2}}(?:(?:{year})\s{{1,2}})?(?:19|20)\d\d)?"
    )
    date = rf"(?P<date>(?:(?:{day})\s{{1,2}}){{0,2}}(?:{_figures}|{spelled})(?!\d))"
    word = rf"(?!(?:{no})(?![^\W_]))[^\W\d]{{1,12}}[\s:,;-]{{1,3}}"
    return (
        re.compile(rf"[\s:]{{0,3}}{date}"),
        re.compile(rf"[\s:,;-]{{0,3}}(?:{word}){{0,5}}?{date}"),
    )


def births(seen: Seen) -> Iterator[Span]:
    """Every day of birth of the text; a year alone is none."""
    pattern, words, others = _cues()
    at_once, further = _dates()
    free = 0
    for cue in pattern.finditer(seen.folded):
        if not accents_agree(seen.typed(*cue.span()), words):
            continue
        before = _before.search(seen.folded, max(0, cue.start() - 14), cue.start())
        if before and before[1] in others:
            continue
        # one word alone is in many others: the day has to follow at once
        date = (further if " " in cue[0] else at_once).match(seen.folded, cue.end())
        if date and date.start("date") >= free:
            free = date.end("date")
            yield seen.span(*date.span("date"), BIRTH)
