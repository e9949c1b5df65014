"""Where to look for the best of very many documents: which signs of a good one to insist on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.search.postgres.lexemes import all_of, level, part

FEW = 800  # documents that show a sign are too few to look at no others


def best_shown(
    signs: Sequence[str], seen: Mapping[int, int], scale: float, room: int
) -> tuple[str, ...]:
    """The queries that together find about `room` documents, among which the best are.

    `signs` are queries, those that tell most first; `seen` says how many of a sample show which
    of them, by a bit for each; one document of the sample stands for `scale`. A sign that enough
    documents show is insisted on; the few that show a rarer one are looked at besides.
    """

    def many(*masks: int) -> float:
        return scale * sum(n for shown, n in seen.items() if any(shown & m == m for m in masks))

    def query(mask: int) -> str:
        return all_of([sign for number, sign in enumerate(signs) if mask >> number & 1])

    kept = 0
    besides: list[int] = []
    bits = [1 << number for number in range(len(signs))]
    for bit in bits:
        if many(kept | bit) >= FEW:
            kept |= bit
        elif many(*besides, bit) <= room:
            besides.append(bit)
    usual = query(kept)
    if (size := many(kept)) > room:  # of so many rather those that show one sign more
        better = [kept | bit for bit in bits if not kept & bit and bit not in besides]
        besides += better if many(*besides, *better) <= room else []
        usual = all_of([usual, part(level(int(size), room))])
    return (*map(query, besides), usual) if usual else ()
