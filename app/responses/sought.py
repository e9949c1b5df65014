"""The comments of a consultation as the desk looks for them: filtered, a page at a time.

However many there are, a page looks at WINDOW of them at most and says where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, literal, select, tuple_

from app.comments.models import Comment, CommenterKind, CommentStatus
from app.consultations.models import Consultation
from app.extensions import db
from app.groups.models import GroupMember
from app.groups.reading import standing
from app.kit.text import fold
from app.responses.models import Answer, AnswerComment, AnswerState, Unanswered
from app.responses.selecting import WHOLE_DRAFT

PAGE = 50
WINDOW = 2000

Key = tuple[int, int]


class Standing(StrEnum):
    """How far the answer to a comment has come."""

    OPEN = "open"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; an article by its lineage, the draft as a whole by 0."""

    standing: Standing = Standing.OPEN
    article: int | None = None
    group: int | None = None
    kind: CommenterKind | None = None
    words: str = ""


@dataclass(frozen=True)
class Found:
    """The rows of a page, the key of the next, and whether it stopped before it was full."""

    rows: Sequence[Any]
    onward: str | None = None
    stopped: bool = False


def look(consultation: Consultation, wanted: Wanted, after: Key | None) -> Found:
    """Up to PAGE published comments beyond the key, open ones in the order of the draft."""
    window = _window(consultation, wanted, after).limit(WINDOW).subquery()
    query = (
        select(
            window.c.position,
            Comment.id,
            Comment.shown_body.label("body"),
            Comment.quote,
            Comment.shown_wording.label("proposed_wording"),
            Comment.anchor,
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            Comment.shown_name.label("display_name"),
            Comment.identity,
            Comment.submitted_at,
            Answer.id.label("answer_id"),
            Answer.state.label("answer_state"),
        )
        .join(Comment, Comment.id == window.c.comment_id)
        .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
        .outerjoin(Answer, Answer.id == AnswerComment.answer_id)
        .where(*_filters(consultation, wanted))
        .order_by(window.c.position, window.c.comment_id)
    )
    rows = _saying(query, wanted.words)
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        return Found(rows[:PAGE], f"{last.position}.{last.id}")
    edge = db.session.execute(
        select(window.c.position, window.c.comment_id)
        .order_by(window.c.position, window.c.comment_id)
        .offset(WINDOW - 1)
    ).first()
    return Found(rows, f"{edge[0]}.{edge[1]}" if edge else None, edge is not None)


def _window(consultation: Consultation, wanted: Wanted, after: Key | None) -> Select[Any]:
    """The keys of the comments to look at, by the one index that leads to the fewest."""
    position: Any = literal(0)
    number: Any
    if wanted.group is not None:
        group = standing(wanted.group)
        number = GroupMember.comment_id
        where = [GroupMember.group_id == (group.id if group is not None else 0)]
    elif wanted.standing is Standing.OPEN:
        position, number = Unanswered.position, Unanswered.comment_id
        where = [Unanswered.consultation_id == consultation.id]
        if wanted.article is not None:
            where.append(Unanswered.article_lineage_id == wanted.article)
    else:
        number = Comment.id
        where = [Comment.status == CommentStatus.PUBLISHED.value]
        if wanted.article:
            where.append(Comment.article_lineage_id == wanted.article)
        else:
            where.append(Comment.consultation_id == consultation.id)
    if after is not None:
        first = tuple_(position, number) > after if wanted_order(wanted) else number > after[1]
        where.append(first)
    query = select(position.label("position"), number.label("comment_id")).where(*where)
    return query.order_by(position, number) if wanted_order(wanted) else query.order_by(number)


def wanted_order(wanted: Wanted) -> bool:
    """Whether the page is in the order of the draft; otherwise it is in that of arrival."""
    return wanted.group is None and wanted.standing is Standing.OPEN


def _filters(consultation: Consultation, wanted: Wanted) -> list[Any]:
    where: list[Any] = [
        Comment.consultation_id == consultation.id,
        Comment.status == CommentStatus.PUBLISHED.value,
    ]
    if wanted.article is not None:
        whole = wanted.article == WHOLE_DRAFT
        where.append(Comment.article_lineage_id == (None if whole else wanted.article))
    if wanted.kind is not None:
        where.append(Comment.commenter_kind == wanted.kind.value)
    match wanted.standing:
        case Standing.OPEN:
            where.append(Answer.id.is_(None))
        case Standing.DRAFTED:
            where.append(Answer.state != AnswerState.PUBLISHED.value)
        case Standing.ANSWERED:
            where.append(Answer.state == AnswerState.PUBLISHED.value)
    return where


def _saying(query: Select[Any], words: str) -> Sequence[Any]:
    """The rows that have all the words, in whatever case and with or without accents."""
    keys = fold(words).split()
    if not keys:
        return db.session.execute(query.limit(PAGE + 1)).all()
    found = []
    for row in db.session.execute(query):
        text = fold(f"GY-{row.id} {row.body} {row.proposed_wording} {row.place} {row.display_name}")
        if all(key in text for key in keys):
            found.append(row)
            if len(found) > PAGE:
                break
    return found
