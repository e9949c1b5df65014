"""A text as a screen sees it: folded to plain letters, each of which knows where it came from."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from app.kit.text import fold
from app.moderation.masks import JOINING

DATA = Path(__file__).parent.parent / "data"
AT_MOST = 100  # passages of one kind in one text: masks end at twice as many
JOINER = "\u200d"


class Span(NamedTuple):
    """A passage `text[start:end]`, and what it seems to be."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Seen:
    """`folded[n]` came from `text[at[n]]`; marks, and what nobody can see, are not in it."""

    text: str
    folded: str
    at: Sequence[int]

    def span(self, start: int, end: int, what: str) -> Span:
        """That stretch of the folded text as a passage of whole letters of the text."""
        first, last = self.at[start], self.at[end - 1] + 1
        while first and _joins(self.text, first):
            first -= 1
        while last < len(self.text) and _joins(self.text, last):
            last += 1
        return Span(first, last, what)

    def typed(self, start: int, end: int) -> str:
        """The same stretch as it was typed, with its marks, composed."""
        first, last = self.at[start], self.at[end] if end < len(self.at) else len(self.text)
        own = self.text[first:last]
        if own.isascii():
            return own
        own = "".join([sign for sign in own if unicodedata.category(sign) != "Cf"])
        return unicodedata.normalize("NFC", own)


def see(text: str) -> Seen:
    """The text, folded; figures of every script are 0 to 9."""
    plain = {character: _plain(character) for character in set(text)}
    if all(len(folded) == 1 for folded in plain.values()):
        return Seen(text, "".join([plain[one] for one in text]), range(len(text) + 1))
    letters = [(letter, n) for n, one in enumerate(text) for letter in plain[one]]
    at = [n for _, n in letters]
    return Seen(text, "".join([letter for letter, _ in letters]), [*at, len(text)])


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """The words that a screen looks for, as the data file of that name has them."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def either(words: Iterable[str]) -> str:
    """An expression for any of those words in a folded text, the longest first."""
    folded = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in folded)


def accents_agree(typed: str, words: frozenset[str]) -> bool:
    """Whether that is one of the words, with its accents or without any."""
    low = " ".join(typed.lower().split())
    return low in words or fold(low) == low


def apart(found: Iterable[Span], text: str, taken: Iterable[Span] = ()) -> list[Span]:
    """The passages in order, none over another: an earlier one keeps what it has.

    Of a later one the pieces are left that still say something; neither touches those `taken`.
    """
    edges: list[int] = []  # starts and ends in turn, of what is kept and what was taken
    kept: list[Span] = []
    for before in taken:
        _put(edges, before.start, before.end)
    for one in found:
        for start, end in _free(edges, one.start, one.end):
            if len(kept) == AT_MOST:
                return sorted(kept)
            if any(character.isalnum() for character in text[start:end]):
                kept.append(Span(start, end, one.what))
                _put(edges, start, end)
    return sorted(kept)


def _free(edges: list[int], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between start and end that nothing lies on."""
    first, last = bisect_right(edges, start), bisect_left(edges, end)
    inner = edges[first:last]
    marks = [*([] if first % 2 else [start]), *inner, *([] if last % 2 else [end])]
    return [(marks[n], marks[n + 1]) for n in range(0, len(marks), 2) if marks[n] < marks[n + 1]]


def _put(edges: list[int], start: int, end: int) -> None:
    first, last = bisect_left(edges, start), bisect_right(edges, end)
    edges[first:last] = [*([] if first % 2 else [start]), *([] if last % 2 else [end])]


def _joins(text: str, at: int) -> bool:
    """Whether the character there belongs to the letter before it."""
    after = text[at]
    return after in JOINING or text[at - 1] == JOINER or unicodedata.category(after)[0] == "M"


@cache
def _plain(character: str) -> str:
    if unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return ""
    figure = unicodedata.decimal(character, None)
    return fold(character) if figure is None else str(figure)
