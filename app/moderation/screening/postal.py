"""Where somebody lives: parts of an address in a row, from the door outwards.

A village or a street alone is where everybody is; a door in it, or words that say "I live at",
make it a home.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from app.kit.text import fold
from app.moderation.screening.seen import Seen, Span, either, vocabulary

WHAT = "address"
MOST_WORDS = 5  # of a name
MOST_PARTS = 10
BEFORE = 60  # characters in which somebody says that they live there
DOORS = frozenset({"door", "number", "plain"})
LOW = "low"
OUTER = frozenset({"ward", "district", "hamlet", "team"})
KINDS = ("door", "number", "lane", "street", "team", "hamlet", "ward", "district")

_token = re.compile(
    r"[a-z]{0,2}\d{1,5}[a-z]{0,2}\d{0,3}(?:[/-]\d{1,4}[a-z]?){0,4}(?![^\W_])"
    r"|[^\W\d_]+|\d[^\W_]*"
)
_near = re.compile(r"[^\w\n/;%+.!?]{0,3}")
_beside = re.compile(r"[^\w\n/;,%+.:!?]{0,2}")
_dotted = re.compile(r"\.?[ ]?")  # behind "P", "TP"
_figures = re.compile(
    r"[a-z]{0,2}\d{1,5}[a-z]{0,2}\d{0,3}(?:[/-]\d{1,4}[a-z]?){0,4}|[ivx]{1,4}|[a-z]\d?"
)
_joined = re.compile(r"[qpf]\d{1,2}")  # as in Q1
_day = re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d|\d{1,2}/(?:19|20)\d\d")


class Token(NamedTuple):
    """A word or number: folded, and as it was typed."""

    start: int
    end: int
    word: str
    typed: str

    @property
    def is_number(self) -> bool:
        return self.word[-1:].isdigit() or any(figure.isdigit() for figure in self.word)

    @property
    def is_name(self) -> bool:
        return self.typed[:1].isupper()

    @property
    def is_bare(self) -> bool:
        """Whether it was typed without accents."""
        return self.typed.lower() == self.word


@dataclass(frozen=True)
class Part:
    """One part of an address: tokens `first` up to, not including, `last`."""

    kind: str
    first: int
    last: int
    numbered: bool


Words = dict[str, list[tuple[tuple[str, ...], str, str]]]


@cache
def _words() -> Words:
    """First word → the rest of it, how all of it is typed, and the kind; the longest first."""
    told = vocabulary("personal")["address"]
    found: Words = {}
    for kind in KINDS:
        for typed in told[kind]:
            first, *rest = fold(typed).split()
            found.setdefault(first, []).append((tuple(rest), typed, kind))
    for ways in found.values():
        ways.sort(key=lambda way: -len(way[0]))
    return found


@cache
def _not_names() -> frozenset[str]:
    return frozenset(vocabulary("personal")["address"]["not_names"])


@cache
def _units() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary("personal")["amounts"]["units"])


@cache
def _month() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary("personal")["birth"]["month"])


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    told = vocabulary("personal")["address"]
    persons, at = either(told["persons"]), either(told["at"])
    lives = rf"(?<![^\W_])(?:{either(told['lives'])})(?![^\W_])"
    home = rf"(?<![^\W_])(?:{persons})\s(?:[^\W_]{{1,12}}[\s,]{{1,2}}){{0,5}}(?:{at})\W{{1,3}}$"
    begins = rf"(?:^|[.,:;]\s?)(?:{at})\W{{1,3}}$"
    after = rf"\W{{1,3}}(?:{either(told['lived'])})(?![^\W_])"
    before = re.compile(rf"{lives}(?=\W*(?:[^\W_]+\W+){{0,4}}$)|{home}|{begins}")
    return before, re.compile(after), frozenset(fold(word) for word in told["not_before"])


def homes(seen: Seen) -> Iterator[Span]:
    """Every address of a home in the text."""
    found = _tokens(seen)
    n = 0
    while n < len(found):
        parts = _row(seen, found, n)
        if parts and _is_home(seen, found, parts):
            last = parts[-1].last
            yield seen.span(found[n].start, found[last - 1].end, WHAT)
            n = last
        else:
            n += 1


def _tokens(seen: Seen) -> list[Token]:
    return [
        Token(*match.span(), match[0], seen.typed(*match.span()))
        for match in _token.finditer(seen.folded)
    ]


def _row(seen: Seen, found: Sequence[Token], first: int) -> list[Part]:
    """The parts that begin with that token and follow one another without a word between."""
    parts: list[Part] = []
    at = first
    while at < len(found) and len(parts) < MOST_PARTS:
        if parts and not _near.fullmatch(seen.folded, found[at - 1].end, found[at].start):
            break
        part = _part(seen, found, at, parts)
        if part is None:
            break
        parts.append(part)
        at = part.last
    return parts


def _part(seen: Seen, found: Sequence[Token], at: int, before: Sequence[Part]) -> Part | None:
    """The part of an address that begins with that token."""
    for rest, typed, kind in _words().get(found[at].word, ()):
        end = at + 1 + len(rest)
        words = found[at:end]
        if tuple(token.word for token in words[1:]) != rest or not _said(words, typed):
            continue
        if kind == "number" and at and found[at - 1].word in _cues()[2]:
            continue
        part = _named(seen, found, at, end, kind)
        if part:
            return part
    if not before:
        return _plain_number(seen, found, at)
    if _joined.fullmatch(found[at].word):
        return Part("district", at, at + 1, True)
    return _nameless(seen, found, at, before[-1])


def _nameless(seen: Seen, found: Sequence[Token], at: int, before: Part) -> Part | None:
    """The street without its word, as in "hẻm 96 Trần Hưng Đạo"; LOW where none has capitals."""
    if before.kind not in ("lane", *DOORS) or not before.numbered:
        return None
    if found[at].typed.lower() in _not_names() or len(found[at].word) < 2:
        return None
    last = _name(seen, found, at)
    if last > at:
        return Part("street", at, last, False)
    last = _low_name(seen, found, at) if before.kind == "plain" else at
    return Part(LOW, at, last, False) if last > at + 1 else None


def _said(words: Sequence[Token], typed: str) -> bool:
    """Whether the words are those, with their accents or all without."""
    low = [token.typed.lower() for token in words]
    return low == typed.split() or all(token.is_bare for token in words)


def _named(seen: Seen, found: Sequence[Token], at: int, end: int, kind: str) -> Part | None:
    """The word of a part with its number or name behind it; None where neither is."""
    if end < len(found) and found[end].word == "so" and kind not in ("door", "number"):
        end += 1
    if end >= len(found) or not _beside.fullmatch(
        seen.folded, found[end - 1].end, found[end].start
    ):
        return None
    token = found[end]
    if _figures.fullmatch(token.word) and (token.is_number or token.is_name):
        last = end + 1
        if seen.folded[token.end : token.end + 1] in ("/", "%") or _day.fullmatch(token.word):
            return None
        if kind in DOORS and last < len(found) and found[last].word in _units():
            return None
        if kind in ("street", "hamlet"):
            last = _name(seen, found, last) if _touches(seen, found, last) else last
        return Part(kind, at, last, True)
    if kind in ("door", "number", "lane", "team"):
        return None
    last = _name(seen, found, end)
    if last == end and all(token.is_bare for token in found[at : end + 1]):
        last = _low_name(seen, found, end)
    return Part(kind, at, last, False) if last > end else None


def _touches(seen: Seen, found: Sequence[Token], at: int) -> bool:
    return at < len(found) and seen.folded[found[at - 1].end : found[at].start] == " "


def _name(seen: Seen, found: Sequence[Token], at: int) -> int:
    """Where the capitalised words that begin there end; the same number for none."""
    last = at
    while last < len(found) and last - at < MOST_WORDS and _names(found, at, last):
        if last > at and not _bound(seen, found, last):
            break
        # "TP Buon Ma Thuot": a name may begin like a part
        if last > at and not found[last].is_number and _begins_part(seen, found, last):
            break
        last += 1
    return last


def _names(found: Sequence[Token], at: int, last: int) -> bool:
    """Whether that word goes on with a name: capitalised, or the day of "Tháng 8"."""
    token = found[last]
    return token.is_name or (last > at and token.is_number and found[last - 1].word in _month())


def _low_name(seen: Seen, found: Sequence[Token], at: int) -> int:
    """The same for words typed without accents or capitals: up to three, to the next part."""
    last = at
    while last < len(found) and last - at < 3 and found[last].is_bare:
        if found[last].is_number:
            break
        if last > at and not _bound(seen, found, last):
            break
        if _begins_part(seen, found, last):
            break
        last += 1
    return last


def _bound(seen: Seen, found: Sequence[Token], at: int) -> bool:
    """Whether only a space, an apostrophe or a hyphen parts it from the word before."""
    return seen.folded[found[at - 1].end : found[at].start] in (" ", "'", "’", "-", " - ")


def _begins_part(seen: Seen, found: Sequence[Token], at: int) -> bool:
    for rest, typed, _kind in _words().get(found[at].word, ()):
        words = found[at : at + 1 + len(rest)]
        behind = at + 1 + len(rest)
        if tuple(token.word for token in words[1:]) != rest or not _said(words, typed):
            continue
        if behind < len(found) and (found[behind].is_name or found[behind].is_number):
            return True
    return False


def _plain_number(seen: Seen, found: Sequence[Token], at: int) -> Part | None:
    """A number that stands before a street, as in "45 đường Hùng Vương" and "22 Hàng Bông"."""
    token = found[at]
    if not token.word[-1:].isalnum() or not token.is_number or not _figures.fullmatch(token.word):
        return None
    if _day.fullmatch(token.word) or not _touches(seen, found, at + 1):
        return None
    _, _, not_before = _cues()
    if at and found[at - 1].word in not_before:
        return None
    return Part("plain", at, at + 1, True) if not _begins_other(seen, found, at + 1) else None


def _begins_other(seen: Seen, found: Sequence[Token], at: int) -> bool:
    """Whether what follows a number is neither a street nor a name."""
    part = _part(seen, found, at, (Part("number", at - 1, at, True),))
    return part is None or part.kind not in ("street", "lane", LOW)


def _is_home(seen: Seen, found: Sequence[Token], parts: Sequence[Part]) -> bool:
    """Whether these parts lead to one door, or somebody says to live there."""
    kinds = [part.kind for part in parts]
    outer = [kind for kind in kinds if kind in OUTER]
    first = parts[0]
    if kinds[0] == "door" and first.numbered:
        return True
    if kinds[0] == "number" and len(parts) > 1:
        return True
    if LOW in kinds:
        return any(part.numbered and part.kind in OUTER for part in parts[2:])
    if kinds[0] == "plain" and len(parts) > 1:
        word = found[first.first].word
        return bool(outer) or "/" in word or _lived_in(seen, found, parts)
    if kinds[0] == "team" and outer[1:]:
        return True
    if kinds[0] in ("lane", "street", "hamlet", "team"):
        enough = len(parts) > 1 or kinds[0] == "lane"
        return enough and _lived_in(seen, found, parts)
    return False


def _lived_in(seen: Seen, found: Sequence[Token], parts: Sequence[Part]) -> bool:
    """Whether words before or behind say that it is where somebody lives."""
    before, after, _ = _cues()
    start, end = found[parts[0].first].start, found[parts[-1].last - 1].end
    said = seen.folded[max(0, start - BEFORE) : start]
    return bool(before.search(said) or after.match(seen.folded, end))
