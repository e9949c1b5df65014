"""The rows under a step: groups held against a second officer, members moved without a look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, union, update

from app.comments.models import Comment
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember, GroupStep, Tier

AT_ONCE = 5000  # ids in one statement
NOBODY = 0  # stands for "no step yet" on a page
Moved = list[list[Any]]  # from which group, into which, and the ids


class ChangedError(Exception):
    """Raised when somebody else changed, meanwhile, what the officer looked at."""


class LaterStepError(Exception):
    """Raised when a step is to be taken back on which later ones stand; has the newest of them."""

    def __init__(self, step_id: int | None) -> None:
        super().__init__(step_id)
        self.step_id = step_id


def once(statement: Any) -> None:
    """The statement changed its one row; raises ChangedError when somebody was faster."""
    done: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    if done.rowcount != 1:
        raise ChangedError


def hold(step: GroupStep, group_ids: Sequence[int], seen: Mapping[int, int]) -> dict[str, Any]:
    """The groups are this step's until it commits; returns how each stood before."""
    held: dict[str, Any] = {}
    for group_id in sorted(group_ids):  # in one order, or two officers wait for each other
        once(
            update(CommentGroup)
            .where(
                CommentGroup.id == group_id,
                CommentGroup.merged_into.is_(None),
                func.coalesce(CommentGroup.step_id, NOBODY) == seen.get(group_id, NOBODY),
            )
            .values(step_id=step.id)
        )
        group = db.session.get_one(CommentGroup, group_id, populate_existing=True)
        held[str(group_id)] = {
            "step_id": seen.get(group_id) or None,
            "representative_id": group.representative_id,
        }
    return held


def release(step: GroupStep, before: Mapping[str, Any]) -> None:
    """The groups stand as before the step; raises LaterStepError where a later one holds one."""
    values: dict[int, dict[str, Any]] = {int(key): old for key, old in before["groups"].items()}
    if before.get("made"):
        # nothing was split off, so whoever asks for it by number finds where its comments are
        values[before["made"]] = {"step_id": None, "merged_into": next(iter(values), None)}
    for group_id, old in sorted(values.items()):
        try:
            once(
                update(CommentGroup)
                .where(CommentGroup.id == group_id, CommentGroup.step_id == step.id)
                .values({"merged_into": None, **old})
            )
        except ChangedError:
            later = select(CommentGroup.step_id).where(CommentGroup.id == group_id)
            raise LaterStepError(db.session.scalar(later)) from None


def members(group_ids: Collection[int]) -> dict[int, dict[str, list[int]]]:
    """The ids in each group, those put there by hand apart."""
    found: dict[int, dict[str, list[int]]] = {
        group_id: {"hand": [], "auto": []} for group_id in group_ids
    }
    rows = db.session.execute(
        select(GroupMember.group_id, GroupMember.comment_id, GroupMember.by_hand)
        .where(GroupMember.group_id.in_(group_ids))
        .order_by(GroupMember.comment_id)
    )
    for group_id, comment_id, by_hand in rows:
        found[group_id]["hand" if by_hand else "auto"].append(comment_id)
    return found


def join(group_ids: Sequence[int], into: int) -> Moved:
    """The groups have no members but point to `into`, which has them all; returns what moved."""
    if not group_ids:
        return []
    taken = members(group_ids)
    db.session.execute(
        update(GroupMember)
        .where(GroupMember.group_id.in_(group_ids))
        .values(group_id=into, by_hand=True)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(CommentGroup).where(CommentGroup.id.in_(group_ids)).values(merged_into=into)
    )
    return [[group_id, into, ids] for group_id, ids in taken.items()]


def many(moved: Moved) -> int:
    """How many comments moved."""
    return sum(len(ids["hand"]) + len(ids["auto"]) for _, _, ids in moved)


def move(source: int, target: int, ids: Sequence[int], *, by_hand: bool) -> None:
    """Those members of one group are in the other."""
    for part in _parts(ids):
        db.session.execute(
            update(GroupMember)
            .where(GroupMember.group_id == source, GroupMember.comment_id.in_(part))
            .values(group_id=target, by_hand=by_hand)
            .execution_options(synchronize_session=False)
        )


def hand_over(source: int, target: int) -> None:
    """Whoever is left in the one group is in the other, put there by whoever it was."""
    db.session.execute(
        update(GroupMember)
        .where(GroupMember.group_id == source)
        .values(group_id=target)
        .execution_options(synchronize_session=False)
    )


def add(pair: Collection[int], into: int) -> list[int]:
    """All that is in a group of the machine with one of the pair is in `into`; returns the ids."""
    wanted = _said_with(pair)
    added = list(db.session.scalars(wanted.order_by("comment_id")))
    columns = (wanted.subquery().c.comment_id, literal(Tier.ARGUMENT.value), literal(into))
    db.session.execute(
        insert(GroupMember).from_select(
            ["comment_id", "tier", "group_id", "by_hand"], select(*columns, literal(True))
        )
    )
    return added


def _said_with(pair: Collection[int]) -> Select[Any]:
    sides = select(GroupMember.group_id).where(
        GroupMember.comment_id.in_(pair), GroupMember.tier != Tier.ARGUMENT.value
    )
    said = union(
        select(GroupMember.comment_id).where(GroupMember.group_id.in_(sides)),
        select(Comment.id).where(Comment.id.in_(pair)),
    ).subquery()
    taken = select(GroupMember.comment_id).where(
        GroupMember.comment_id == said.c.comment_id, GroupMember.tier == Tier.ARGUMENT.value
    )
    return select(said.c.comment_id).where(~taken.exists())


def drop(group_id: int, ids: Sequence[int]) -> None:
    """Those comments are in no group of this one's tier."""
    for part in _parts(ids):
        db.session.execute(
            delete(GroupMember).where(
                GroupMember.group_id == group_id, GroupMember.comment_id.in_(part)
            )
        )


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[n : n + AT_ONCE] for n in range(0, len(ids), AT_ONCE))
