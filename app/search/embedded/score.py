"""How the documents of a segment score for a plan: one word of it at a time.

Whoosh would walk all words of the query document by document, through layers of matchers; plain
loops over the same postings give the same order in a small part of the time. First it is counted
which documents hold how many of the units; only what holds enough of them is then weighed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Protocol

from app.search.document import STEPS, Field
from app.search.embedded.codec import Postings
from app.search.planning import Plan, Term, Unit

MAX_POSTINGS = 1_500_000  # a query reads no more than this, the rarest words first
SPARSE = 6  # times as many postings as documents wanted: looking each up is quicker than a walk


class Segment(Protocol):
    """A part of the index, with its own document numbers."""

    @property
    def size(self) -> int:
        """How many documents it numbers, from 0."""

    @property
    def deleted(self) -> frozenset[int]:
        """Which of them do not count."""

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, or nothing."""


@dataclass(frozen=True)
class Part:
    """What matches of one segment, ascending, and by document number what it is worth.

    `exact` counts the words that stand there as typed, where the plan asks for that.
    """

    found: Sequence[int]
    scores: Sequence[float]
    exact: Sequence[int]


def score(plan: Plan, segments: Sequence[Segment]) -> list[Part]:
    """Return what each segment holds for the plan."""
    units, extras = _affordable(plan)
    held = [_held(units, segment) for segment in segments]
    most = max((max(counts, default=0) for counts in held), default=0)
    enough = min(plan.needed, len(units) if plan.strict else most) or 1
    terms = [term for unit in [*units, extras] for term in unit]
    return [
        _weighed(plan, terms, segment, _reaching(counts, enough))
        for segment, counts in zip(segments, held, strict=True)
    ]


def _affordable(plan: Plan) -> tuple[list[Unit], Unit]:
    """Return the units and extras to read: as given, until there are too many postings."""
    left = MAX_POSTINGS
    units = []
    for unit in plan.units:
        if left > 0:
            units.append(unit)
            left -= sum(term.documents for term in unit)
    extras = []
    for term in plan.extras:
        if left > 0:
            extras.append(term)
            left -= term.documents
    return units, tuple(extras)


def _held(units: Sequence[Unit], segment: Segment) -> bytearray:
    """Return how many of the units each document holds; of a query there are never 256.

    Where nothing is asked every document holds it.
    """
    counts = bytearray(segment.size) if units else bytearray(b"\1" * segment.size)
    for unit in units:
        read = (segment.postings(term.where, term.word) for term in _telling(unit))
        lists = [postings.documents for postings in read if postings]
        for document in lists[0] if len(lists) == 1 else set().union(*lists):
            counts[document] += 1
    for document in segment.deleted:
        counts[document] = 0
    return counts


def _telling(unit: Unit) -> Unit:
    """Return the terms that say which documents hold a unit: as typed implies without marks."""
    if any(term.where is Field.FOLDED for term in unit):
        return tuple(term for term in unit if term.where is not Field.EXACT)
    return unit


def _reaching(counts: bytearray, enough: int) -> list[int]:
    reached = counts.translate(bytes(count >= enough for count in range(256)))
    return list(compress(range(len(counts)), reached))


def _weighed(plan: Plan, terms: Iterable[Term], segment: Segment, found: list[int]) -> Part:
    scores = [0.0] * segment.size
    exact = bytearray(segment.size if plan.is_short else 0)
    if not found:
        return Part(found, scores, exact)
    for term in terms:
        if (postings := segment.postings(term.where, term.word)) is None:
            continue
        documents = _add(scores, postings, term.worth / STEPS, found)
        if plan.is_short and term.where is Field.EXACT:
            for document in documents:
                exact[document] += 1
    return Part(found, scores, exact)


def _add(
    scores: list[float], postings: Postings, worth: float, found: Sequence[int]
) -> Sequence[int]:
    """Add what a word is worth for each step of weight; returns at least those found to hold it."""
    documents, weights = postings.documents, postings.weights
    if len(documents) < SPARSE * len(found):
        for document, weight in zip(documents, weights, strict=True):
            scores[document] += weight * worth
        return documents
    held, last = [], len(documents)
    for document in found:
        place = bisect_left(documents, document)
        if place < last and documents[place] == document:
            scores[document] += weights[place] * worth
            held.append(document)
    return held
