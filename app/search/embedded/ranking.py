"""From scores to results: what is wanted of what matches, in order, and how many of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import nlargest

from app.search.document import Traits
from app.search.embedded.reading import Shard
from app.search.embedded.score import Part
from app.search.engine import EVERYTHING, MOST_RANKED, Narrowing, Order, Ranked, Sort
from app.search.planning import Plan

ABOVE = 2.0**20  # more than any score: what comes first whatever the words are worth


def counted(
    parts: Iterable[Part], shards: Iterable[Shard], since: datetime | None
) -> tuple[list[Sequence[int]], Counter[Traits]]:
    """Return what matches of each segment and was public by then, and how many of each traits."""
    start = since.timestamp() if since else 0.0
    matching: list[Sequence[int]] = []
    counts: Counter[Traits] = Counter()
    for part, shard in zip(parts, shards, strict=True):
        found = part.found
        if since:
            found = [number for number in found if shard.columns.at[number] >= start]
        matching.append(found)
        for which, many in Counter(map(shard.columns.traits_of.__getitem__, found)).items():
            counts[shard.columns.traits[which]] += many
    return matching, counts


def ranked(
    plan: Plan,
    parts: Sequence[Part],
    shards: Sequence[Shard],
    matching: Iterable[Sequence[int]],
    narrowing: Narrowing,
    order: Order,
) -> list[Ranked]:
    """Return at most MOST_RANKED wanted documents, best first; of equals the older."""
    wanted, places = [], []
    for part, shard, found in zip(parts, shards, matching, strict=True):
        numbers = _wanted(shard, found, narrowing)
        wanted.append(numbers)
        places.append(_places(plan, part, shard, numbers, order))
    last = _last([place for some in places for place in some])
    best = sorted(
        (-place, shard.columns.at[number], shard.columns.turn[number], which, number)
        for which, shard in enumerate(shards)
        for number, place in zip(wanted[which], places[which], strict=True)
        if place >= last
    )
    return [_one(parts[which], shards[which], number) for *_, which, number in best[:MOST_RANKED]]


def _one(part: Part, shard: Shard, number: int) -> Ranked:
    traits = shard.columns.traits[shard.columns.traits_of[number]]
    return Ranked(shard.base + number, traits.dossier_id, part.scores[number])


def _wanted(shard: Shard, found: Sequence[int], narrowing: Narrowing) -> Sequence[int]:
    if narrowing == EVERYTHING:
        return found
    admitted = [narrowing.admits(traits) for traits in shard.columns.traits]
    return [number for number in found if admitted[shard.columns.traits_of[number]]]


def _last(places: list[float]) -> float:
    """Return the place that a document needs to be ranked at all."""
    if len(places) <= MOST_RANKED:
        return float("-inf")
    return nlargest(MOST_RANKED, places)[-1]


def _places(
    plan: Plan, part: Part, shard: Shard, numbers: Sequence[int], order: Order
) -> list[float]:
    """Return by what each document is ordered, the greatest first."""
    if order.sort is Sort.NEWEST or (order.sort is Sort.RELEVANCE and not plan.units):
        return [shard.columns.at[number] for number in numbers]
    scores = [part.scores[number] for number in numbers]
    if order.sort is Sort.CLOSING:
        turns = {draft: turn for turn, draft in enumerate(reversed(order.closing), 1)}
        first = [turns.get(traits.dossier_id, 0) for traits in shard.columns.traits]
    elif plan.first is not None:
        first = [int(traits.kind is plan.first) for traits in shard.columns.traits]
    elif part.exact:
        exact = part.exact
        return [exact[number] * ABOVE + s for number, s in zip(numbers, scores, strict=True)]
    else:
        return scores
    of = shard.columns.traits_of
    return [first[of[number]] * ABOVE + s for number, s in zip(numbers, scores, strict=True)]
