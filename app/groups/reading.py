"""Which groups a comment is in, who is in a group, and which groups are the largest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, tuple_

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember, Tier

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

# from the narrowest to the widest
ORDER = tuple(Tier)
COUNTS = (
    CommentGroup.messages,
    CommentGroup.people,
    CommentGroup.published,
    CommentGroup.published_people,
)
SAID = (
    Comment.id,
    Comment.anchor,
    Comment.place,
    Comment.quote,
    Comment.shown_body.label("body"),
    Comment.shown_wording.label("proposed_wording"),
    Comment.commenter_kind,
    Comment.shown_name.label("display_name"),
    Comment.identity,
    Comment.language,
    Comment.submitted_at,
    Comment.row_version,
    Comment.status,
)
START = 0  # below every id


@dataclass(frozen=True)
class Belongs:
    """A group that a comment is in: how many comments it has, of how many people at least.

    `published` and `published_people` are the same of those that are public; the public is told
    of nothing else.
    """

    group_id: int
    tier: Tier
    messages: int
    people: int
    published: int
    published_people: int


@cache
def _of() -> AnySelect:
    return (
        select(GroupMember.comment_id, GroupMember.group_id, GroupMember.tier, *COUNTS)
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(
            GroupMember.comment_id.in_(bindparam("ids", expanding=True)), CommentGroup.messages > 1
        )
    )


def of(comment_ids: Collection[int]) -> dict[int, list[Belongs]]:
    """The groups of two or more that each comment is in, the narrowest first; none is left out."""
    found: dict[int, list[Belongs]] = {comment_id: [] for comment_id in comment_ids}
    if found:
        for comment_id, group_id, tier, *counts in db.session.execute(_of(), {"ids": list(found)}):
            found[comment_id].append(Belongs(group_id, Tier(tier), *counts))
    for groups in found.values():
        groups.sort(key=lambda group: ORDER.index(group.tier))
    return found


def members(
    group_id: int,
    after: int = START,
    limit: int = 50,
    statuses: Collection[CommentStatus] | None = None,
) -> Sequence[AnyRow]:
    """Up to `limit` comments of the group with ids above `after`, the oldest first.

    Only those in one of `statuses`, where given; the words are those that may be shown.
    """
    query = (
        select(*SAID, GroupMember.by_hand)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .where(GroupMember.group_id == group_id, GroupMember.comment_id > after)
        .order_by(GroupMember.comment_id)
        .limit(limit)
    )
    if statuses is not None:
        query = query.where(Comment.status.in_([status.value for status in statuses]))
    return db.session.execute(query).all()


def largest(
    consultation_id: int, tier: Tier, after: tuple[int, int] | None = None, limit: int = 50
) -> Sequence[AnyRow]:
    """Up to `limit` groups of two or more, the largest first, beyond `after`: (messages, id)."""
    key = (CommentGroup.messages, CommentGroup.id)
    query = (
        select(
            CommentGroup.id,
            CommentGroup.tier,
            CommentGroup.representative_id,
            CommentGroup.step_id,
            CommentGroup.made_by,
            CommentGroup.formula,
            *COUNTS,
        )
        .where(
            CommentGroup.consultation_id == consultation_id,
            CommentGroup.tier == tier.value,
            CommentGroup.messages > 1,
        )
        .order_by(*(column.desc() for column in key))
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*key) < after)
    return db.session.execute(query).all()


def standing(group_id: int) -> CommentGroup | None:
    """The group, or the one that it was merged into; None where there never was one."""
    group = db.session.get(CommentGroup, group_id)
    while group is not None and group.merged_into is not None:
        group = db.session.get(CommentGroup, group.merged_into)
    return group


def voices(
    groups: Collection[AnyRow | CommentGroup], statuses: Collection[CommentStatus]
) -> dict[int, AnyRow]:
    """The comment that speaks for each group: its representative, or else its first comment in
    one of `statuses`; none for a group without any."""
    allowed = [status.value for status in statuses]
    chosen = {group.representative_id: group.id for group in groups}
    rows = db.session.execute(
        select(*SAID).where(Comment.id.in_(list(chosen)), Comment.status.in_(allowed))
    )
    found: dict[int, AnyRow] = {chosen[row.id]: row for row in rows}
    for group in groups:
        if group.id not in found:
            first = members(group.id, START, 1, statuses)
            if first:
                found[group.id] = first[0]
    return found
