"""Addresses in the web and names on networks, also without http and with the dot spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from app.moderation.screening.seen import Seen, Span, accents_agree, either, vocabulary

LINK, HANDLE = "link", "handle"

_whole = re.compile(
    r"(?:h(?:tt|xx)ps?\s?:\s?//|ftp://|(?<![^\W_])www\.)[^\s<>\"']{1,500}", re.IGNORECASE
)
_handle = re.compile(r"(?<![\w.@/-])@[a-z][a-z0-9_.]{3,31}")
_tail = ".,;:!?)]}»”’"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str], frozenset[str]]:
    told = vocabulary("links")
    endings, dots = either(told["endings"]), either(told["dot"])
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    bare = re.compile(
        rf"(?<![\w.@-])(?:{label}\.){{1,4}}(?P<ending>{endings})(?![\w@-])"
        r"(?:[/?#][^\s<>\"']{0,300})?"
    )
    spoken = re.compile(
        rf"(?<![\w.@-]){label}\s?(?:[(\[]\s?(?P<in>{dots})\s?[)\]]|\s(?P<dot>{dots})\s)\s?"
        rf"(?P<ending>{endings})(?![\w@-])"
    )
    return bare, spoken, frozenset(told["words"]), frozenset(told["dot"])


def links(seen: Seen) -> Iterator[Span]:
    """Every link and handle of the text."""
    bare, spoken, words, dots = _patterns()
    for match in _whole.finditer(seen.folded):
        yield seen.span(match.start(), match.start() + len(match[0].rstrip(_tail)), LINK)
    for match in bare.finditer(seen.folded):
        own = seen.typed(*match.span()).rstrip(_tail)
        host = own[: match.end("ending") - match.start()]
        sentence = match["ending"] in words and not host.islower() and "/" not in own
        if host.isascii() and not sentence:
            yield seen.span(match.start(), match.start() + len(match[0].rstrip(_tail)), LINK)
    for match in spoken.finditer(seen.folded):
        dot = match.span("in") if match["in"] else match.span("dot")
        plainly = match["ending"] not in words and seen.typed(*match.span("ending")).isascii()
        if plainly and accents_agree(seen.typed(*dot), dots):
            yield seen.span(*match.span(), LINK)
    for match in _handle.finditer(seen.folded):
        yield seen.span(match.start(), match.start() + len(match[0].rstrip(_tail)), HANDLE)
