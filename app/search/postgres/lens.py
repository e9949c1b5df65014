"""Where to look for the best of very many documents: which signs of a good one to insist on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.search.postgres.lexemes import SHARDS, all_of, any_of, shards

FEW = 800  # documents that show a sign are too few to look at no others


def best_shown(signs: Sequence[str], seen: Mapping[int, int], scale: float, room: int) -> str:
    """The query for about `room` documents among which the best are.

    `signs` are queries, those that tell most first; `seen` says how many of a sample show which
    of them, by a bit for each; one document of the sample stands for `scale`. A sign that enough
    documents show is insisted on; the few that show a rarer one are looked at besides.
    """

    def many(*masks: int) -> float:
        return scale * sum(n for shown, n in seen.items() if any(shown & m == m for m in masks))

    kept = 0
    besides: list[int] = []
    for number in range(len(signs)):
        both = kept | 1 << number
        if many(both) >= FEW:
            kept = both
        else:
            alone = (1 << number, both)
            besides += [mask for mask in alone if many(*besides, mask) <= room][:1]

    def query(mask: int) -> str:
        return all_of([sign for number, sign in enumerate(signs) if mask >> number & 1])

    usual = query(kept)
    if (size := many(kept)) > room:  # they all show the same: any of them will do
        usual = all_of([usual, shards(max(1, int(SHARDS * room / size)))])
    return any_of([*map(query, besides), usual]) if usual else ""
