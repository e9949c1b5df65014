"""How good a grouping is, where it is known who copied from whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bench.campaigns import HONEST, SHORT


@dataclass(frozen=True)
class Judged:
    """Shares 0..1; a pair is two comments, of one campaign or in one group.

    `least_precision` and `least_recall` are those of the worst campaign in its best group.
    """

    precision: float
    recall: float
    least_precision: float
    least_recall: float
    groups: int
    made_up: int  # groups without a comment of any campaign
    honest: int  # comments in groups that belong to no campaign
    short: int  # of those, the short ones


def judge(truth: Mapping[int, int], groups: Collection[Collection[int]]) -> Judged:
    """The groups beside the truth: which campaign, or none, each comment is from."""
    sizes = Counter(campaign for campaign in truth.values() if campaign >= 0)
    planted = sum(map(_pairs, sizes.values()))
    called = right = made_up = honest = short = 0
    best: dict[int, tuple[int, int]] = {}
    for members in groups:
        found = Counter(truth.get(one, HONEST) for one in members)
        called += _pairs(len(members))
        right += sum(_pairs(many) for campaign, many in found.items() if campaign >= 0)
        honest += sum(many for campaign, many in found.items() if campaign < 0)
        short += found[SHORT]
        made_up += all(campaign < 0 for campaign in found)
        for campaign, many in found.items():
            if campaign >= 0:
                best[campaign] = max(best.get(campaign, (0, 1)), (many, len(members)))
    recalls = [best.get(campaign, (0, 1))[0] / size for campaign, size in sizes.items()]
    return Judged(
        precision=right / called if called else 1.0,
        recall=right / planted if planted else 1.0,
        least_precision=min((many / size for many, size in best.values()), default=1.0),
        least_recall=min(recalls, default=1.0),
        groups=len(groups),
        made_up=made_up,
        honest=honest,
        short=short,
    )


def _pairs(many: int) -> int:
    return many * (many - 1) // 2
