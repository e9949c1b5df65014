"""Addresses of e-mail, also with the signs spelled out so that no machine should find them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from app.moderation.screening.seen import Seen, Span, accents_agree, either, vocabulary

WHAT = "email"
REACH = 160  # characters that are looked at on each side of the sign

_own = r"[a-z0-9][a-z0-9_%+\-]{0,63}"
_label = r"[a-z0-9][a-z0-9-]{0,62}"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    told = vocabulary("personal")["email"]
    spoken, dots = either(told["at"]), either(told["dot"])
    sign = re.compile(rf"\s?[(\[{{<]\s?(?:{spoken}|a|@)\s?[)\]}}>]\s?|\s?@\s?|\s(?:{spoken})\s")
    dot = rf"(?:\s?\.\s?|\s?[(\[]\s?(?:{dots}|\.)\s?[)\]]\s?|\s(?:{dots})\s)"
    tight = rf"(?:\.|\s?[(\[]\s?(?:{dots}|\.)\s?[)\]]\s?|\s(?:{dots})\s)"
    before = re.compile(rf"(?<![^\W_]){_own}(?:{tight}{_own}){{0,4}}$")
    endings, hosts = either(told["endings"]), either(told["hosts"])
    after = re.compile(
        rf"(?:{_label}\.){{1,4}}[a-z]{{2,24}}(?![^\W_])"
        rf"|(?:{_label}{dot}){{1,4}}(?:{endings})(?![^\W_])"
        rf"|(?:{hosts})(?![^\W_])"
    )
    return sign, before, after, frozenset(told["at"])


def emails(seen: Seen) -> Iterator[Span]:
    """Every e-mail address of the text."""
    sign, before, after, spoken = _patterns()
    folded, free = seen.folded, 0
    for match in sign.finditer(folded):
        said = match[0].strip(" ()[]{}<>")
        if said not in ("@", "a") and not accents_agree(seen.typed(*match.span()).strip(), spoken):
            continue
        start = max(free, match.start() - REACH)
        own = before.search(folded[start : match.start()])
        host = after.match(folded, match.end(), match.end() + REACH)
        if own and host:
            free = host.end()
            yield seen.span(start + own.start(), host.end(), WHAT)
