"""Answers: drafted by one officer, published by another."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses.models import Answer, AnswerComment, AnswerState, Disposition

ANSWERABLE = (CommentStatus.PUBLISHED.value,)


class NothingChosenError(Exception):
    """Raised when an answer speaks to no comment."""


class NotAnswerableError(Exception):
    """Raised when a chosen comment is of another consultation, not public, or answered already."""


class SelfApprovalError(Exception):
    """Raised when the officer who wrote an answer would publish it."""


class PublishedError(Exception):
    """Raised when a published answer would be changed, or a stale form is sent."""


def _chosen(
    consultation: Consultation, comment_ids: Collection[int], answer_id: int | None
) -> list[Comment]:
    if not comment_ids:
        raise NothingChosenError
    # locked, so that of two drafters who choose one comment the second sees the first's answer
    comments = list(
        db.session.scalars(
            select(Comment)
            .where(
                Comment.id.in_(comment_ids),
                Comment.consultation_id == consultation.id,
                Comment.status.in_(ANSWERABLE),
            )
            .order_by(Comment.id)
            .with_for_update()
        )
    )
    taken = select(AnswerComment.comment_id).where(AnswerComment.comment_id.in_(comment_ids))
    if answer_id is not None:
        taken = taken.where(AnswerComment.answer_id != answer_id)
    if len(comments) != len(set(comment_ids)) or db.session.scalars(taken).first() is not None:
        raise NotAnswerableError
    return comments


def _hold(answer: Answer, seen_version: int) -> None:
    """Nobody else changes the answer before our commit, and it is the draft that was seen."""
    db.session.refresh(answer, ["published_at", "row_version"], with_for_update=True)
    if answer.published_at is not None or answer.row_version != seen_version:
        raise PublishedError


def selection(comment_ids: Collection[int]) -> str:
    """SHA-256 in hex over the numbers of the comments, in order, with commas between."""
    return hashlib.sha256(",".join(map(str, sorted(comment_ids))).encode()).hexdigest()


def _note(answer: Answer, officer: Officer, now: datetime) -> None:
    record(
        Verb.ANSWER_DRAFTED,
        f"answer:{answer.id}",
        actor_id=officer.id,
        consultation_id=answer.consultation_id,
        at=now,
        answer_id=answer.id,
        comments=len(answer.comments),
        selection=selection([comment.id for comment in answer.comments]),
        disposition=answer.disposition,
    )


def _places(comments: Collection[Comment]) -> dict[str, int]:
    """How many of the public ones are about each article's lineage; "0" is all of them."""
    public = [comment for comment in comments if comment.status in ANSWERABLE]
    articles = Counter(str(one.article_lineage_id) for one in public if one.article_lineage_id)
    return {"0": len(public), **articles}


def draft(
    consultation: Consultation,
    comment_ids: Collection[int],
    disposition: Disposition,
    explanation: str,
    officer: Officer,
    now: datetime,
) -> Answer:
    """An unpublished answer to those comments exists.

    Raises NothingChosenError, NotAnswerableError.
    """
    comments = _chosen(consultation, comment_ids, None)
    answer = Answer(
        consultation_id=consultation.id,
        disposition=disposition.value,
        explanation=explanation,
        drafted_by=officer.id,
        drafted_at=now,
        comments=comments,
    )
    db.session.add(answer)
    db.session.flush()
    _note(answer, officer, now)
    return answer


def revise(
    answer: Answer,
    seen_version: int,
    comment_ids: Collection[int],
    disposition: Disposition,
    explanation: str,
    officer: Officer,
    now: datetime,
) -> None:
    """The unpublished answer reads as given and counts as this officer's draft."""
    _hold(answer, seen_version)
    answer.comments = _chosen(answer.consultation, comment_ids, answer.id)
    answer.disposition = disposition.value
    answer.explanation = explanation
    answer.drafted_by = officer.id
    answer.drafted_at = now
    answer.row_version += 1
    db.session.flush()
    _note(answer, officer, now)


def publish(answer: Answer, seen_version: int, officer: Officer, now: datetime) -> None:
    """The answer is public under each of its comments.

    Raises SelfApprovalError, PublishedError, NothingChosenError when every comment was withdrawn.
    """
    _hold(answer, seen_version)
    if answer.drafted_by == officer.id:
        raise SelfApprovalError
    if not any(comment.status in ANSWERABLE for comment in answer.comments):
        raise NothingChosenError
    answer.state = AnswerState.PUBLISHED.value
    answer.published_by = officer.id
    answer.published_at = now
    answer.row_version += 1
    db.session.flush()
    record(
        Verb.ANSWER_PUBLISHED,
        f"answer:{answer.id}",
        actor_id=officer.id,
        consultation_id=answer.consultation_id,
        at=now,
        answer_id=answer.id,
        comments=len(answer.comments),
        selection=selection([comment.id for comment in answer.comments]),
        places=_places(answer.comments),
        disposition=answer.disposition,
        digest=hashlib.sha256(answer.explanation.encode()).hexdigest(),
    )
