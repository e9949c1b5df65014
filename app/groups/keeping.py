"""What the grouping process found, kept in moments: nobody who comments waits for it.

Groups keep their numbers: a cluster goes into the group that most of its comments are in. What a
person put somewhere stays there, and what is like it follows.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups.answer import Answer
from app.groups.counting import recount
from app.groups.models import CommentGroup, CommentPrint, GroupMember, Tier
from app.groups.scales import keep_keys, keep_scale, keep_suggestions
from app.kit import clock

Progress = Callable[[int, int], None]
MEMBER: Any = GroupMember.__table__
PRINT: Any = CommentPrint.__table__
# rows written in one transaction, and groups counted in one
ROWS = 1000
COUNTED = 50
STEPS = 6


@dataclass
class Placed:
    """Where the comments of one tier are, by comment: the group, and whether by hand."""

    groups: dict[int, int] = field(default_factory=dict)
    by_hand: set[int] = field(default_factory=set)


def keep(consultation_id: int, answer: Answer, progress: Progress) -> None:
    """The database says what the answer says; commits batch by batch."""
    _keep_prints(consultation_id, answer)
    progress(1, STEPS)
    formulaic = [bool(one) for one in answer.formulaic]
    _keep_tier(consultation_id, Tier.EXACT, list(answer.exact), formulaic, answer.comments)
    progress(2, STEPS)
    near = list(answer.near)
    _keep_tier(consultation_id, Tier.NEAR, near, [False] * len(near), answer.comments)
    progress(3, STEPS)
    for work in keep_keys(consultation_id, answer):
        shortly(work)
    progress(4, STEPS)
    shortly(lambda: keep_suggestions(consultation_id, answer))
    progress(5, STEPS)
    shortly(lambda: keep_scale(consultation_id, answer, clock.now()))
    progress(STEPS, STEPS)


def shortly(work: Callable[[], object]) -> None:
    """The work is committed, and whoever waited meanwhile to write has had as long a turn."""
    begun = time.monotonic()
    work()
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        time.sleep(min(1.0, time.monotonic() - begun))


def in_batches(rows: Sequence[Any], write: Callable[[Sequence[Any]], object]) -> None:
    """All rows are written, a batch in each transaction."""
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        shortly(partial(write, part))


def insert_new(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """The rows that are not there yet are there."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def _keep_prints(consultation_id: int, answer: Answer) -> None:
    query = select(CommentPrint.comment_id, CommentPrint.exact)
    rows = db.session.execute(query.where(CommentPrint.consultation_id == consultation_id))
    known = {comment_id: exact for comment_id, exact in rows}
    db.session.rollback()
    new, other = [], []
    for comment, exact in zip(answer.comments, answer.prints, strict=True):
        row = {"comment_id": comment, "consultation_id": consultation_id, "exact": exact}
        if comment not in known:
            new.append(row)
        elif known[comment] != exact:
            other.append({"key": comment, "new_exact": exact})
    in_batches(new, lambda part: insert_new(PRINT, left) if (left := _standing(part)) else None)
    change = update(PRINT).where(PRINT.c.comment_id == bindparam("key"))
    change = change.values(exact=bindparam("new_exact"))
    in_batches(other, lambda part: db.session.connection().execute(change, list(part)))


def _standing(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of comments that nobody took back meanwhile."""
    ids = [row["comment_id"] for row in rows]
    gone = set(
        db.session.scalars(
            select(Comment.id).where(
                Comment.id.in_(ids), Comment.status == CommentStatus.WITHDRAWN.value
            )
        )
    )
    return [row for row in rows if row["comment_id"] not in gone]


def _keep_tier(
    consultation_id: int,
    tier: Tier,
    clusters: list[array[int]],
    formulaic: list[bool],
    seen: array[int],
) -> None:
    placed = _placed(consultation_id, tier)
    targets = _targets(clusters, placed)
    made = _made(consultation_id, tier, clusters, formulaic, targets)
    wanted: dict[int, int] = {}
    for place, members in enumerate(clusters):
        group = targets[place] or made[place]
        wanted.update((one, group) for one in members if one not in placed.by_hand)
    new = [
        {"comment_id": one, "tier": tier.value, "group_id": group, "by_hand": False}
        for one, group in wanted.items()
        if one not in placed.groups
    ]
    moved = [
        {"key": one, "old": placed.groups[one], "new": group}
        for one, group in wanted.items()
        if placed.groups.get(one, group) != group
    ]
    gone = [
        {"key": one, "old": placed.groups[one]}
        for one in seen
        if one in placed.groups and one not in placed.by_hand and one not in wanted
    ]
    touched = {
        *(group for one, group in wanted.items() if one not in placed.groups),
        *(row["new"] for row in moved),
    }
    touched.update(row["old"] for row in (*moved, *gone))
    _write(tier, new, moved, gone)
    for part in _parts(sorted(touched)):
        shortly(partial(_settle, part))


def _write(
    tier: Tier, new: list[dict[str, Any]], moved: list[dict[str, Any]], gone: list[dict[str, Any]]
) -> None:
    """The rows are as wanted, but for those that somebody else changed meanwhile."""
    as_read = and_(
        MEMBER.c.comment_id == bindparam("key"),
        MEMBER.c.tier == tier.value,
        MEMBER.c.group_id == bindparam("old"),
        MEMBER.c.by_hand.is_(False),
    )
    move = update(MEMBER).where(as_read).values(group_id=bindparam("new"))
    drop = delete(MEMBER).where(as_read)
    in_batches(gone, lambda part: db.session.connection().execute(drop, list(part)))
    in_batches(moved, lambda part: db.session.connection().execute(move, list(part)))
    in_batches(new, lambda part: insert_new(MEMBER, rows) if (rows := _standing(part)) else None)


def _placed(consultation_id: int, tier: Tier) -> Placed:
    placed = Placed()
    rows = db.session.execute(
        select(GroupMember.comment_id, GroupMember.group_id, GroupMember.by_hand)
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(CommentGroup.consultation_id == consultation_id, CommentGroup.tier == tier.value)
    )
    for comment, group, by_hand in rows:
        placed.groups[comment] = group
        if by_hand:
            placed.by_hand.add(comment)
    db.session.rollback()
    return placed


def _targets(clusters: Sequence[Sequence[int]], placed: Placed) -> list[int | None]:
    """The group that each cluster goes into, None for a new one.

    The largest overlap takes a group first, and alone; but a cluster goes wherever a person has
    put some of it.
    """
    bids: list[tuple[int, int, int]] = []
    joined: set[tuple[int, int]] = set()
    for place, members in enumerate(clusters):
        shared = Counter(placed.groups[one] for one in members if one in placed.groups)
        bids += [(many, -group, place) for group, many in shared.items()]
        joined |= {(place, placed.groups[one]) for one in members if one in placed.by_hand}
    targets: list[int | None] = [None] * len(clusters)
    taken: set[int] = set()
    for _, minus, place in sorted(bids, reverse=True):
        group = -minus
        if targets[place] is not None:
            continue
        if (place, group) in joined:
            targets[place] = group
        elif group not in taken:
            targets[place] = group
            taken.add(group)
    return targets


def _made(
    consultation_id: int,
    tier: Tier,
    clusters: Sequence[Sequence[int]],
    formulaic: Sequence[bool],
    targets: Sequence[int | None],
) -> dict[int, int]:
    """The number of a new group for each cluster that has none yet."""
    places = [place for place, target in enumerate(targets) if target is None]
    made: dict[int, int] = {}

    def write(part: Sequence[int]) -> None:
        rows = [
            {
                "consultation_id": consultation_id,
                "tier": tier.value,
                "representative_id": clusters[place][0],
                "formula": formulaic[place],
                "made_at": clock.now(),
            }
            for place in part
        ]
        statement = insert(CommentGroup).returning(CommentGroup.id, sort_by_parameter_order=True)
        made.update(zip(part, db.session.scalars(statement, rows), strict=True))

    in_batches(places, write)
    return made


def _settle(group_ids: Sequence[int]) -> None:
    """Each of these groups says how many it is and is spoken for by one of its members, if any."""
    present = select(MEMBER.c.group_id).where(
        MEMBER.c.group_id == CommentGroup.id,
        MEMBER.c.comment_id == CommentGroup.representative_id,
    )
    first = (
        select(MEMBER.c.comment_id)
        .where(MEMBER.c.group_id == CommentGroup.id)
        .order_by(MEMBER.c.comment_id)
        .limit(1)
        .scalar_subquery()
    )
    some = select(MEMBER.c.group_id).where(MEMBER.c.group_id == CommentGroup.id)
    db.session.execute(
        update(CommentGroup)
        .where(CommentGroup.id.in_(group_ids), ~present.exists(), some.exists())
        .values(representative_id=first)
        .execution_options(synchronize_session=False)
    )
    recount(group_ids)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + COUNTED] for start in range(0, len(ids), COUNTED))
