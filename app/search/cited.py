"""Places of a document named among other words: "Điều 12 khoản 3", "Phụ lục II", "article 5"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.kit.syllables import Token, keys
from app.search.units import place_at

_VIETNAMESE = "phần chương mục điều khoản điểm"  # in law's own language, whatever the interface's
_ENGLISH = "part chapter section article clause point"
_divisions = {folded: exact for exact, folded in map(keys, f"{_VIETNAMESE} {_ENGLISH}".split())}
_articles = frozenset({"dieu", "article"})
_annex = ("phu", "luc")
_WHOLE = frozenset({"dieu", "phu-luc"})  # units that are read on a page of their own
_IN_FIGURES = frozenset({"dieu", "khoan", "diem"})
_ordinal = re.compile(r"\d{1,4}[a-z]?|[ivxl]{1,7}|[a-z]")
# what a draft is, before its name; without marks, as the index has it
_types = {
    "du thao", "de nghi", "xay dung", "bo luat", "luat", "phap lenh", "nghi quyet", "nghi dinh",
    "quyet dinh", "thong tu", "chi thi", "draft", "law", "code", "decree", "circular", "resolution",
}  # fmt: skip
_roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass(frozen=True)
class Cited:
    """The places named, as pairs of folded words: "dieu 12", "khoan 3".

    `named` are those that are a whole article or annex, `positions` where their words stand.
    """

    places: tuple[str, ...]
    named: tuple[str, ...]
    positions: frozenset[int]


def cited(found: Sequence[Token]) -> Cited:
    """Return the places that the tokens name."""
    places: dict[str, None] = {}
    named: dict[str, None] = {}
    positions: set[int] = set()
    for at in range(len(found) - 1):
        if at not in positions and (place := place_at(found, at)):
            ways = (place.number,) if place.unit in _IN_FIGURES else _both(place.number)
            told = [place.typed, *(f"{place.folded.split()[0]} {number}" for number in ways)]
            places |= dict.fromkeys(told)
            if place.unit in _WHOLE:
                named |= dict.fromkeys(told)
            positions |= set(range(at, at + place.length))
        if at in positions or not (length := _length(found, at)):
            continue
        division, ordinal = found[at + length - 2], found[at + length - 1].folded
        whole = length > 2 or division.folded in _articles
        for number in _both(ordinal) if length > 2 else (ordinal,):
            places[f"{division.folded} {number}"] = None
            if whole:
                named[f"{division.folded} {number}"] = None
        positions |= set(range(at, at + length))
    return Cited(tuple(places), tuple(named), frozenset(positions))


def heading(title: Sequence[Token]) -> Sequence[Token]:
    """Return the words of a title after the places that it begins with: "Điều 5. Phạm vi"."""
    at = 0
    while at < len(title) - 1 and (length := _length(title, at)):
        at += length
    return title[at:]


def unnamed(words: Sequence[Token]) -> list[Sequence[Token]]:
    """Return the words, and what remains of them after each word for a kind of document."""
    rests: list[Sequence[Token]] = [words] if words else []
    at = 0
    while at < len(words):
        two = " ".join(word.folded for word in words[at : at + 2])
        length = 2 if two in _types else int(words[at].folded in _types)
        at += length
        if not length or at >= len(words):
            break
        rests.append(words[at:])
    return rests


def _length(found: Sequence[Token], at: int) -> int:
    """Return how many tokens from there name a place: 2, of an annex 3, or 0 for none."""
    first, second = found[at], found[at + 1]
    if (first.folded, second.folded) == _annex:
        return 3 if at + 2 < len(found) and _ordinal.fullmatch(found[at + 2].folded) else 0
    exact = _divisions.get(first.folded)
    means_it = first.exact in {first.folded, exact}  # "mức 5" is no "mục 5"; "muc 5" may be
    return 2 if exact and means_it and _ordinal.fullmatch(second.folded) else 0


def _both(ordinal: str) -> tuple[str, ...]:
    """Return the number of an annex in both ways of writing it: I and 1."""
    if ordinal in _roman:
        return ordinal, str(_roman.index(ordinal) + 1)
    if ordinal.isdecimal() and 0 < int(ordinal) <= len(_roman):
        return ordinal, _roman[int(ordinal) - 1]
    return (ordinal,)
