"""What changed between two wordings, syllable by syllable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from rapidfuzz.distance import LCSseq

# an amount or the number of a document is one word: "3.000.000", "24/2012/QH13"
TOKEN = re.compile(r"\s+|\d\w*(?:[.,/-]\w+)*|\w+|[^\w\s]")
# A common run shorter than this between two changes is chance ("của", ","), not a thing kept.
SHORTEST_COMMON = 2
LONGEST = 20_000  # tokens; beyond it one wording replaces the other as a whole


class Op(StrEnum):
    """What a run of text is: in both wordings, only in the newer, only in the older."""

    SAME = "same"
    INS = "ins"
    DEL = "del"


@dataclass(frozen=True)
class Run:
    """A stretch of text and where it stands."""

    op: Op
    text: str


def redline(old: str, new: str) -> list[Run]:
    """The runs that lead from one wording to the other, deletions before insertions.

    All runs but insertions join to `old`, all but deletions to `new`, character for character.
    Whole syllables change, never parts of them; between two changes there is always something
    worth reading.
    """
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return _joined([(Op.DEL, before), (Op.INS, after)]) if old != new else _same(old)
    steps = [
        (
            block.tag == "equal",
            before[block.src_start : block.src_end],
            after[block.dest_start : block.dest_end],
        )
        for block in LCSseq.opcodes(before, after)
    ]
    return _joined(_pieces(_readable(steps)))


def _same(text: str) -> list[Run]:
    return [Run(Op.SAME, text)] if text else []


Step = tuple[bool, Sequence[str], Sequence[str]]


def _readable(steps: Sequence[Step]) -> list[tuple[list[str], list[str], bool]]:
    """The steps with common runs of no weight taken into the changes around them."""
    last = len(steps) - 1
    weighed = [
        (old, new, equal and (n in (0, last) or _words(old) >= SHORTEST_COMMON))
        for n, (equal, old, new) in enumerate(steps)
    ]
    found: list[tuple[list[str], list[str], bool]] = []
    for common, group in groupby(weighed, key=lambda step: step[2]):
        members = list(group)
        olds = [token for old, _, _ in members for token in old]
        news = [token for _, new, _ in members for token in new]
        found.append((olds, news, common))
    return found


def _words(tokens: Iterable[str]) -> int:
    return sum(1 for token in tokens if token[0].isalnum())


def _pieces(
    steps: Iterable[tuple[list[str], list[str], bool]],
) -> Iterable[tuple[Op, Sequence[str]]]:
    for old, new, common in steps:
        if common:
            yield Op.SAME, old
            continue
        # what a change begins and ends with on both sides was no change
        head = _shared(old, new)
        tail = _shared(old[head:][::-1], new[head:][::-1])
        yield Op.SAME, old[:head]
        yield Op.DEL, old[head : len(old) - tail]
        yield Op.INS, new[head : len(new) - tail]
        yield Op.SAME, old[len(old) - tail :]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n


def _joined(pieces: Iterable[tuple[Op, Sequence[str]]]) -> list[Run]:
    full = [(op, "".join(tokens)) for op, tokens in pieces if tokens]
    return [
        Run(op, "".join(text for _, text in group)) for op, group in groupby(full, lambda p: p[0])
    ]
