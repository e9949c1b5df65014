"""Deciding on a comment: publish it, cover passages, or withhold it with a reason and a sentence.

Every decision needs the lease of the comment and its row version, and gives the lease back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Officer
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.kit import codes
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.moderation import lease, pending
from app.moderation.masks import Asked, Field, Laid, covered, lay, words
from app.moderation.models import Appeal, Decision, Mask, Outcome
from app.moderation.reasons import TWO_PERSONS, Reason

UNDO = timedelta(minutes=10)
UNDONE = (Outcome.PUBLISHED, Outcome.WITHHELD)


class SamePersonError(Exception):
    """Raised when whoever proposed to withhold a comment would confirm it too."""


class NothingProposedError(Exception):
    """Raised when nobody proposed to withhold the comment."""


class Over(StrEnum):
    """Why a decision can no longer be undone."""

    TOO_LATE = "too_late"
    ANSWERED = "answered"
    APPEALED = "appealed"


class UndoOverError(Exception):
    """Raised when a decision stands; `why` says for what reason."""

    def __init__(self, why: Over) -> None:
        super().__init__(why.value)
        self.why = why


def publish(
    comment: Comment,
    seen_version: int,
    officer: Officer,
    now: datetime,
    masks: Sequence[Asked] = (),
) -> None:
    """The comment is public, the passages asked for covered, and the decision noted.

    Raises StaleError when somebody was faster, NotLeasedError, MaskError.
    """
    texts = words(comment)
    laid = lay(texts, masks)
    _spend(comment, seen_version, officer, now)
    outcomes.publish(comment, seen_version, officer.id, now)
    decision = _note(comment, officer, Outcome.PUBLISHED, now)
    if laid:
        cover(comment, decision, texts, laid)
    pending.close_flags([comment.id])


def withhold(
    comment: Comment,
    seen_version: int,
    reason: Reason,
    sentence: str,
    officer: Officer,
    now: datetime,
    *,
    borderline: bool = False,
) -> Outcome:
    """The comment is withheld and its author can read why, or a second person is asked for.

    PROPOSED for a reason in TWO_PERSONS and where the officer calls it `borderline`; the comment
    then waits on. Raises StaleError, NotLeasedError.
    """
    _spend(comment, seen_version, officer, now)
    if borderline or reason in TWO_PERSONS:
        outcomes.hold(comment, seen_version, reason.value, officer.id, now)
        _note(comment, officer, Outcome.PROPOSED, now, reason.value, sentence)
        pending.ask_second([comment.id])
        return Outcome.PROPOSED
    outcomes.withhold(comment, seen_version, reason.value, officer.id, now)
    _note(comment, officer, Outcome.WITHHELD, now, reason.value, sentence)
    pending.close_flags([comment.id])
    return Outcome.WITHHELD


def confirm(comment: Comment, seen_version: int, officer: Officer, now: datetime) -> None:
    """The comment is withheld as another officer proposed.

    Raises StaleError, NothingProposedError, SamePersonError, NotLeasedError.
    """
    _still(comment, seen_version)
    proposal = proposed(comment.id)
    if proposal is None:
        raise NothingProposedError
    if proposal.officer_id == officer.id:
        raise SamePersonError
    _spend(comment, seen_version, officer, now)
    outcomes.withhold(comment, seen_version, proposal.reason, officer.id, now)
    _note(comment, officer, Outcome.WITHHELD, now, proposal.reason, proposal.sentence)
    pending.close_flags([comment.id])


def undo(comment: Comment, seen_version: int, officer: Officer, now: datetime) -> None:
    """The comment waits again as before its last decision, nothing of it covered.

    Within UNDO of the decision, by any officer who may decide. Raises StaleError, UndoOverError.
    """
    if comment.row_version != seen_version:
        raise outcomes.StaleError
    decision = last(comment.id)
    if decision is None or decision.outcome not in UNDONE:
        raise outcomes.StaleError
    if now - decision.at > UNDO:
        raise UndoOverError(Over.TOO_LATE)
    if db.session.scalar(select(Appeal.id).where(Appeal.decision_id == decision.id)):
        raise UndoOverError(Over.APPEALED)
    try:
        with db.session.begin_nested():
            outcomes.give_back(comment, seen_version, officer.id, now)
    except IntegrityError as refusal:
        # the database keeps what an answer that is public speaks to; this floor sees no answers
        db.session.expire(comment)
        raise UndoOverError(Over.ANSWERED) from refusal
    _note(comment, officer, Outcome.RETURNED, now)
    pending.reopen_flags(comment.id)


def proposed(comment_id: int) -> Decision | None:
    """The proposal to withhold the comment that waits for a second person."""
    return pending.proposals([comment_id]).get(comment_id)


def last(comment_id: int) -> Decision | None:
    """The newest decision on the comment."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.comment_id == comment_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _still(comment: Comment, seen_version: int) -> None:
    if comment.status != CommentStatus.WAITING or comment.row_version != seen_version:
        raise outcomes.StaleError


def _spend(comment: Comment, seen_version: int, officer: Officer, now: datetime) -> None:
    """Whoever comes too late is told so before being told that the lease is over."""
    _still(comment, seen_version)
    lease.spend(comment.id, officer, now)


def _note(
    comment: Comment,
    officer: Officer,
    outcome: Outcome,
    now: datetime,
    reason: str = "",
    sentence: str = "",
) -> Decision:
    decision = Decision(
        comment_id=comment.id,
        officer_id=officer.id,
        outcome=outcome.value,
        reason=reason,
        sentence=sentence,
        at=now,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def cover(
    comment: Comment, decision: Decision, texts: dict[Field, str], laid: Sequence[Laid]
) -> None:
    """The passages are covered wherever the comment is shown, each with its reason on record."""
    instead: dict[Field, str] = {}
    for field, text in texts.items():
        spans = [(mask.start, mask.end) for mask in laid if mask.field == field]
        if spans:
            instead[field] = covered(text, spans)
    outcomes.cover(comment, *(instead.get(field) for field in Field))
    db.session.add_all(
        Mask(
            decision_id=decision.id,
            comment_id=comment.id,
            field=mask.field,
            start=mask.start,
            end=mask.end,
            shown_start=mask.shown_start,
            reason=mask.reason,
        )
        for mask in laid
    )
    shown = (comment.shown_body, comment.shown_wording, comment.shown_name)
    record(
        Verb.COMMENT_MASKED,
        f"comment:{comment.id}",
        actor_id=decision.officer_id,
        consultation_id=comment.consultation_id,
        at=decision.at,
        comment_id=comment.id,
        reasons=dict(sorted(Counter(mask.reason for mask in laid).items())),
        digest=codes.salted_digest("\n".join(shown), comment.salt),
    )
