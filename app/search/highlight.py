"""What a result shows of a document: its own words, accents and all, with the found ones marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from app.kit.syllables import Token, tokens
from app.search.query import Syllable

PASSAGE = 240  # characters
LEAD = 60  # characters a passage may start before its first found word, to begin a sentence
REFERENCE = 5.0  # what showing "Điều 12" is worth, beside a rare word
MAX_READ = 60_000  # characters of a body in which a passage is looked for


@dataclass(frozen=True)
class Wanted:
    """The syllables to mark in a text, each with what it is worth to show."""

    exact: Mapping[str, float]  # typed with marks
    folded: Mapping[str, float]  # typed without
    loose: Mapping[str, str]  # folded → exact, for a text that has the syllable but not its marks
    references: frozenset[tuple[str, str]]  # two neighbours: ("dieu", "12")

    @classmethod
    def of(cls, worth: Mapping[Syllable, float], references: Iterable[str]) -> "Wanted":
        """Return what to mark, given what each syllable of the query is worth."""
        neighbours = (reference.split(" ", 1) for reference in references)
        return cls(
            {s.exact: value for s, value in worth.items() if s.marked},
            {s.folded: value for s, value in worth.items() if not s.marked},
            {s.folded: s.exact for s in worth if s.marked},
            frozenset((first, second) for first, second in neighbours),
        )

    def found_in(self, text: Sequence[Token]) -> list[tuple[Token, float]]:
        """Return the tokens to mark; one that differs in its marks only if none agrees."""
        present = {token.exact for token in text}
        cited = set()
        if self.references:
            for before, after in pairwise(text):
                if (before.folded, after.folded) in self.references:
                    cited |= {before, after}
        found = []
        for token in text:
            value = REFERENCE if token in cited else 0.0
            value = value or self.exact.get(token.exact) or self.folded.get(token.folded) or 0.0
            if not value and (meant := self.loose.get(token.folded)) and meant not in present:
                value = self.exact[meant]
            if value:
                found.append((token, value))
        return found


def mark(text: str, wanted: Wanted) -> Markup:
    """Return all of `text`, escaped, with the wanted syllables in <mark>."""
    return _marked(text, 0, len(text), wanted.found_in(tokens(text)))


def passage(body: str, wanted: Wanted) -> Markup:
    """Return the stretch of `body` that shows most of what was asked, escaped and marked."""
    body = body[:MAX_READ]
    found = wanted.found_in(tokens(body))
    start = _beginning(body, min(_densest(found), max(0, len(body) - PASSAGE)))
    end = _ending(body, start + PASSAGE)
    inside = [(token, value) for token, value in found if start <= token.start and token.end <= end]
    before, after = "… " if start else "", " …" if end < len(body.rstrip()) else ""
    return before + _marked(body, start, end, inside) + after


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
    for stop in ("\n", ". ", "; "):
        if (at := lead.rfind(stop)) >= 0:
            return earliest + at + len(stop)
    at = lead.find(" ")
    return earliest + at + 1 if at >= 0 else start


def _ending(body: str, end: int) -> int:
    """Return `end`, or the last gap between words shortly before it."""
    if end >= len(body):
        return len(body.rstrip())
    at = max(body.rfind(" ", end - LEAD, end), body.rfind("\n", end - LEAD, end))
    return at if at > 0 else end


def _marked(text: str, start: int, end: int, found: Sequence[tuple[Token, float]]) -> Markup:
    spans: list[list[int]] = []
    for token, _ in found:
        if spans and not text[spans[-1][1] : token.start].strip(" "):
            spans[-1][1] = max(spans[-1][1], token.end)  # neighbours share one mark
        else:
            spans.append([token.start, token.end])
    pieces, last = [], start
    for first, after in spans:
        pieces += [_flat(text[last:first]), Markup("<mark>"), _flat(text[first:after])]
        pieces.append(Markup("</mark>"))
        last = after
    pieces.append(_flat(text[last:end]))
    return Markup("").join(pieces)


def _flat(text: str) -> Markup:
    """Return the text escaped, its line breaks turned into spaces."""
    return escape(text.replace("\n", " "))
