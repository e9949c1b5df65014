"""By what a new comment finds its like later: keys, weights, and pairs for people to look at."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, tuple_

from app.extensions import db
from app.groups.alike import Scale, unlearned
from app.groups.answer import MILLION, Answer
from app.groups.models import GroupScale, GroupSuggestion, PrintKey

KEY: Any = PrintKey.__table__
# the range of shingles is compared in so many steps, and so many rows are written in one
STEPS = 64
ROWS = 2000
SHINGLES = 2**32
FULL = 255


def keep_keys(consultation_id: int, answer: Answer) -> Iterator[Callable[[], object]]:
    """Work that, done piece by piece, leaves the keys of the answer and those of newer comments."""
    through = max(answer.comments, default=0)
    start = 0
    for step in range(1, STEPS + 1):
        last = SHINGLES // STEPS * step
        end = start
        while end < len(answer.key_shingles) and answer.key_shingles[end] < last:
            end += 1
        pairs = zip(answer.key_shingles[start:end], answer.key_comments[start:end], strict=True)
        start = end
        yield from _between(consultation_id, last - SHINGLES // STEPS, last, set(pairs), through)


def _between(
    consultation_id: int, first: int, last: int, wanted: set[tuple[int, int]], through: int
) -> Iterator[Callable[[], object]]:
    rows = db.session.execute(
        select(KEY.c.shingle, KEY.c.comment_id).where(
            KEY.c.consultation_id == consultation_id,
            KEY.c.shingle >= first,
            KEY.c.shingle < last,
            KEY.c.comment_id <= through,
        )
    )
    present = {(shingle, comment) for shingle, comment in rows}
    db.session.rollback()
    for part in _parts(sorted(wanted - present)):
        yield partial(_add, consultation_id, part)
    for part in _parts(sorted(present - wanted)):
        yield partial(_drop, consultation_id, part)


def _add(consultation_id: int, pairs: Sequence[tuple[int, int]]) -> None:
    rows = [
        {"consultation_id": consultation_id, "shingle": shingle, "comment_id": comment}
        for shingle, comment in pairs
    ]
    db.session.connection().execute(insert(KEY), rows)


def _drop(consultation_id: int, pairs: Sequence[tuple[int, int]]) -> None:
    for part in _parts(pairs, 500):
        db.session.execute(
            delete(KEY).where(
                KEY.c.consultation_id == consultation_id,
                tuple_(KEY.c.shingle, KEY.c.comment_id).in_(part),
            )
        )


def keep_scale(consultation_id: int, answer: Answer, now: datetime) -> None:
    """What is common is known to whoever compares a new comment."""
    common = array("I", answer.common).tobytes() + array("B", answer.weights).tobytes()
    db.session.merge(
        GroupScale(
            consultation_id=consultation_id,
            common=common,
            through=max(answer.comments, default=0),
            comments=len(answer.comments),
            made_at=now,
        )
    )


def scale_of(consultation_id: int) -> Scale:
    """The weights that the consultation was grouped by last, or those of formulae alone."""
    kept = db.session.get(GroupScale, consultation_id)
    if kept is None:
        return unlearned()
    many = len(kept.common) // 5
    shingles = array("I")
    shingles.frombytes(kept.common[: 4 * many])
    weights = kept.common[4 * many :]
    return Scale({one: weight / FULL for one, weight in zip(shingles, weights, strict=True)})


def keep_suggestions(consultation_id: int, answer: Answer) -> None:
    """The pairs of the answer are asked about, but for those that a person has spoken on."""
    kept = {
        (row.comment_id, row.other_id): row
        for row in db.session.scalars(
            select(GroupSuggestion).where(GroupSuggestion.consultation_id == consultation_id)
        )
    }
    found = {
        (one, other): score / MILLION
        for one, other, score in zip(
            answer.likely, answer.likely_others, answer.likely_scores, strict=True
        )
    }
    for pair, row in kept.items():
        if row.said:
            continue
        if pair in found:
            row.score = found[pair]
        else:
            db.session.delete(row)
    new: list[dict[str, Any]] = [
        {
            "consultation_id": consultation_id,
            "comment_id": pair[0],
            "other_id": pair[1],
            "score": score,
            "said": "",
        }
        for pair, score in found.items()
        if pair not in kept
    ]
    db.session.flush()
    if new:
        db.session.execute(insert(GroupSuggestion), new)


def _parts(pairs: Sequence[Any], size: int = ROWS) -> Iterator[Sequence[Any]]:
    return (pairs[start : start + size] for start in range(0, len(pairs), size))
