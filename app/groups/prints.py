"""What is compared of a text: its exact print, and the shingles that a rewording leaves whole."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from app.kit.syllables import keys
from app.kit.text import clean

# fewer syllables of one's own than these, and anybody may have hit upon the same words
SHORT = 8
# of a very long text; the same ones are kept of its copies
MAX_SHINGLES = 600
# so many syllables in a row from the draft are a quotation, which proves nothing of its author
QUOTED = 5
BITS_32 = 0xFFFFFFFF

_sign = "\u3040-\u30ff\u3400-\u9fff"
_word = re.compile(rf"[^\W_{_sign}]+|[{_sign}]")


@dataclass(frozen=True, slots=True)
class Print:
    """One text: equal `exact` means the same syllables; `shingles` are of its own words only.

    `own` is the number of its syllables that are neither of the draft nor of a formula; `exact` is
    0 for a text without any syllable.
    """

    exact: int
    own: int
    shingles: array[int]

    @property
    def is_formula(self) -> bool:
        """Whether two people may well have written it without knowing of each other."""
        return self.own < SHORT


class Quotable:
    """The draft that is commented on, as runs of syllables."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.runs: set[int] = set()
        for text in texts:
            self.runs.update(_runs([_number(folded) for _, folded in _syllables(text)]))

    def own(self, numbers: Sequence[int]) -> list[int]:
        """The syllables that are not quoted, 0 where a quotation stood."""
        kept = list(numbers)
        if self.runs:
            for start, run in enumerate(_runs(numbers)):
                if run in self.runs:
                    kept[start : start + QUOTED] = [0] * QUOTED
        return kept


NOTHING = Quotable()


def take(text: str, quotable: Quotable = NOTHING, place: str = "") -> Print:
    """The print of a text; of a formula the `place` it speaks of is a part.

    "Keep it as it is" says something else of each article; a letter says the same wherever it is
    put down.
    """
    found = _syllables(text)
    own = quotable.own([_number(folded) for _, folded in found])
    telling = sum([1 for one in own if one and one not in FORMULAIC])
    said = " ".join([exact for exact, _ in found])
    if telling < SHORT:
        said += f"\n{place}"
    digest = blake2b(said.encode(), digest_size=8).digest()
    exact = int.from_bytes(digest, "big", signed=True) if found else 0
    return Print(exact, telling, shingles(own))


def shingles(numbers: Sequence[int]) -> array[int]:
    """The syllables and the pairs of neighbours, each once, as 32-bit numbers."""
    found = set(numbers)
    found.update(
        [
            (one * 0x9E3779B1 + other * 0x85EBCA77) & BITS_32
            for one, other in pairwise(numbers)
            if one and other
        ]
    )
    found.discard(0)
    return array("I", nsmallest(MAX_SHINGLES, found) if len(found) > MAX_SHINGLES else found)


def _runs(numbers: Sequence[int]) -> list[int]:
    # the hash of a tuple of numbers is the same in every process
    return [
        hash(tuple(numbers[start : start + QUOTED])) for start in range(len(numbers) - QUOTED + 1)
    ]


def _syllables(text: str) -> list[tuple[str, str]]:
    return [keys(word) for word in _word.findall(clean(text))]


@lru_cache(maxsize=32_768)
def _number(folded: str) -> int:
    return crc32(folded.encode())


def _formulae() -> list[list[int]]:
    lines = Path(__file__).with_name("formulae.txt").read_text(encoding="utf-8").splitlines()
    return [[_number(folded) for _, folded in _syllables(line)] for line in lines]


FORMULAIC = frozenset(number for line in _formulae() for number in line)
FORMULAE = frozenset(shingle for line in _formulae() for shingle in shingles(line))
