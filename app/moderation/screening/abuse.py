"""Words of the abuse list, whatever tricks they are typed with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from app.kit.syllables import keys
from app.kit.text import fold
from app.moderation.screening.seen import Seen, Span, vocabulary

WHAT = "listed"
LONGEST = 12  # letters of one word that is typed letter by letter

_token = re.compile(r"[a-z0-9@$!*]+|[^\W_]+")
_drawn = str.maketrans("0134578@$!j", "oieastbasii")
_again = re.compile(r"([^\W\d_])\1{2,}")
_between = re.compile(r"[ .\-_·]{1,2}")
_row = re.compile(r"[^\w\n,;:/()]{1,4}")


class Typed(NamedTuple):
    """A word of the text: exact and folded, and folded again with its tricks undone."""

    start: int
    end: int
    exact: str
    folded: str
    undone: str
    bare: bool
    loud: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed phrase, syllable by syllable: exact and folded."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    anyhow: bool
    ambiguous: bool = False


@cache
def _entries() -> dict[str, list[Entry]]:
    """The list by the first letter of each phrase, the longest first."""
    told = vocabulary("abuse")
    unclear, alone = set(told["ambiguous"]), set(told["never_alone"])
    found: dict[str, list[Entry]] = {}
    for name in ("accented", "anyhow", "codes"):
        for phrase in told[name]:
            if phrase in alone:
                continue
            words = phrase.split()
            exact, folded = zip(*((keys(word)[0], fold(word)) for word in words), strict=True)
            anyhow = name != "accented"
            entry = Entry(exact, folded, anyhow, phrase in unclear)
            found.setdefault(folded[0][0], []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (-len(entry.exact), not entry.anyhow))
    return found


@cache
def _joined() -> dict[str, Entry]:
    """What is typed letter by letter: exact syllables without gaps → entry."""
    found: dict[str, Entry] = {}
    for word in vocabulary("abuse")["spelled"]:
        found[keys(word)[0]] = Entry((), (), anyhow=False)
    for entries in _entries().values():
        for entry in entries:
            found.setdefault("".join(entry.exact), entry)
            if entry.anyhow:
                found.setdefault("".join(entry.folded), entry)
    return found


def abuse(seen: Seen) -> Iterator[Span]:
    """Every passage that the list has, the longest phrase first."""
    typed = _typed(seen)
    spelled = _spelled(seen, typed)
    n = 0
    while n < len(typed):
        last = spelled.get(n) or _phrase(seen, typed, n)
        if last:
            yield seen.span(typed[n].start, typed[last - 1].end, WHAT)
        n = last or n + 1


def _typed(seen: Seen) -> list[Typed]:
    found = []
    for match in _token.finditer(seen.folded):
        start, end = match.span()
        word = match[0].strip("!") if match[0].strip("!*") else ""
        if not word or word.isdigit():
            continue
        start += match[0].index(word)
        end = start + len(word)
        own = seen.typed(start, end)
        low = _again.sub(r"\1", own.lower())
        folded = fold(low)
        exact = keys(low)[0] if low.isalnum() else low
        undone = folded.translate(_drawn) if not folded.isalpha() or "j" in folded else folded
        found.append(Typed(start, end, exact, folded, undone, folded == low, own.isupper()))
    return found


def _phrase(seen: Seen, typed: Sequence[Typed], at: int) -> int:
    """Where the listed phrase that begins there ends, 0 for none."""
    first = typed[at]
    for letter in {first.undone[0], first.folded[0], first.folded.lstrip("*")[:1]}:
        for entry in _entries().get(letter, ()):
            last = at + len(entry.exact)
            if last <= len(typed) and _is(seen, typed[at:last], entry):
                return last
    return 0


def _is(seen: Seen, words: Sequence[Typed], entry: Entry) -> bool:
    plainly = entry.anyhow
    tricks = 0
    for word, exact, folded in zip(words, entry.exact, entry.folded, strict=True):
        if word.exact == exact:
            continue
        if word.folded == folded and word.bare:
            if not plainly:
                return False
            continue
        if not _tricked(word, exact, folded, len(words)):
            return False
        tricks += 1
    for before, after in pairwise(words):
        if not _row.fullmatch(seen.folded, before.end, after.start):
            return False
    return not (entry.ambiguous and not tricks and _means_else(seen, words[0]))


def _means_else(seen: Seen, word: Typed) -> bool:
    """Whether it is a unit behind a number or an abbreviation in capitals."""
    after = seen.folded[word.end : word.end + 1]
    return word.loud or _behind_number(seen, word) or after.isdigit()


def _behind_number(seen: Seen, word: Typed) -> bool:
    before = seen.folded[max(0, word.start - 2) : word.start].rstrip()
    return before[-1:].isdigit()


def _tricked(word: Typed, exact: str, folded: str, many: int) -> bool:
    """Whether signs and figures stand for letters of that syllable."""
    if "*" in word.folded:
        return _starred(word, folded, many)
    if word.undone == word.folded or word.undone != folded:
        return False
    if many == 1 and len(word.folded) < 3:
        return False
    # the accents that are left must not speak against it
    own = {sign for sign in word.exact if not sign.isascii()}
    return own <= set(exact)


def _starred(word: Typed, folded: str, many: int) -> bool:
    """Whether the stars of the word stand for letters of that syllable."""
    own = word.folded
    if own[0] == "*" or own.count("*") > 2:
        return False
    if many > 1 and len(own) == 2 and own[1] == "*":
        return folded.startswith(own[0])
    if len(own) == 2 or len(own) != len(folded):
        return False
    return all(mine in ("*", its) for mine, its in zip(own, folded, strict=True))


def _spelled(seen: Seen, typed: Sequence[Typed]) -> dict[int, int]:
    """Where listed words that are typed letter by letter begin and end."""
    found: dict[int, int] = {}
    first = 0
    for last in range(1, len(typed) + 1):
        if last < len(typed) and _goes_on(seen, typed[last - 1], typed[last]):
            continue
        if 1 < last - first <= LONGEST and _is_spelled(seen, typed[first:last]):
            found[first] = last
        first = last
    return found


def _goes_on(seen: Seen, before: Typed, after: Typed) -> bool:
    lone = len(before.folded) == 1 and len(after.folded) == 1
    return lone and bool(_between.fullmatch(seen.folded, before.end, after.start))


def _is_spelled(seen: Seen, letters: Sequence[Typed]) -> bool:
    own = seen.typed(letters[0].start, letters[-1].end).lower()
    word = "".join(sign for sign in own if sign.isalnum())
    entry = _joined().get(keys(word)[0]) or _joined().get(word)
    if entry is None or not entry.ambiguous:
        return entry is not None
    # a capital that begins a sentence is none of an abbreviation
    return not (all(one.loud for one in letters) or _behind_number(seen, letters[0]))
