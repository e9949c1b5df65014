"""Which comments an answer speaks to: chosen, taken out, counted; ten thousand in one statement."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, or_, select, update

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember
from app.groups.reading import standing
from app.responses.models import Answer, AnswerComment, AnswerGroup
from app.responses.unanswered import forget, remember

ANSWERABLE = (CommentStatus.PUBLISHED.value,)
HIDDEN = (CommentStatus.WAITING.value, CommentStatus.WITHHELD.value)
ROWS = 5000  # of a result held at once
WHOLE_DRAFT = 0


class NothingChosenError(Exception):
    """Raised when an answer speaks to no comment."""


class NotAnswerableError(Exception):
    """Raised when a chosen comment is of another consultation, not public, or answered already."""


@dataclass(frozen=True)
class Selection:
    """Single comments, and all that is free of whole groups and articles but for some.

    An article is named by its lineage, the draft as a whole by 0. With `since`, only what was
    decided after that instant is taken of the groups and articles.
    """

    comments: Collection[int] = ()
    groups: Collection[int] = ()
    articles: Collection[int] = ()
    without: Collection[int] = ()
    since: datetime | None = None


@dataclass
class Spoken:
    """Of one answer: how many comments, the digest of their numbers, how many public ones where."""

    comments: int = 0
    selection: str = ""
    places: dict[str, int] = field(default_factory=dict)


def selection(comment_ids: Iterable[int]) -> str:
    """SHA-256 in hex over the numbers of the comments, in order, with commas between."""
    return hashlib.sha256(",".join(map(str, sorted(comment_ids))).encode()).hexdigest()


def free() -> ColumnElement[bool]:
    """The comment is public and no answer speaks to it, drafted or published."""
    taken = select(AnswerComment.comment_id).where(AnswerComment.comment_id == Comment.id)
    return Comment.status.in_(ANSWERABLE) & ~taken.exists()


def in_groups(group_ids: Collection[int]) -> ColumnElement[bool]:
    """The comment is in one of those groups, or in one that such a group was merged into."""
    now = {group.id for group in map(standing, group_ids) if group is not None}
    return Comment.id.in_(select(GroupMember.comment_id).where(GroupMember.group_id.in_(now)))


def in_articles(lineages: Collection[int]) -> ColumnElement[bool]:
    """The comment is about one of those articles, or about the draft as a whole."""
    found = Comment.article_lineage_id.in_([one for one in lineages if one != WHOLE_DRAFT])
    return or_(found, Comment.article_lineage_id.is_(None)) if WHOLE_DRAFT in lineages else found


def attach(answer: Answer, chosen: Selection) -> None:
    """The answer speaks to those comments too, and no list calls them unanswered.

    Raises NotAnswerableError when a single comment has another answer or cannot have one.
    """
    own = Comment.consultation_id == answer.consultation_id
    single = set(chosen.comments) - set(_of(answer.id, chosen.comments))
    if single:
        named = own & Comment.id.in_(single) & free()
        if _locked(named) != len(single):
            raise NotAnswerableError
        _insert(answer, named)
        # who waited for the lock saw what was true before: only what was taken tells who was faster
        if len(_of(answer.id, single)) != len(single):
            raise NotAnswerableError
    groups = of_consultation(answer.consultation_id, chosen.groups)
    wholes = [in_groups(groups)] * bool(groups)
    wholes += [in_articles(chosen.articles)] * bool(chosen.articles)
    for whole in wholes:
        members = own & whole & free() & Comment.id.not_in(list(chosen.without))
        if chosen.since is not None:
            members &= Comment.decided_at > chosen.since
        if _locked(members):
            _insert(answer, members)
    for group_id in set(groups) - set(groups_of(answer.id)):
        db.session.add(AnswerGroup(answer_id=answer.id, group_id=group_id))
    db.session.flush()
    forget(answer.id)
    count(answer)


def detach(answer: Answer, comment_ids: Collection[int]) -> None:
    """The unpublished answer no longer speaks to those comments, which are open again."""
    gone = set(_of(answer.id, comment_ids))
    if gone:
        db.session.execute(
            delete(AnswerComment).where(
                AnswerComment.answer_id == answer.id, AnswerComment.comment_id.in_(gone)
            )
        )
        remember(Comment.id.in_(gone))
    count(answer)


def count(answer: Answer) -> None:
    """The answer knows to how many comments it speaks."""
    many = select(func.count()).where(AnswerComment.answer_id == answer.id).scalar_subquery()
    db.session.execute(
        update(Answer)
        .where(Answer.id == answer.id)
        .values(size=many)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(answer, ["size", "comments"])


def leave_out_hidden(answer_ids: Collection[int]) -> None:
    """Those unpublished answers no longer speak to comments that went back into review.

    Such a comment may yet be withheld, and is open to an answer once it is public again; one that
    its author took back stays, and is said to be.
    """
    hidden = select(Comment.id).where(
        Comment.id == AnswerComment.comment_id, Comment.status.in_(HIDDEN)
    )
    left: Any = db.session.execute(
        delete(AnswerComment)
        .where(AnswerComment.answer_id.in_(answer_ids), hidden.exists())
        .execution_options(synchronize_session=False)
    )
    if left.rowcount:
        many = select(func.count()).where(AnswerComment.answer_id == Answer.id).scalar_subquery()
        db.session.execute(
            update(Answer)
            .where(Answer.id.in_(answer_ids))
            .values(size=many)
            .execution_options(synchronize_session=False)
        )


def groups_of(answer_id: int) -> list[int]:
    """The groups that the answer was written for."""
    query = select(AnswerGroup.group_id).where(AnswerGroup.answer_id == answer_id)
    return list(db.session.scalars(query.order_by(AnswerGroup.group_id)))


def speaks_to_somebody(answer_id: int) -> bool:
    """Whether a public comment is among those that the answer speaks to."""
    found = (
        select(Comment.id)
        .join(AnswerComment, AnswerComment.comment_id == Comment.id)
        .where(AnswerComment.answer_id == answer_id, Comment.status.in_(ANSWERABLE))
    )
    return db.session.scalar(found.limit(1)) is not None


def spoken(answer_ids: Collection[int]) -> dict[int, Spoken]:
    """What the ledger says of each of those answers, read in one pass over their comments.

    "0" among the places is every public comment, the others are lineages of articles.
    """
    found = {answer_id: Spoken(selection=selection([])) for answer_id in answer_ids}
    for answer_id, rows in groupby(_pairs(answer_ids), key=lambda row: row.answer_id):
        found[answer_id] = _told(rows)
    return found


def _told(rows: Iterable[Any]) -> Spoken:
    told, digest, places = Spoken(), hashlib.sha256(), Counter[str]()
    for row in rows:
        digest.update(f"{',' if told.comments else ''}{row.comment_id}".encode())
        told.comments += 1
        if row.status in ANSWERABLE:
            places["0"] += 1
            if row.article_lineage_id:
                places[str(row.article_lineage_id)] += 1
    told.selection, told.places = digest.hexdigest(), dict(places)
    return told


def _pairs(answer_ids: Collection[int]) -> Iterator[Any]:
    query = (
        select(
            AnswerComment.answer_id,
            AnswerComment.comment_id,
            Comment.article_lineage_id,
            Comment.status,
        )
        .join(Comment, Comment.id == AnswerComment.comment_id)
        .where(AnswerComment.answer_id.in_(answer_ids))
        .order_by(AnswerComment.answer_id, AnswerComment.comment_id)
        .execution_options(yield_per=ROWS)
    )
    yield from db.session.execute(query)


def _of(answer_id: int, comment_ids: Collection[int]) -> list[int]:
    query = select(AnswerComment.comment_id).where(
        AnswerComment.answer_id == answer_id, AnswerComment.comment_id.in_(comment_ids)
    )
    return list(db.session.scalars(query))


def _locked(which: ColumnElement[bool]) -> int:
    """How many comments those are; of two drafters who choose one, the second waits here."""
    rows = select(Comment.id).where(which).with_for_update().subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _insert(answer: Answer, which: ColumnElement[bool]) -> None:
    rows = select(literal(answer.id), Comment.id).where(which).order_by(Comment.id)
    db.session.execute(insert(AnswerComment).from_select(["answer_id", "comment_id"], rows))


def of_consultation(consultation_id: int, group_ids: Collection[int]) -> list[int]:
    """Those of the groups that are the consultation's."""
    query = select(CommentGroup.id).where(
        CommentGroup.consultation_id == consultation_id, CommentGroup.id.in_(group_ids)
    )
    return list(db.session.scalars(query.order_by(CommentGroup.id)))
