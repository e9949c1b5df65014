"""How alike the words of two provisions are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from app.documents.lineage.pairs import Unit
from app.kit.syllables import tokens
from app.kit.text import clean

CLOSING = ".;,:"  # a point that is no longer the last ends in another stop: nobody reworded it
NOT_EQUAL = 0.99  # all syllables alike and still not the same: a comma, another order


@dataclass(frozen=True)
class Wording:
    """The words of one unit: its syllables, and `spelled`, equal where nothing was reworded.

    Letter case, spaces, the place of a tone mark (hoà, hòa) and the last stop do not count.
    """

    syllables: tuple[str, ...]
    spelled: str


def wording(unit: Unit) -> Wording:
    """The words of a unit without its number and without its children."""
    text = clean("\n".join((unit.heading, unit.text, *(c for row in unit.rows for c in row))))
    syllables: list[str] = []
    pieces: list[str] = []
    end = 0
    for token in tokens(text):
        if token.is_number_of_document:
            continue  # its parts follow
        pieces += [text[end : token.start].strip(), token.exact]
        syllables.append(token.exact)
        end = token.end
    pieces.append(text[end:].strip().rstrip(CLOSING))
    return Wording(tuple(syllables), " ".join(filter(None, pieces)))


@dataclass(frozen=True)
class Bag:
    """Syllables and neighbouring pairs of them, each as heavy as it is rare, and their sum."""

    weights: dict[str, float]
    total: float


EMPTY = Bag({}, 0.0)


class Vocabulary:
    """What each syllable and each pair of neighbours weighs in the two texts at hand."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._units = 0
        self._seen: Counter[str] = Counter()
        for words in wordings:
            self._units += 1
            self._seen.update(set(_grams(words.syllables)))

    def bag(self, words: Wording) -> Bag:
        """The weighed words of one unit; what stands in every unit weighs little."""
        weights = {
            gram: count * log(1 + self._units / self._seen[gram])
            for gram, count in Counter(_grams(words.syllables)).items()
        }
        return Bag(weights, sum(weights.values()))


def joined(bags: Iterable[Bag]) -> Bag:
    """The words of several units together."""
    weights: dict[str, float] = {}
    for bag in bags:
        for gram, weight in bag.weights.items():
            weights[gram] = weights.get(gram, 0.0) + weight
    return Bag(weights, sum(weights.values()))


def without(bag: Bag, taken: Bag) -> Bag:
    """What of the words is left when others of them are taken away."""
    weights = {
        gram: left
        for gram, weight in bag.weights.items()
        if (left := weight - taken.weights.get(gram, 0.0)) > 0
    }
    return Bag(weights, sum(weights.values()))


def common(one: Bag, other: Bag) -> float:
    """The weight of the words that both have."""
    if len(other.weights) < len(one.weights):
        one, other = other, one
    there = other.weights
    return sum(min(weight, there[gram]) for gram, weight in one.weights.items() if gram in there)


def likeness(one: Bag, other: Bag) -> float:
    """The part of both that they have in common, 0 to 1 (Dice's measure, weighed)."""
    both = one.total + other.total
    return 2 * common(one, other) / both if both else 1.0


def share(part: Bag, whole: Bag) -> float:
    """How much of `part` stands in `whole`, 0 to 1."""
    return common(part, whole) / part.total if part.total else 0.0


def _grams(syllables: tuple[str, ...]) -> Iterable[str]:
    yield from syllables
    before = ""
    for syllable in syllables:
        if before:
            yield f"{before} {syllable}"
        before = syllable
