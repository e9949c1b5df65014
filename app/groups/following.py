"""The groups follow the ledger: a comment finds those it is like, one that was taken back goes."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

from sqlalchemy import delete, select, update

from app.comments.models import Comment
from app.extensions import db
from app.groups import sources
from app.groups.counting import recount
from app.groups.finding import Finder
from app.groups.models import CommentGroup, CommentPrint, GroupMember, PrintKey
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb

NAME = "groups"
MEMBER: Any = GroupMember.__table__
PRINT: Any = CommentPrint.__table__
KEY: Any = PrintKey.__table__
# a group this large is counted to the last person only now and then: "at least" stays true
LARGE = 2000
GROWTH = 1.05


def _follow(entries: Sequence[Entry]) -> None:
    came: dict[int, list[int]] = {}
    for entry in entries:
        consultation_id, comment_id = entry.consultation_id or 0, entry.facts["comment_id"]
        if entry.verb == Verb.COMMENT_SUBMITTED:
            came.setdefault(consultation_id, []).append(comment_id)
    for consultation_id, comment_ids in came.items():
        _arrive(consultation_id, comment_ids)
    for entry in entries:
        if entry.verb == Verb.COMMENT_WITHDRAWN:
            leave(entry.consultation_id or 0, entry.facts["comment_id"])


def _arrive(consultation_id: int, comment_ids: Sequence[int]) -> None:
    """Each comment is in the groups of what it is like; those grouped before stay as they are."""
    known = set(
        db.session.scalars(
            select(CommentPrint.comment_id).where(CommentPrint.comment_id.in_(comment_ids))
        )
    )
    new = sources.prints(consultation_id, [one for one in comment_ids if one not in known])
    finder = Finder(consultation_id, new)
    for comment_id in new:
        finder.place(comment_id)
    for group_id, many in finder.grown.items():
        _grow(group_id, many)


def _grow(group_id: int, many: int) -> None:
    """The group says that it has so many members more."""
    before = db.session.scalar(
        select(CommentGroup.messages).where(CommentGroup.id == group_id).with_for_update()
    )
    assert before is not None
    if before < LARGE or _rung(before) != _rung(before + many):
        recount([group_id])
        return
    db.session.execute(
        update(CommentGroup)
        .where(CommentGroup.id == group_id)
        .values(messages=CommentGroup.messages + many)
    )


def _rung(many: int) -> int:
    return int(log(many, GROWTH))


def leave(consultation_id: int, comment_id: int) -> None:
    """The comment is in no group and leads to none; its copies still do."""
    exact = db.session.scalar(
        select(CommentPrint.exact).where(CommentPrint.comment_id == comment_id)
    )
    if exact is None:
        return
    db.session.execute(delete(PRINT).where(PRINT.c.comment_id == comment_id))
    groups = list(
        db.session.scalars(select(GroupMember.group_id).where(GroupMember.comment_id == comment_id))
    )
    db.session.execute(delete(MEMBER).where(MEMBER.c.comment_id == comment_id))
    twin = db.session.scalar(
        select(CommentPrint.comment_id)
        .where(CommentPrint.consultation_id == consultation_id, CommentPrint.exact == exact)
        .order_by(CommentPrint.comment_id)
        .limit(1)
    )
    _hand_on(consultation_id, comment_id, twin)
    for group_id in groups:
        _close_ranks(group_id, comment_id)
    recount(groups)


def _hand_on(consultation_id: int, comment_id: int, twin: int | None) -> None:
    """What led to the comment leads to its twin, or to nothing."""
    row = db.session.execute(
        select(Comment.body, Comment.proposed_wording).where(Comment.id == comment_id)
    ).one()
    shingles = sources.shingles_of(consultation_id, row.body, row.proposed_wording)
    here = (
        KEY.c.consultation_id == consultation_id,
        KEY.c.shingle.in_(shingles),
        KEY.c.comment_id == comment_id,
    )
    if twin is not None:
        # to some of them the twin may lead by itself: whoever groups all anew writes keys as well
        own = KEY.alias()
        known = select(own.c.shingle).where(
            own.c.consultation_id == consultation_id,
            own.c.shingle.in_(shingles),
            own.c.comment_id == twin,
        )
        moved = update(KEY).where(*here, KEY.c.shingle.not_in(known))
        db.session.execute(moved.values(comment_id=twin))
    db.session.execute(delete(KEY).where(*here))


def _close_ranks(group_id: int, comment_id: int) -> None:
    """Another speaks for the group; whom a machine left alone in it is in none."""
    rest = db.session.execute(
        select(GroupMember.comment_id, GroupMember.by_hand)
        .where(GroupMember.group_id == group_id)
        .order_by(GroupMember.comment_id)
        .limit(2)
    ).all()
    if len(rest) == 1 and not rest[0].by_hand:
        db.session.execute(
            delete(MEMBER).where(
                MEMBER.c.group_id == group_id, MEMBER.c.comment_id == rest[0].comment_id
            )
        )
    elif rest:
        db.session.execute(
            update(CommentGroup)
            .where(CommentGroup.id == group_id, CommentGroup.representative_id == comment_id)
            .values(representative_id=rest[0].comment_id)
        )


READERS = (
    Reader(
        NAME,
        frozenset({Verb.COMMENT_SUBMITTED, Verb.COMMENT_WITHDRAWN}),
        _follow,
        batch=50,
    ),
)
