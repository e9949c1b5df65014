"""The two versions as alignment works on them: trees, words, and who is whose partner so far."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from enum import Enum
from functools import cached_property
from typing import Self

from app.documents.lineage.pairs import Unit
from app.documents.lineage.similarity import (
    NOT_EQUAL,
    Bag,
    Vocabulary,
    Wording,
    joined,
    likeness,
    wording,
)
from app.documents.nodes import Kind

HALVED = 0.75  # likeness of a unit with children to one without
ROOT = -1  # the parent of what stands at the top


class Group(Enum):
    """Units that may be versions of each other without further proof."""

    FRAME = "frame"
    ARTICLE = "article"
    INNER = "inner"
    TABLE = "table"


GROUPS = {
    Kind.ARTICLE: Group.ARTICLE,
    Kind.CLAUSE: Group.INNER,
    Kind.POINT: Group.INNER,
    Kind.TABLE: Group.TABLE,
}


class Text:
    """One version: its units, who stands under whom, and their words."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.parent: list[int] = []
        self.children: dict[int, list[int]] = {ROOT: []}
        self.place: list[int] = []  # among its siblings
        path: list[int] = []
        for at, unit in enumerate(units):
            while path and units[path[-1]].depth >= unit.depth:
                path.pop()
            parent = path[-1] if path else ROOT
            self.parent.append(parent)
            self.place.append(len(self.children[parent]))
            self.children[parent].append(at)
            self.children[at] = []
            path.append(at)
        self.wordings = [wording(unit) for unit in units]

    def group(self, at: int) -> Group:
        """Which group the unit belongs to."""
        return GROUPS.get(self.units[at].kind, Group.FRAME)

    def under(self, at: int) -> Iterator[int]:
        """The unit and everything below it, in document order."""
        depth = self.units[at].depth
        yield at
        for below in range(at + 1, len(self.units)):
            if self.units[below].depth <= depth:
                return
            yield below

    def syllables(self, at: int) -> int:
        """How many syllables the unit itself has."""
        return len(self.wordings[at].syllables)

    @cached_property
    def lengths(self) -> list[int]:
        """How many syllables each unit has together with all below it."""
        found = [len(words.syllables) for words in self.wordings]
        for at in range(len(found) - 1, -1, -1):
            if self.parent[at] != ROOT:
                found[self.parent[at]] += found[at]
        return found


class Matching:
    """Two texts, and which unit of the newer continues which of the older.

    Side 0 is the older. Doubts and shares are kept beside: `doubted` pairs wait for a person, and
    `parts` are pairs where words went from one to the other without the lineage.
    """

    def __init__(self, old: Sequence[Unit], new: Sequence[Unit]) -> None:
        self.texts = (Text(old), Text(new))
        self.partner: tuple[dict[int, int], dict[int, int]] = ({ROOT: ROOT}, {ROOT: ROOT})
        self.doubted: set[tuple[int, int]] = set()
        self.parts: set[tuple[int, int]] = set()
        self._shared: tuple[set[int], set[int]] = (set(), set())
        self._alike: dict[tuple[int, int], float] = {}
        self._bags: tuple[dict[int, Bag], dict[int, Bag]] = ({}, {})
        self._wholes: tuple[dict[int, Bag], dict[int, Bag]] = ({}, {})

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of both texts, weighed; made only where something differs."""
        return Vocabulary(words for text in self.texts for words in text.wordings)

    def afresh(self) -> Self:
        """The same two texts, read and weighed once, without a link between them."""
        other = copy(self)
        vars(other)["vocabulary"] = self.vocabulary
        other.partner = ({ROOT: ROOT}, {ROOT: ROOT})
        other.doubted, other.parts = set(), set()
        other._shared = (set(), set())
        return other

    def pair(self, old: int, new: int, *, doubtful: bool = False) -> None:
        """The newer unit continues the older; both were free."""
        self.partner[0][old] = new
        self.partner[1][new] = old
        if doubtful:
            self.doubted.add((old, new))

    def trade(self, side: int, at: int, heir: int) -> None:
        """Of all that shares words with a unit of `side`, the heir continues it from now on."""
        other = 1 - side
        before = self.partner[side].pop(at)
        del self.partner[other][before]
        self.partner[side][at] = heir
        self.partner[other][heir] = at
        link, gone = ((at, heir), (at, before)) if side == 0 else ((heir, at), (before, at))
        self.parts.discard(link)
        self.parts.add(gone)

    def part(self, old: int, new: int, *, doubtful: bool = False) -> None:
        """Words of the older went to the newer, and the lineage of one of them elsewhere."""
        self.parts.add((old, new))
        self._shared[0].add(old)
        self._shared[1].add(new)
        if doubtful:
            self.doubted.add((old, new))

    def free(self, side: int, units: Iterable[int] | None = None) -> list[int]:
        """The units of a side, or those of the given ones, that have no partner and are no part."""
        chosen = range(len(self.texts[side].units)) if units is None else units
        partner, shared = self.partner[side], self._shared[side]
        return [at for at in chosen if at not in partner and at not in shared]

    def bag(self, side: int, at: int) -> Bag:
        """The weighed words of the unit itself."""
        bags = self._bags[side]
        if at not in bags:
            bags[at] = self.vocabulary.bag(self.texts[side].wordings[at])
        return bags[at]

    def whole(self, side: int, at: int) -> Bag:
        """The weighed words of the unit with all below it."""
        wholes, text = self._wholes[side], self.texts[side]
        if at not in wholes:
            if text.children[at]:
                wholes[at] = joined(self.bag(side, below) for below in text.under(at))
            else:
                wholes[at] = self.bag(side, at)
        return wholes[at]

    def wording(self, side: int, at: int) -> Wording:
        """The words of the unit itself."""
        return self.texts[side].wordings[at]

    def same(self, old: int, new: int) -> bool:
        """Whether the two say the same, word by word."""
        return self.wording(0, old).spelled == self.wording(1, new).spelled

    def score(self, old: int, new: int) -> float:
        """How alike the words of the two units themselves are; 1 only where they are the same."""
        if self.same(old, new):
            return 1.0
        return min(NOT_EQUAL, likeness(self.bag(0, old), self.bag(1, new)))

    def alike(self, old: int, new: int) -> float:
        """How alike the two are with what stands under them, 0 to 1.

        Where one of them has no words of its own, or no children, all words count as one; in the
        latter case for less, as a text with a part of the words may stand elsewhere as a whole.
        """
        if (old, new) not in self._alike:
            self._alike[old, new] = self._compared(old, new)
        return self._alike[old, new]

    def _compared(self, old: int, new: int) -> float:
        own = self.score(old, new)
        if Group.FRAME in (self.texts[0].group(old), self.texts[1].group(new)):
            return own
        one, other = bool(self.texts[0].children[old]), bool(self.texts[1].children[new])
        if not (one or other):
            return own
        whole = likeness(self.whole(0, old), self.whole(1, new))
        worded = self.texts[0].syllables(old) and self.texts[1].syllables(new)
        if one and other:
            return (own + whole) / 2 if worded else whole
        return HALVED * whole

    def numbered_alike(self, old: int, new: int) -> bool:
        """Whether both are of one kind and bear one number."""
        one, other = self.texts[0].units[old], self.texts[1].units[new]
        return (one.kind, one.number) == (other.kind, other.number)

    def siblings(self, old: int, new: int) -> bool:
        """Whether the newer stands under what became of the parent of the older."""
        return self.partner[0].get(self.texts[0].parent[old]) == self.texts[1].parent[new]
