"""Which documents answer a query, and in what order: BM25, one word of the query at a time.

Whoosh would walk all words of the query document by document, through layers of matchers; one
plain loop a word over the same postings gives the same order in a small part of the time.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, log
from typing import Protocol

from app.search.document import Field
from app.search.query import Query, Syllable

EXACT, LOOSE = 1.0, 0.15  # a syllable typed with marks: found as typed, found without
PAIR, TITLE, CONTEXT = 0.7, 0.2, 0.1
REFERENCE = 4.0  # "Điều 12" in a title: the provision itself, not one that cites it
COMMON_SHARE = 0.2  # a word in more of the documents than this tells nothing …
COMMON_FLOOR = 500  # … unless so few documents hold it that asking costs nothing
SHORT = 3  # so few words are all meant
QUOTE = 9  # up to here people quote, beyond they ask a question in words of their own
ENOUGH, ENOUGH_OF_QUESTION = 0.6, 0.3  # the share of words that must be there
MAX_POSTINGS = 1_500_000  # a query reads no more than this, the rarest words first


@dataclass(frozen=True)
class Postings:
    """The documents of one segment that hold a word, and what the word is worth in each."""

    documents: "array[int]"
    weights: "array[float]"


class Segment(Protocol):
    """A part of the index, with its own document numbers."""

    @property
    def size(self) -> int:
        """How many documents it numbers, from 0."""

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands."""

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, or nothing."""


@dataclass
class Part:
    """What one segment holds for a query: the documents found, their scores and exactness."""

    scores: list[float]  # of every document, found or not: to add to a list is quickest
    found: Counter[int] = field(default_factory=Counter)  # document → units of the query held
    exact: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Term:
    where: Field
    word: str
    boost: float


# What counts once as found, in whichever of its fields: a syllable, or else a reference.
_Unit = tuple[_Term, ...]


class _Census:
    """In how many documents of the whole index each term stands, asked once."""

    def __init__(self, segments: Sequence[Segment], documents: int) -> None:
        self.documents = documents
        self.ceiling = max(COMMON_SHARE * documents, COMMON_FLOOR)
        self._segments = segments
        self._known: dict[tuple[Field, str], int] = {}

    def count(self, term: _Term) -> int:
        key = term.where, term.word
        if key not in self._known:
            self._known[key] = sum(segment.frequency(*key) for segment in self._segments)
        return self._known[key]

    def kept(self, terms: Iterable[_Term], limit: float) -> _Unit:
        """Return the terms that stand somewhere but, like the title of a draft, not everywhere."""
        limits = {Field.CONTEXT: min(limit, self.ceiling)}
        return tuple(t for t in terms if 0 < self.count(t) <= limits.get(t.where, limit))

    def worth(self, term: _Term) -> float:
        """Return what a posting of weight one adds: its boost times how rare the word is."""
        count = self.count(term)
        return term.boost * log(1 + (self.documents - count + 0.5) / (count + 0.5))


@dataclass(frozen=True)
class Plan:
    """The words worth asking for, rarest first, with what each adds to a score."""

    units: tuple[_Unit, ...]
    extras: tuple[_Term, ...]  # they make a document better but not found
    needed: int  # of the units, for a document to count as found
    is_short: bool
    census: _Census
    spoken: tuple[Syllable, ...]  # the syllables not too common to show as found


def plan(query: Query, segments: Sequence[Segment], documents: int) -> Plan:
    """Return what to read for `query` in an index of so many documents."""
    census = _Census(segments, documents)
    is_short = len(query.syllables) <= SHORT
    asked = _asked(query, census, float("inf") if is_short else census.ceiling)
    if not any(asked.values()):
        asked = _asked(query, census, float("inf"))
    units = list(asked.values())
    share = ENOUGH if len(query.syllables) <= QUOTE else ENOUGH_OF_QUESTION
    needed = len(units) if is_short else ceil(share * len(units))
    if not query.syllables:
        units = [census.kept(_cited(reference), float("inf")) for reference in query.references]
        needed = 1
    units.sort(key=lambda unit: sum(map(census.count, unit)))
    extras = sorted(census.kept(_extras(query), census.ceiling), key=census.count)
    return Plan(tuple(units), tuple(extras), needed, is_short, census, tuple(asked))


def _asked(query: Query, census: _Census, limit: float) -> dict[Syllable, _Unit]:
    """Return the units of the syllables that are not too common; an unknown one has no terms."""
    asked = {}
    for syllable in query.syllables:
        terms = _terms(syllable)
        own = next((count for term in terms if (count := census.count(term))), 0)
        if own <= limit:
            asked[syllable] = census.kept(terms, limit)
    return asked


def score(plan: Plan, segments: Iterable[Segment]) -> list[Part]:
    """Return what each segment holds for the plan."""
    return [_score_segment(plan, segment) for segment in segments]


def worth(plan: Plan, query: Query) -> dict[Syllable, float]:
    """Return the syllables to show as found, and how much each tells."""
    shown = {syllable: 0.1 for syllable in query.syllables if len(plan.spoken) < 1}
    for syllable in plan.spoken:
        shown[syllable] = max(0.1, plan.census.worth(_terms(syllable)[0]))
    return shown


def _terms(syllable: Syllable) -> tuple[_Term, ...]:
    folded = _Term(Field.FOLDED, syllable.folded, LOOSE if syllable.marked else EXACT)
    context = _Term(Field.CONTEXT, syllable.folded, CONTEXT)
    if syllable.marked:
        return _Term(Field.EXACT, syllable.exact, EXACT), folded, context
    return folded, context


def _cited(reference: str) -> tuple[_Term, ...]:
    return _Term(Field.TITLE, reference, REFERENCE), _Term(Field.PAIRS, reference, PAIR)


def _extras(query: Query) -> Iterable[_Term]:
    for pair in query.pairs:
        yield _Term(Field.PAIRS, pair, PAIR)
        yield _Term(Field.TITLE, pair, REFERENCE if pair in query.references else TITLE)
        yield _Term(Field.CONTEXT, pair, CONTEXT)
    for syllable in query.syllables:
        yield _Term(Field.TITLE, syllable.folded, TITLE)


def _score_segment(plan: Plan, segment: Segment) -> Part:
    part = Part([0.0] * segment.size)
    left = MAX_POSTINGS

    def read(term: _Term) -> Sequence[int]:
        nonlocal left
        if left <= 0 or (postings := segment.postings(term.where, term.word)) is None:
            return ()
        left -= len(postings.documents)
        _add(part.scores, postings, plan.census.worth(term))
        return postings.documents

    for unit in plan.units:
        held: set[int] = set()
        for term in unit:
            documents = read(term)
            held.update(documents)
            if plan.is_short and term.where is Field.EXACT:
                part.exact.update(documents)
        part.found.update(held)
    for term in plan.extras:
        read(term)
    return part


def _add(scores: list[float], postings: Postings, worth: float) -> None:
    for document, weight in zip(postings.documents, postings.weights, strict=True):
        scores[document] += weight * worth
