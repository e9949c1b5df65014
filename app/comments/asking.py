"""Asking the author of a comment what was meant, and the one reply to it (S45).

What is asked and replied is between the agency and the author: neither is public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus, Question
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb

AnyRow = Row[*tuple[Any, ...]]
MAX_QUESTION = 2_000
MAX_REPLY = 5_000
PAGE = 50
SHOWN = 400  # characters of a comment in the list
ASKABLE = frozenset({CommentStatus.WAITING, CommentStatus.PUBLISHED})


class NotAskableError(Exception):
    """Raised when the comment is neither waiting nor public: nothing further is wanted of it."""


class StillOpenError(Exception):
    """Raised when the author has not replied to the question before."""


class RepliedError(Exception):
    """Raised when a question has its reply, which stands."""


def ask(comment: Comment, text: str, officer: Officer, now: datetime) -> Question:
    """The author is asked, on the receipt and by letter where one is wanted.

    Raises NotAskableError, StillOpenError.
    """
    # of two officers the second waits here and then sees the question of the first
    db.session.refresh(comment, ["status"], with_for_update={"of": Comment})
    if comment.status not in ASKABLE:
        raise NotAskableError
    if any(question.replied_at is None for question in questions(comment.id)):
        raise StillOpenError
    question = Question(comment_id=comment.id, officer_id=officer.id, text=text, asked_at=now)
    db.session.add(question)
    db.session.flush()
    _record(Verb.QUESTION_ASKED, question, comment, officer.id, text, now)
    return question


def may_ask(comment: Comment) -> bool:
    """Whether the author can be asked now."""
    silent = any(question.replied_at is None for question in questions(comment.id))
    return comment.status in ASKABLE and not silent


def reply(question: Question, words: str, now: datetime) -> None:
    """The author has replied, once and for good; raises RepliedError, NotAskableError."""
    comment = db.session.get_one(Comment, question.comment_id)
    if comment.status == CommentStatus.WITHDRAWN:
        raise NotAskableError
    replied: Any = db.session.execute(
        update(Question)
        .where(Question.id == question.id, Question.replied_at.is_(None))
        .values(reply=words, replied_at=now)
        .execution_options(synchronize_session=False)
    )
    if replied.rowcount != 1:
        raise RepliedError
    db.session.expire(question)
    _record(Verb.QUESTION_REPLIED, question, comment, None, words, now)


def _record(
    verb: Verb,
    question: Question,
    comment: Comment,
    officer_id: int | None,
    words: str,
    now: datetime,
) -> None:
    record(
        verb,
        f"question:{question.id}",
        actor_id=officer_id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        question_id=question.id,
        digest=hashlib.sha256(words.encode()).hexdigest(),
    )


def questions(comment_id: int) -> Sequence[Question]:
    """What the author of that comment was asked, the first question first."""
    query = select(Question).where(Question.comment_id == comment_id).order_by(Question.id)
    return db.session.scalars(query).all()


def asked(comment_id: int) -> Sequence[AnyRow]:
    """The same as rows, with the name of the officer who asked."""
    return db.session.execute(
        select(
            Question.id,
            Question.text,
            Question.asked_at,
            Question.reply,
            Question.replied_at,
            Officer.name.label("officer"),
        )
        .join(Officer, Officer.id == Question.officer_id)
        .where(Question.comment_id == comment_id)
        .order_by(Question.id)
    ).all()


def listed(
    reviewed: Collection[int], answered: Collection[int], *, replied: bool, after: int = 0
) -> tuple[Sequence[AnyRow], int | None]:
    """Up to PAGE questions beyond the one numbered `after`, and where to go on.

    Those without a reply from the oldest on, the others from the newest. They are about drafts of
    the agencies whose comments the officer reviews, and about what is public of those that they
    answer for.
    """
    public = Comment.status == CommentStatus.PUBLISHED.value
    query = (
        select(
            Question.id,
            Question.comment_id,
            Question.text,
            Question.asked_at,
            Question.reply,
            Question.replied_at,
            Officer.name.label("officer"),
            func.substr(Comment.shown_body, 1, SHOWN).label("body"),
            Comment.language,
            Dossier.title,
        )
        .join(Comment, Comment.id == Question.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Officer, Officer.id == Question.officer_id)
        .where(
            Dossier.sealed.is_(False),
            or_(
                Dossier.agency_id.in_(reviewed),
                and_(Dossier.agency_id.in_(answered), public),
            ),
        )
    )
    if replied:
        query = query.where(Question.replied_at.is_not(None)).order_by(Question.id.desc())
        query = query.where(Question.id < after) if after else query
    else:
        query = query.where(Question.replied_at.is_(None), Question.id > after)
        query = query.order_by(Question.id)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
