"""Groups as a machine would have made them, without the machine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from app.comments.models import Comment
from app.extensions import db
from app.groups.counting import recount
from app.groups.models import CommentGroup, GroupMember, GroupSuggestion, Tier
from app.kit import clock


def group(
    comments: Sequence[Comment], tier: Tier = Tier.NEAR, *, by_hand: bool = False
) -> CommentGroup:
    """The comments are in one group, the first of them speaks for it.

    Where the worker reads what was submitted, it does so before: it leaves alone what it knows.
    """
    ids = [one.id for one in comments]
    here = (GroupMember.comment_id.in_(ids), GroupMember.tier == tier.value)
    left = db.session.scalars(select(GroupMember.group_id).distinct().where(*here)).all()
    db.session.execute(delete(GroupMember).where(*here))
    recount(left)
    made = CommentGroup(
        consultation_id=comments[0].consultation_id,
        tier=tier.value,
        representative_id=comments[0].id,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    rows = [
        {"comment_id": one, "tier": tier.value, "group_id": made.id, "by_hand": by_hand}
        for one in ids
    ]
    db.session.execute(insert(GroupMember), rows)
    recount([made.id])
    db.session.commit()
    return made


def suggestion(one: Comment, other: Comment, score: float = 0.5) -> GroupSuggestion:
    """Whether the two say the same is asked."""
    first, second = sorted((one.id, other.id))
    made = GroupSuggestion(
        consultation_id=one.consultation_id, comment_id=first, other_id=second, score=score
    )
    db.session.add(made)
    db.session.commit()
    return made


def ids(group_id: int) -> list[int]:
    """The comments of a group, in order."""
    found = select(GroupMember.comment_id).where(GroupMember.group_id == group_id)
    return list(db.session.scalars(found.order_by(GroupMember.comment_id)))


def seen(*groups: CommentGroup) -> dict[int, int]:
    """The groups as a page would have shown them."""
    return {one.id: one.step_id or 0 for one in groups}
