"""A comment's way out of the queue: every change of status, guarded by the row's version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb


class StaleError(Exception):
    """Raised when the comment is no longer in the state that was looked at."""


class PeriodOverError(Exception):
    """Raised when a comment would be taken back after its consultation closed."""


def _move(
    comment: Comment, status: CommentStatus, seen_version: int, now: datetime
) -> CommentStatus:
    before = CommentStatus(comment.status)
    moved: Any = db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.row_version == seen_version,
            Comment.status == before.value,
        )
        .values(status=status.value, decided_at=now, row_version=seen_version + 1)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:
        raise StaleError
    db.session.expire(comment)
    return before


def _tell(
    verb: Verb, comment: Comment, officer_id: int | None, now: datetime, **facts: Any
) -> None:
    record(
        verb,
        f"comment:{comment.id}",
        actor_id=officer_id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        lineage_id=comment.article_lineage_id,
        **facts,
    )


def publish(comment: Comment, seen_version: int, officer_id: int, now: datetime) -> None:
    """The waiting comment is public; raises StaleError when it was decided meanwhile."""
    if comment.status != CommentStatus.WAITING:
        raise StaleError
    _move(comment, CommentStatus.PUBLISHED, seen_version, now)
    _tell(Verb.COMMENT_PUBLISHED, comment, officer_id, now)


def withhold(
    comment: Comment, seen_version: int, reason: str, officer_id: int, now: datetime
) -> None:
    """The waiting comment is kept and not shown, for a reason from the public list."""
    if comment.status != CommentStatus.WAITING:
        raise StaleError
    _move(comment, CommentStatus.WITHHELD, seen_version, now)
    _tell(Verb.COMMENT_WITHHELD, comment, officer_id, now, reason=reason)


def give_back(comment: Comment, seen_version: int, officer_id: int, now: datetime) -> None:
    """The decided comment waits again, nothing of it masked; raises StaleError."""
    if comment.status not in (CommentStatus.PUBLISHED, CommentStatus.WITHHELD):
        raise StaleError
    before = _move(comment, CommentStatus.WAITING, seen_version, now)
    cover(comment, None, None, None)
    _tell(Verb.COMMENT_RETURNED, comment, officer_id, now, from_status=before.value)


def reinstate(comment: Comment, seen_version: int, officer_id: int, now: datetime) -> None:
    """The withheld comment is public after all; raises StaleError."""
    if comment.status != CommentStatus.WITHHELD:
        raise StaleError
    _move(comment, CommentStatus.PUBLISHED, seen_version, now)
    _tell(Verb.COMMENT_REINSTATED, comment, officer_id, now)


def cover(comment: Comment, body: str | None, wording: str | None, name: str | None) -> None:
    """These are shown instead of the comment's own words; None shows the words themselves."""
    comment.masked_body, comment.masked_wording, comment.masked_name = body, wording, name
    db.session.flush()


def withdraw(comment: Comment, now: datetime) -> None:
    """The author takes a waiting or published comment back; it stays on record, unseen.

    Only while comments are taken: afterwards the agency studies and answers what was said.
    Raises StaleError, PeriodOverError.
    """
    if comment.status not in (CommentStatus.WAITING, CommentStatus.PUBLISHED):
        raise StaleError
    if not comment.consultation.is_open(now):
        raise PeriodOverError
    before = _move(comment, CommentStatus.WITHDRAWN, comment.row_version, now)
    _tell(Verb.COMMENT_WITHDRAWN, comment, None, now, from_status=before.value)
