"""What the grouping process answers with: columns of numbers, as bytes on a pipe."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import IO

MILLION = 1_000_000


def _longs() -> array[int]:
    return array("q")


@dataclass(frozen=True)
class Lists:
    """Lists of comment ids, one behind the other; the first of each stands for it."""

    ids: array[int] = field(default_factory=_longs)
    sizes: array[int] = field(default_factory=_longs)

    def add(self, ids: Sequence[int]) -> None:
        """One list more."""
        self.ids.extend(ids)
        self.sizes.append(len(ids))

    def __iter__(self) -> Iterator[array[int]]:
        start = 0
        for size in self.sizes:
            yield self.ids[start : start + size]
            start += size


@dataclass(frozen=True)
class Answer:
    """All that is known of the comments of a consultation; columns of one table are as long.

    `formulaic` says of each list in `exact` whether anybody may have hit upon its words.
    `likely_scores` are millionths.
    """

    comments: array[int] = field(default_factory=_longs)
    prints: array[int] = field(default_factory=_longs)
    exact: Lists = field(default_factory=Lists)
    formulaic: array[int] = field(default_factory=_longs)
    near: Lists = field(default_factory=Lists)
    key_shingles: array[int] = field(default_factory=_longs)
    key_comments: array[int] = field(default_factory=_longs)
    common: array[int] = field(default_factory=_longs)
    weights: array[int] = field(default_factory=_longs)
    likely: array[int] = field(default_factory=_longs)
    likely_others: array[int] = field(default_factory=_longs)
    likely_scores: array[int] = field(default_factory=_longs)


def write(answer: Answer, out: IO[bytes]) -> None:
    """The answer is on the pipe: a line of lengths, then the columns."""
    columns = list(_columns(answer))
    out.write(json.dumps([len(column) for column in columns]).encode() + b"\n")
    for column in columns:
        out.write(column.tobytes())
    out.flush()


def read(pipe: IO[bytes]) -> Answer:
    """The answer that is on the pipe."""
    answer = Answer()
    lengths = json.loads(pipe.readline())
    for column, length in zip(_columns(answer), lengths, strict=True):
        column.frombytes(pipe.read(length * column.itemsize))
    return answer


def _columns(answer: Answer | Lists) -> Iterator[array[int]]:
    for one in fields(answer):
        found = getattr(answer, one.name)
        if isinstance(found, Lists):
            yield from _columns(found)
        else:
            yield found
