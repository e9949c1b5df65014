"""The words of a provision that somebody means: a W3C TextQuoteSelector, found again later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

CONTEXT = 40  # characters kept before and after, to tell two like places apart
SAME_ENOUGH = 80  # of 100: words with small edits are found again, other words are not
STRETCH = 40  # characters that words put in may have moved an end
WORD = re.compile(r"(?=(\w+))(?=(\S+))\1")  # as far as its letters go, and as far as its marks
SHORTEST_BLURRED = 12  # a shorter quotation is found only word for word


class NotQuotedError(ValueError):
    """Raised when the words do not stand in the text."""


@dataclass(frozen=True)
class Quote:
    """`exact` words with what stood around them (Web Annotation Data Model, 4.2.4)."""

    exact: str
    prefix: str = ""
    suffix: str = ""


def quoted(words: str, text: str) -> Quote:
    """The selector of the first place where the words stand; raises NotQuotedError.

    Spaces and line ends may differ, since people copy from pages and papers.
    """
    place = next(_literal(words, text), None)
    if place is None:
        raise NotQuotedError
    start, end = place
    return Quote(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )


def found(quote: Quote, text: str) -> tuple[int, int] | None:
    """Where the quoted words stand in the text, perhaps after small edits; None where nowhere.

    Of several places it is the one whose surroundings are most alike.
    """
    places = list(_literal(quote.exact, text))
    if places:
        return max(places, key=lambda place: _kinship(quote, text, *place))
    if len(quote.exact) < SHORTEST_BLURRED:
        return None
    near = fuzz.partial_ratio_alignment(quote.exact, text, score_cutoff=SAME_ENOUGH)
    if near is None or near.dest_end - near.dest_start < len(quote.exact) // 2:
        return None
    return _whole_words(quote.exact, text, near.dest_start, near.dest_end)


def _literal(words: str, text: str) -> Iterator[tuple[int, int]]:
    pieces = words.split()
    if pieces:
        pattern = re.compile(r"\s+".join(re.escape(piece) for piece in pieces), re.IGNORECASE)
        yield from (match.span() for match in pattern.finditer(text))


def _kinship(quote: Quote, text: str, start: int, end: int) -> float:
    before = text[max(0, start - CONTEXT) : start]
    after = text[end : end + CONTEXT]
    return fuzz.ratio(quote.prefix, before) + fuzz.ratio(quote.suffix, after)


def _whole_words(words: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of whole words about there that is most like the words."""
    starts = [at.start() for at in WORD.finditer(text) if abs(at.start() - start) <= STRETCH]
    ends = {
        at.end(group)
        for at in WORD.finditer(text)
        for group in (1, 2)
        if abs(at.end() - end) <= STRETCH
    }
    pairs = [(first, last) for first in starts for last in sorted(ends) if first < last]
    return max(pairs, key=lambda pair: fuzz.ratio(words, text[slice(*pair)]), default=(start, end))
