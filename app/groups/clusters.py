"""Distinct texts put together where one was made from the other, however it was reworded.

Each text asks an index of the texts before it that speak for a cluster; so a campaign of fifty
thousand costs no more than its first few, and what a campaign says often does not look common.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.groups.alike import (
    LEAST,
    LONE_PAIR,
    MEMBER,
    PAIR,
    SAME,
    Scale,
    likeness,
    said,
    scale,
    unlearned,
)
from app.groups.prints import FORMULAE, Print

Progress = Callable[[int, int], None]

# how many texts may be found under one shingle, and how many of those found are looked at
CROWD = 200
CANDIDATES = 6
# texts that speak for one cluster, before what they have in common does; what that is made from
SPEAKERS = 12
ASKED = 60
# texts from which is learned what is common
SAMPLE = 20_000
EVERY = 256


class Index:
    """Texts that can be found by what they share with another."""

    def __init__(self, measure: Scale) -> None:
        self.measure = measure
        self.under: dict[int, list[int]] = {}
        self.kept: dict[int, tuple[array[int], float]] = {}

    def add(self, number: int, shingles: array[int]) -> None:
        """The text can be found."""
        self.kept[number] = shingles, self.measure.weigh(shingles)
        for key in self.measure.keys(shingles):
            crowd = self.under.setdefault(key, [])
            if len(crowd) < CROWD:
                crowd.append(number)

    def like(self, shingles: array[int], least: float) -> list[tuple[float, int]]:
        """The texts that are at least so alike, best first."""
        asked, weight = set(shingles), self.measure.weigh(shingles)
        hits: Counter[int] = Counter()
        for shingle in asked & self.under.keys():
            hits.update(self.under[shingle])
        alike = []
        for number, many in hits.most_common(CANDIDATES):
            if many < 2:
                break
            other, other_weight = self.kept[number]
            shared = self.measure.weigh(asked.intersection(other))
            score = likeness(shared, weight, other_weight)
            if score >= least:
                alike.append((score, number))
        return sorted(alike, reverse=True)


class Clusters:
    """Which texts belong together; each is named by its place in the list of all."""

    def __init__(self, many: int) -> None:
        self.above = list(range(many))
        self.speakers: dict[int, list[int]] = {}

    def root(self, number: int) -> int:
        while self.above[number] != number:
            self.above[number] = self.above[self.above[number]]
            number = self.above[number]
        return number

    def join(self, one: int, other: int) -> None:
        """The two, and all that belong to either, belong together."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self.above[second] = first
            self.speakers.setdefault(first, []).extend(self.speakers.pop(second, []))

    def members(self) -> Iterator[list[int]]:
        """The clusters of two or more."""
        found: dict[int, list[int]] = {}
        for number in range(len(self.above)):
            found.setdefault(self.root(number), []).append(number)
        return (members for members in found.values() if len(members) > 1)


@dataclass(frozen=True)
class Found:
    """Clusters of two or more texts, those that speak for all, and the scale it all hangs by."""

    clusters: list[list[int]]
    speakers: list[int]
    measure: Scale


def find(texts: Sequence[Print], progress: Progress = lambda done, of: None) -> Found:
    """The clusters among the texts, each named by its place in the list; formulae are in none.

    `progress` is told how many steps of how many are done.
    """
    telling = [number for number, text in enumerate(texts) if not text.is_formula]
    sample = telling[:: max(1, len(telling) // SAMPLE)]
    steps = len(sample) + 2 * len(telling)
    first = _followed(texts, sample, unlearned(), lambda done: progress(done, steps))
    measure = _learned(texts, sample, first)
    begun = len(sample)
    found = _followed(texts, telling, measure, lambda done: progress(begun + done, steps))
    begun += len(telling)
    _gather(texts, telling, found, measure, lambda done: progress(begun + done, steps))
    kept = (_sure(texts, members, measure) for members in found.members())
    clusters = [members for members in kept if len(members) > 1]
    speakers = sorted(number for some in found.speakers.values() for number in some[:SPEAKERS])
    return Found(clusters, speakers, measure)


def _followed(
    texts: Sequence[Print], order: Sequence[int], measure: Scale, progress: Callable[[int], None]
) -> Clusters:
    """Each text in its turn joins those before it that it is like."""
    clusters, index = Clusters(len(texts)), Index(measure)
    for turn, number in enumerate(order):
        shingles = texts[number].shingles
        alike = index.like(shingles, PAIR)
        for _, other in alike:
            clusters.join(number, other)
        speakers = clusters.speakers.setdefault(clusters.root(number), [])
        if not alike or (alike[0][0] < SAME and len(speakers) < SPEAKERS):
            index.add(number, shingles)
            speakers.append(number)
        if turn % EVERY == 0:
            progress(turn)
    return clusters


def _learned(texts: Sequence[Print], order: Sequence[int], clusters: Clusters) -> Scale:
    """The scale of independent texts: of each cluster one is asked."""
    spread: Counter[int] = Counter()
    roots = [number for number in order if clusters.root(number) == number]
    for root in roots:
        spread.update(texts[root].shingles)
    return scale(spread, len(roots), FORMULAE)


def _gather(
    texts: Sequence[Print],
    order: Sequence[int],
    clusters: Clusters,
    measure: Scale,
    progress: Callable[[int], None],
) -> None:
    """Each text joins the campaign that it is like as a whole, and so do whole clusters."""
    index = Index(measure)
    for members in clusters.members():
        if len(members) > 2:
            index.add(members[0], together(texts, members))
    for turn, number in enumerate(order):
        shingles = index.kept[number][0] if number in index.kept else texts[number].shingles
        for _, other in index.like(shingles, MEMBER):
            clusters.join(number, other)
        if turn % EVERY == 0:
            progress(turn)


def together(texts: Sequence[Print], members: Sequence[int]) -> array[int]:
    """What these texts say together; of many some are asked."""
    asked = members[:: max(1, len(members) // ASKED)]
    return said([texts[number].shingles for number in asked])


def _sure(texts: Sequence[Print], members: list[int], measure: Scale) -> list[int]:
    """The members that are like the whole: nobody is in it by a chain of chances."""
    if len(members) == 2:
        one, other = (texts[number].shingles for number in members)
        return members if measure.likeness(one, other) >= LONE_PAIR else []
    whole = together(texts, members)
    return [n for n in members if measure.likeness(whole, texts[n].shingles) >= LEAST]
