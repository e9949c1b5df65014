"""Words of the law that are explained in plain words, and where they stand in a text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from app.kit.syllables import Token, tokens, tokens_among

SEED = Path(__file__).parent / "seed" / "terms.toml"
JOINED = frozenset("-/")  # 12/TTr-UBND is a number, and no word of it a term


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the law: its code in addresses, its names, and what it means in plain words."""

    code: str
    names: tuple[str, ...]
    vi: str
    name_en: str
    en: str

    @property
    def name(self) -> str:
        """The name by which it is listed."""
        return self.names[0]


class Place(NamedTuple):
    """`text[start:end]` is that term."""

    start: int
    end: int
    term: Term


class _Name(NamedTuple):
    keys: tuple[str, ...]
    gaps: tuple[str, ...]  # what stands between the syllables besides space: a comma
    term: Term


class _Known(NamedTuple):
    folded: frozenset[str]
    by_first: Mapping[str, tuple[_Name, ...]]  # the longest first


@cache
def terms() -> Mapping[str, Term]:
    """Every term by its code, in the order of the file."""
    with SEED.open("rb") as file:
        rows = tomllib.load(file)["term"]
    listed = (Term(**{**row, "names": tuple(row["names"])}) for row in rows)
    return MappingProxyType({term.code: term for term in listed})


@cache
def _known() -> _Known:
    by_first: dict[str, list[_Name]] = {}
    folded: set[str] = set()
    for term in terms().values():
        for name in term.names:
            found = tokens(name)
            folded.update(token.folded for token in found)
            keys = tuple(token.exact for token in found)
            by_first.setdefault(keys[0], []).append(_Name(keys, _gaps(name, found), term))
    longest_first = {
        key: tuple(sorted(names, key=lambda name: -len(name.keys)))
        for key, names in by_first.items()
    }
    return _Known(frozenset(folded), longest_first)


def _gaps(text: str, found: list[Token]) -> tuple[str, ...]:
    return tuple(text[one.end : two.start].strip() for one, two in pairwise(found))


def find(text: str) -> list[Place]:
    """Return where terms stand in `text`: in order, whole syllables, none inside another.

    Where several begin, the longest counts; a tone may be written over either vowel (ủy, uỷ).
    """
    known = _known()
    among = tokens_among(text, known.folded)
    found: list[Place] = []
    n = 0
    while n < len(among):
        place = _at(text, among, n, known)
        if place is None:
            n += 1
            continue
        found.append(place)
        while n < len(among) and among[n][1].start < place.end:
            n += 1
    return found


def _at(text: str, among: list[tuple[int, Token]], n: int, known: _Known) -> Place | None:
    first_at, first = among[n]
    for name in known.by_first.get(first.exact, ()):
        part = among[n : n + len(name.keys)]
        run = [token for _, token in part]
        if (
            tuple(token.exact for token in run) == name.keys
            and part[-1][0] - first_at == len(part) - 1  # neighbours in the text
            and _gaps(text, run) == name.gaps
            and not {text[first.start - 1 : first.start], text[run[-1].end : run[-1].end + 1]}
            & JOINED
        ):
            return Place(first.start, run[-1].end, name.term)
    return None
