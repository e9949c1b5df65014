"""What a result shows of a document: its own words, accents and all, with the found ones marked."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from markupsafe import Markup

from app.kit.scripts import GAP, MARK
from app.kit.syllables import LETTER, Token, keys, tokens_among
from app.kit.text import fold
from app.search.query import Syllable

PASSAGE = 240  # characters
LEAD = 60  # characters a passage may start before its first found word, to begin a sentence
REFERENCE = 5.0  # what showing "Điều 12" is worth, beside a rare word
EARLY = 600  # characters: a passage so near the beginning that has every word is good enough
MAX_READ = 60_000  # characters of a body in which a passage is looked for

SEAMS = f" {GAP}"  # between words that are marked as one
_word = re.compile(LETTER)
_mark = re.compile(MARK)


@dataclass(frozen=True)
class Wanted:
    """The syllables to mark in a text, each with what it is worth to show."""

    exact: Mapping[str, float]  # typed with marks
    folded: Mapping[str, float]  # typed without
    loose: Mapping[str, str]  # folded → exact, for a text that has the syllable but not its marks
    references: frozenset[tuple[str, str]]  # two neighbours: ("dieu", "12")
    signs: Mapping[tuple[str, str], float] = field(default_factory=dict)  # two that make a word

    @classmethod
    def of(cls, worth: Mapping[Syllable, float], references: Iterable[str]) -> "Wanted":
        """Return what to mark, given what each syllable of the query is worth."""
        words = {s: value for s, value in worth.items() if " " not in s.folded}
        signs = {s.folded: value for s, value in worth.items() if s not in words}
        return cls(
            {s.exact: value for s, value in words.items() if s.marked},
            {s.folded: value for s, value in words.items() if not s.marked},
            {s.folded: s.exact for s in words if s.marked},
            frozenset(map(_apart, references)),
            {_apart(pair): value for pair, value in signs.items()},
        )

    @cached_property
    def neighbours(self) -> Mapping[tuple[str, str], float]:
        """What is marked where two words stand side by side."""
        return dict(self.signs) | dict.fromkeys(self.references, REFERENCE)

    def found_in(self, text: str) -> list[tuple[Token, float]]:
        """Return the words to mark; one that differs in its marks only if none agrees."""
        read = self._read(text)
        present = {token.exact for _, token in read}
        beside: dict[Token, float] = {}
        if self.neighbours:
            for (at, before), (then, after) in pairwise(read):
                value = self.neighbours.get((before.folded, after.folded), 0.0)
                if value and then == at + 1:
                    for token in (before, after):
                        beside[token] = max(value, beside.get(token, 0.0))
        found = []
        for _, token in read:
            value = beside.get(token, 0.0) or self.exact.get(token.exact, 0.0)
            value = value or self.folded.get(token.folded, 0.0)
            if not value and (meant := self.loose.get(token.folded)) and meant not in present:
                value = self.exact[meant]
            if value:
                found.append((token, value))
        return found

    def worth_of(self, *texts: str) -> float:
        """Return what showing these texts is worth, each word counted once."""
        found: dict[str, float] = {}
        for text in texts:
            for token, value in self.found_in(text[:MAX_READ]):
                found[token.folded] = max(value, found.get(token.folded, 0.0))
        return round(sum(found.values()), 9)

    def _read(self, text: str) -> list[tuple[int, Token]]:
        """Return the tokens that may have to be marked, with their positions for references."""
        if self._sought is not None:
            folded = fold(text)
            if len(folded) == len(text):
                return self._sighted(text, folded, self._sought)
        return tokens_among(text, self.keys)

    def _sighted(self, text: str, folded: str, sought: re.Pattern[str]) -> list[tuple[int, Token]]:
        """Return the same by looking for the words themselves: most of a text is none of them."""
        found = []
        for match in sought.finditer(folded):
            start, end = match.span()
            if start and _word.match(folded, start - 1):
                continue
            exact, plain = keys(text[start:end])
            if plain in self.keys:
                found.append((0, Token(start, end, exact, plain)))
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        """The folded keys of every word that may have to be marked."""
        paired = {word for pair in self.neighbours for word in pair}
        return frozenset({*self.folded, *self.loose, *paired})

    @cached_property
    def _sought(self) -> re.Pattern[str] | None:
        """How the words look in a folded text; none where their positions matter, or signs."""
        if self.neighbours or not all(key.isascii() and key.isalnum() for key in self.keys):
            return None
        ways = {*self.keys, *(f"{key[:-1]}y" for key in self.keys if key.endswith("i"))}
        return re.compile(f"(?:{'|'.join(sorted(ways))})(?!{_word.pattern})") if ways else None


def _apart(pair: str) -> tuple[str, str]:
    first, _, second = pair.partition(" ")
    return first, second


def mark(text: str, wanted: Wanted) -> Markup:
    """Return all of `text`, escaped, with the wanted syllables in <mark>."""
    return _marked(text, 0, len(text), wanted.found_in(text))


def passage(body: str, wanted: Wanted) -> Markup:
    """Return the stretch of `body` that shows most of what was asked, escaped and marked."""
    body = body[:MAX_READ]
    found = _enough(body, wanted) or wanted.found_in(body)
    # near the end of the body there is room to spare before, but none after
    start = _beginning(body, min(_densest(found), max(0, len(body) - PASSAGE + LEAD)))
    end = _ending(body, start + PASSAGE)
    inside = [(token, value) for token, value in found if start <= token.start and token.end <= end]
    before, after = "… " if start else "", " …" if end < len(body.rstrip()) else ""
    return before + _marked(body, start, end, inside) + after


def _enough(body: str, wanted: Wanted) -> list[tuple[Token, float]]:
    """Return what is found early in a long body, if no later passage could show more words."""
    end = body.rfind(" ", 0, EARLY)
    if len(body) <= 2 * EARLY or end < 0 or wanted.neighbours:
        return []
    found = wanted.found_in(body[:end])
    start = _densest(found)
    near = [token for token, _ in found if start <= token.start and token.end <= start + PASSAGE]
    exact, folded = {token.exact for token in near}, {token.folded for token in near}
    return found if wanted.exact.keys() <= exact and wanted.folded.keys() <= folded else []


def _densest(found: Sequence[tuple[Token, float]]) -> int:
    """Return where a passage starts that holds the most worth, each word counted once."""
    best, best_start, first = -1.0, 0, 0
    inside: dict[str, int] = {}
    worth = 0.0
    for token, value in found:
        inside[token.folded] = inside.get(token.folded, 0) + 1
        worth += value if inside[token.folded] == 1 else value / 20
        while token.end - found[first][0].start > PASSAGE - LEAD:
            leaving, less = found[first]
            inside[leaving.folded] -= 1
            worth -= less if not inside[leaving.folded] else less / 20
            first += 1
        if worth > best + 1e-9:
            best, best_start = worth, found[first][0].start
    return best_start


def _beginning(body: str, start: int) -> int:
    """Return where to begin so that `start` is shown: a line, a sentence, or a word."""
    earliest = max(0, start - LEAD)
    if not earliest:
        return 0
    lead = body[earliest:start]
    for stop in ("\n", ". ", "; ", "。", "។", "။"):
        if (at := lead.rfind(stop)) >= 0:
            return earliest + at + len(stop)
    at = lead.find(" ")
    return earliest + at + 1 if at >= 0 else start


def _ending(body: str, end: int) -> int:
    """Return `end`, or the last gap between words shortly before it."""
    if end >= len(body):
        return len(body.rstrip())
    at = max(body.rfind(sign, end - LEAD, end) for sign in " \n\u200b")
    return at if at > 0 else _whole(body, end)


def _whole(body: str, end: int) -> int:
    """Return where the sign ends that would be cut there; a subscript follows its own mark."""
    while end < len(body) and (_mark.match(body, end) or body[end - 1] in "\u17d2\u1039"):
        end += 1
    return end


def _marked(text: str, start: int, end: int, found: Sequence[tuple[Token, float]]) -> Markup:
    spans: list[list[int]] = []
    for token, _ in found:
        if spans and not text[spans[-1][1] : token.start].strip(SEAMS):
            spans[-1][1] = max(spans[-1][1], token.end)  # neighbours share one mark
        else:
            spans.append([token.start, token.end])
    pieces, last = [], start
    for first, after in spans:
        pieces += [_flat(text[last:first]), "<mark>", _flat(text[first:after]), "</mark>"]
        last = after
    pieces.append(_flat(text[last:end]))
    return Markup("".join(pieces))


def _flat(text: str) -> str:
    """Return the text escaped, its line breaks turned into spaces."""
    return html.escape(text.replace("\n", " "))
