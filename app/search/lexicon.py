"""What the words of a query stand for: abbreviations, other words for one thing, mere questions."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.kit.syllables import Token, keys, pairs, tokens

SHORT_FORM = 3  # letters: so few are an abbreviation only in capitals

Words = tuple[tuple[str, str], ...]  # the exact and the folded key of each
_T = TypeVar("_T")


class Reading(NamedTuple):
    """A word that is meant, and whether it has marks."""

    token: Token
    marked: bool


@dataclass(frozen=True)
class Phrase:
    """Words in a row, and the word or pair of words that says the same."""

    words: Words
    also: str


@dataclass(frozen=True)
class Lexicon:
    """The table read, by folded keys; every sequence begins with its first word."""

    readings: Mapping[str, tuple[Reading, ...]]  # of an abbreviation
    phrases: Mapping[str, tuple[Phrase, ...]]
    asking: Mapping[str, tuple[Words, ...]]

    def reading(self, token: Token, written: str) -> tuple[Reading, ...]:
        """Return the words that `written` shortens, or nothing when it is a word itself."""
        found = self.readings.get(token.folded, ())
        if len(written) > SHORT_FORM or sum(c.isupper() for c in written) > 1:
            return found
        return ()

    def others(self, found: Sequence[Token]) -> dict[int, tuple[str, ...]]:
        """Return, by position, what else says what the tokens there say."""
        others: dict[int, tuple[str, ...]] = {}
        for position, token in enumerate(found):
            for phrase in self.phrases.get(token.folded, ()):
                if _stands(phrase.words, found, position):
                    for at in range(position, position + len(phrase.words)):
                        others[at] = (*others.get(at, ()), phrase.also)
        return others

    def idle(self, found: Sequence[Token]) -> set[int]:
        """Return the positions of what only makes a question of the rest."""
        idle: set[int] = set()
        for position, token in enumerate(found):
            for words in self.asking.get(token.folded, ()):
                if _stands(words, found, position):
                    idle |= set(range(position, position + len(words)))
        return idle


def _stands(words: Words, found: Sequence[Token], position: int) -> bool:
    """Whether the words stand there: as written, or without marks where there are several."""
    there = found[position : position + len(words)]
    if len(there) < len(words):
        return False
    return all(
        token.exact == exact or (token.folded == folded == token.exact and len(words) > 1)
        for token, (exact, folded) in zip(there, words, strict=True)
    )


def _keys(phrase: str) -> Words:
    return tuple(keys(word) for word in phrase.split())


def _read() -> Lexicon:
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    readings: dict[str, tuple[Reading, ...]] = {}
    phrases: list[Phrase] = []
    for short, long in table["abbreviations"].items():
        folded = keys(short)[1]
        readings[folded] = tuple(
            Reading(token, not long[token.start : token.end].isascii()) for token in tokens(long)
        )
        if len(short) >= SHORT_FORM:
            phrases.append(Phrase(_keys(long), folded))
    for one, other in table["same"].items():
        phrases += (
            Phrase(_keys(a), next(pairs(tokens(b)))) for a, b in ((one, other), (other, one))
        )
    asking = [_keys(words) for words in table["asking"]["phrases"]]
    return Lexicon(
        readings, _by_first(phrases, lambda p: p.words), _by_first(asking, lambda words: words)
    )


def _by_first(found: Iterable[_T], words: Callable[[_T], Words]) -> dict[str, tuple[_T, ...]]:
    """Return what was found under the folded key of the first of its words."""
    under: dict[str, tuple[_T, ...]] = {}
    for one in found:
        _, first = words(one)[0]
        under[first] = (*under.get(first, ()), one)
    return under


LEXICON = _read()
