"""A comment's way out of the queue: every change of status, guarded by the row's version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, tuple_, update

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.record import entry, record
from app.ledger.verbs import Verb

DECIDED = {
    Verb.COMMENT_PUBLISHED: CommentStatus.PUBLISHED,
    Verb.COMMENT_WITHHELD: CommentStatus.WITHHELD,
    Verb.WITHHOLDING_PROPOSED: CommentStatus.WAITING,
}


class StaleError(Exception):
    """Raised when the comment is no longer in the state that was looked at."""


class PeriodOverError(Exception):
    """Raised when a comment would be taken back after its consultation closed."""


def _move(
    comment: Comment, status: CommentStatus, seen_version: int, decided_at: datetime | None
) -> CommentStatus:
    before = CommentStatus(comment.status)
    moved: Any = db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.row_version == seen_version,
            Comment.status == before.value,
        )
        .values(status=status.value, decided_at=decided_at, row_version=seen_version + 1)
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


def take_down(comment: Comment, reason: str, officer_id: int, now: datetime) -> None:
    """The public comment is withheld after all; raises StaleError where it is not public.

    To the ledger that is the publication taken back and a withholding, as whoever counts knows it.
    """
    if comment.status != CommentStatus.PUBLISHED:
        raise StaleError
    before = _move(comment, CommentStatus.WITHHELD, comment.row_version, now)
    _tell(Verb.COMMENT_RETURNED, comment, officer_id, now, from_status=before.value)
    _tell(Verb.COMMENT_WITHHELD, comment, officer_id, now, reason=reason)


def hold(comment: Comment, seen_version: int, reason: str, officer_id: int, now: datetime) -> None:
    """The comment waits on, for a second person: whoever had looked before has to look again."""
    if comment.status != CommentStatus.WAITING:
        raise StaleError
    _move(comment, CommentStatus.WAITING, seen_version, None)
    record(
        Verb.WITHHOLDING_PROPOSED,
        f"comment:{comment.id}",
        actor_id=officer_id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        reason=reason,
    )


def many(
    verb: Verb,
    seen: Mapping[int, int],
    reasons: Mapping[int, str],
    officer_id: int,
    now: datetime,
) -> list[int]:
    """As `publish`, `withhold` and `hold` do, on many waiting comments in two statements.

    `seen` has the version of each, `reasons` those that the verb carries. Returns the numbers of
    those that were still as seen; the others are left alone. Loaded comments are stale afterwards.
    """
    status = DECIDED[verb]
    moved = db.session.execute(
        update(Comment)
        .where(
            # the first so that either database goes by the key, the second for the truth
            Comment.id.in_(list(seen)),
            tuple_(Comment.id, Comment.row_version).in_(list(seen.items())),
            Comment.status == CommentStatus.WAITING.value,
        )
        .values(
            status=status.value,
            decided_at=None if status is CommentStatus.WAITING else now,
            row_version=Comment.row_version + 1,
        )
        .returning(Comment.id, Comment.consultation_id, Comment.article_lineage_id)
        .execution_options(synchronize_session=False)
    ).all()
    entries = []
    for row in sorted(moved):
        facts: dict[str, Any] = {"comment_id": row.id}
        if verb is not Verb.WITHHOLDING_PROPOSED:
            facts["lineage_id"] = row.article_lineage_id
        if row.id in reasons:
            facts["reason"] = reasons[row.id]
        who = {"actor_id": officer_id, "consultation_id": row.consultation_id, "at": now}
        entries.append(entry(verb, f"comment:{row.id}", **who, **facts))
    if entries:
        db.session.execute(insert(Entry), entries)
    return [row.id for row in sorted(moved)]


def give_back(comment: Comment, seen_version: int, officer_id: int, now: datetime) -> None:
    """The decided comment waits again, nothing of it masked; raises StaleError."""
    if comment.status not in (CommentStatus.PUBLISHED, CommentStatus.WITHHELD):
        raise StaleError
    before = _move(comment, CommentStatus.WAITING, seen_version, None)
    cover(comment, None, None, None)
    _tell(Verb.COMMENT_RETURNED, comment, officer_id, now, from_status=before.value)


def reinstate(comment: Comment, seen_version: int, officer_id: int | None, now: datetime) -> None:
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
