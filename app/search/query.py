"""What a reader asks for: syllables, neighbours and references, from anything typed."""

import re
from dataclasses import dataclass

from app.kit.syllables import Token, pairs, tokens
from app.kit.text import clean_line

MAX_CHARACTERS = 1000
MAX_TOKENS = 64

_divisions = frozenset(
    {"phan", "chuong", "muc", "dieu", "khoan", "diem"}
    | {"part", "chapter", "section", "article", "clause", "point"}
)
_ordinal = re.compile(r"\d{1,4}[a-z]?|[ivxl]{1,7}|[a-z]")


@dataclass(frozen=True)
class Syllable:
    """One word asked for; `marked` when it was typed with marks, so that its tone is meant."""

    exact: str
    folded: str
    marked: bool


@dataclass(frozen=True)
class Query:
    """A question as the index understands it; empty when nothing in it can be searched for.

    A `strict` one is answered by what holds all of its words, or by nothing.
    """

    syllables: tuple[Syllable, ...] = ()  # without those of references, unless alone
    pairs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # pairs too: "dieu 12", "khoan 3"
    strict: bool = False


def parse(text: str) -> Query:
    """Return what `text` asks for, each word once; never raises and reads a bounded part of it."""
    text = clean_line(text[:MAX_CHARACTERS])
    found = tokens(text)[:MAX_TOKENS]
    references, cited = _references(found)
    syllables = dict.fromkeys(
        Syllable(token.exact, token.folded, not text[token.start : token.end].isascii())
        for position, token in enumerate(found)
        if position not in cited
    )
    return Query(tuple(syllables), tuple(dict.fromkeys(pairs(found))), tuple(references))


def _references(found: list[Token]) -> tuple[list[str], set[int]]:
    """Return the references among the tokens, and at which positions their words stand."""
    references: dict[str, None] = {}
    cited: set[int] = set()
    for position in range(len(found) - 1):
        division, ordinal = found[position].folded, found[position + 1].folded
        if division in _divisions and _ordinal.fullmatch(ordinal):
            references[f"{division} {ordinal}"] = None
            cited |= {position, position + 1}
    return list(references), cited
