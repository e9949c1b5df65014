"""How the documents of a segment score for a plan: one word of it at a time.

Whoosh would walk all words of the query document by document, through layers of matchers; one
plain loop a word over the same postings gives the same order in a small part of the time.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.search.document import Field
from app.search.planning import Plan, Term

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


def score(plan: Plan, segments: Iterable[Segment]) -> list[Part]:
    """Return what each segment holds for the plan."""
    return [_score_segment(plan, segment) for segment in segments]


def _score_segment(plan: Plan, segment: Segment) -> Part:
    part = Part([0.0] * segment.size)
    left = MAX_POSTINGS

    def read(term: Term) -> Sequence[int]:
        nonlocal left
        if left <= 0 or (postings := segment.postings(term.where, term.word)) is None:
            return ()
        left -= len(postings.documents)
        _add(part.scores, postings, term.worth)
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
