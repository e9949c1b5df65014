"""Places of a law as other languages name them: "제12조", "第十二條", "Artikel 12 Absatz 3"."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.documents import shorthand
from app.documents.citation import WORDS
from app.documents.shorthand import Typed
from app.kit.syllables import Token, tokens

_SLOT = "0"
_figures = re.compile(r"\d{1,4}[a-z]?")
_letter = re.compile("[a-z]")
_counted = re.compile(r"\d{1,4}|[ivxl]{1,7}")  # what law counts in Roman numerals
_numbers = {"dieu": _figures, "khoan": _figures, "diem": _letter}
_HAN = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TIMES = {"十": 10, "百": 100}
_MOST_HAN = 5  # signs of a number: 一百二十三
_ENGLISH = "en"  # read by `shorthand` itself, abbreviations and all


class Pattern(NamedTuple):
    """A word of anchors, and what stands before and after its number, by folded keys."""

    unit: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    language: str


class Place(NamedTuple):
    """A place that so many tokens name, in the law's words ("dieu", "12") and as it was typed."""

    unit: str
    number: str
    typed: str  # the number and the word beside it, as two neighbours
    length: int
    language: str

    @property
    def folded(self) -> str:
        """As the index has it in Vietnamese: "dieu 12", of an annex "luc 1"."""
        return f"{self.unit.rpartition('-')[2]} {self.number}"

    @property
    def vietnamese(self) -> str:
        """As Vietnamese law writes it: "điều 12"."""
        return f"{WORDS[self.unit]} {self.number}".lower()


def place_at(found: Sequence[Token], at: int) -> Place | None:
    """Return the place that the tokens from there name in another language than Vietnamese."""
    if found[at].folded not in _by_first and not _figures.fullmatch(found[at].folded):
        return None
    first = found[at].folded if found[at].folded in _by_first else _SLOT
    for pattern in _by_first[first]:
        if place := _matched(pattern, found, at):
            return place
    return None


def in_vietnamese(text: str) -> str:
    """Return the text with places that other languages name as Vietnamese law names them."""
    found = tokens(text)
    pieces: list[str] = []
    at = last = 0
    while at < len(found):
        place = place_at(found, at)
        if place is None or place.language == _ENGLISH:
            at += 1
            continue
        pieces += [text[last : found[at].start], " ", place.vietnamese, " "]
        last = found[at + place.length - 1].end
        at += place.length
    return "".join([*pieces, text[last:]]) if pieces else text


def named_place(text: str) -> Typed:
    """The one place that a search names, in whatever language, and the words beside it."""
    return shorthand.named_place(in_vietnamese(text))


def _matched(pattern: Pattern, found: Sequence[Token], at: int) -> Place | None:
    slot = at + len(pattern.before)
    if slot >= len(found) or not _stand(pattern.before, found, at):
        return None
    shape = _numbers.get(pattern.unit, _counted)
    folded = found[slot].folded
    number, length = (folded, 1) if shape.fullmatch(folded) else _han(found, slot)
    if not number or not shape.fullmatch(number):
        return None
    after = slot + length
    if not _stand(pattern.after, found, after):
        return None
    if pattern.after:
        typed = f"{found[after - 1].folded} {found[after].folded}"
    else:
        typed = f"{found[slot - 1].folded} {found[slot].folded}"
    end = after + len(pattern.after)
    if not pattern.before and found[end : end + 1] and found[end].start == found[end - 1].end:
        return None  # ten conditions, 10条件, are no article ten
    return Place(pattern.unit, number, typed, end - at, pattern.language)


def _stand(words: Sequence[str], found: Sequence[Token], at: int) -> bool:
    there = found[at : at + len(words)]
    return len(there) == len(words) and all(
        token.folded == word for token, word in zip(there, words, strict=True)
    )


def _han(found: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the number that Chinese numerals say from there, and how many of them; "" for none."""
    total, digit, length = 0, None, 0
    for token in found[at : at + _MOST_HAN]:
        if token.folded in _HAN:
            digit = _HAN[token.folded]
        elif token.folded in _TIMES:
            total += (1 if digit is None else digit) * _TIMES[token.folded]
            digit = None
        else:
            break
        length += 1
    total += digit or 0
    return (str(total), length) if total else ("", 0)


def _read() -> dict[str, list[Pattern]]:
    table = tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))
    by_first: defaultdict[str, list[Pattern]] = defaultdict(list)
    for language, units in table.items():
        for unit, patterns in units.items():
            for written in patterns:
                words = [token.folded for token in tokens(written)]
                slot = words.index(_SLOT)
                pattern = Pattern(unit, (*words[:slot],), (*words[slot + 1 :],), language)
                by_first[words[0]].append(pattern)
    for patterns in by_first.values():
        patterns.sort(key=lambda one: -len(one.before) - len(one.after))
    return dict(by_first)


_by_first = _read()
