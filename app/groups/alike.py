"""How alike two texts are: what they share, weighed by how seldom others say it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt

from app.groups.prints import FORMULAE

# a shingle of one text in so many is as telling as any can be
RARE = 1000
# and what fewer texts than these say is not common, however few there are
SEVERAL = 4
# weight of a formula before anything has been counted
FORMULA = 0.15
# shared by chance alone, in rare shingles: it keeps two sentences from being a campaign
DOUBT = 40.0
# of a text so many shingles lead to it, and only telling ones do
KEYS = 40
# of those so many are kept in the database
KEPT_KEYS = 16
TELLING = 0.5

# Two texts at least so alike had one author, or one had the other before him;
PAIR = 0.26
# two that nobody else is like must be more so;
LONE_PAIR = 0.32
# so alike is a text to what most of a campaign's members say, and no less alike does it stay;
MEMBER, LEAST = 0.30, 0.22
# and two so alike that the second would find nothing that the first does not find.
SAME = 0.6
# how many of a campaign have to say something for the campaign to say it
SAID_BY = 0.34


@dataclass
class Scale:
    """The weight of each common shingle, 0..1; all others weigh 1."""

    common: Mapping[int, float] = field(default_factory=dict)

    def weigh(self, shingles: Collection[int]) -> float:
        """What these shingles prove together, in rare shingles."""
        weight = self.common.get
        return sum([weight(one, 1.0) for one in shingles])

    def keys(self, shingles: Iterable[int], many: int = KEYS) -> list[int]:
        """The telling ones under which a text is found: of its copies mostly the same ones."""
        weight = self.common.get
        telling = [one for one in shingles if weight(one, 1.0) >= TELLING]
        # any fixed order will do that has nothing to do with the words
        telling.sort(key=lambda one: (one * 0xC2B2AE35) & 0xFFFFFFFF)
        return telling[:many]

    def likeness(self, one: Collection[int], other: Collection[int]) -> float:
        """0..1, the nearer to 1 the more of both is shared."""
        shared = self.weigh(set(one).intersection(other))
        return likeness(shared, self.weigh(one), self.weigh(other))


def scale(spread: Counter[int], texts: int, formulae: Iterable[int] = ()) -> Scale:
    """The scale where `spread` says in how many of these independent texts each shingle is."""
    common = dict.fromkeys(formulae, FORMULA)
    rare = min(RARE, max(texts / 3, 2.0))
    for shingle, many in spread.items():
        if many >= SEVERAL and many * rare > texts:
            weight = max(0.0, log(texts / many) / log(rare))
            common[shingle] = min(weight, common.get(shingle, 1.0))
    return Scale(common)


def likeness(shared: float, one: float, other: float) -> float:
    """0..1, the nearer to 1 the more of both is shared; all three are weights."""
    return shared / (sqrt(one * other) + DOUBT)


def said(members: Collection[array[int]]) -> array[int]:
    """The shingles that enough of the members have to be the campaign's own."""
    seen: Counter[int] = Counter()
    for member in members:
        seen.update(member)
    least = max(2.0, SAID_BY * len(members))
    return array("I", (shingle for shingle, many in seen.items() if many >= least))


def unlearned() -> Scale:
    """The scale before anything was counted: only formulae are common."""
    return scale(Counter(), 1, FORMULAE)
