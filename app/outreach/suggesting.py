"""The register of what comments ask of other laws, and of what came of it (S72)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.outreach.models import ReformSuggestion


class Settlement(StrEnum):
    TAKEN_UP = "taken_up"
    PASSED_ON = "passed_on"
    DECLINED = "declined"


class NotPublicError(Exception):
    """Raised when the comment is not public: the register shows where each suggestion came from."""


class SettledError(Exception):
    """Raised when the suggestion has its outcome already."""


def register(
    comment: Comment,
    document: str,
    addressee: str,
    summary: str,
    officer: Officer,
    now: datetime,
) -> ReformSuggestion:
    """The register has what the comment asks of another law; raises NotPublicError."""
    if comment.status != CommentStatus.PUBLISHED:
        raise NotPublicError
    suggestion = ReformSuggestion(
        comment_id=comment.id,
        document=document,
        addressee=addressee,
        summary=summary,
        registered_by=officer.id,
        registered_at=now,
    )
    db.session.add(suggestion)
    db.session.flush()
    _note(
        Verb.SUGGESTION_REGISTERED,
        suggestion,
        comment,
        officer,
        now,
        comment_id=comment.id,
        digest=_digest(document, addressee, summary),
    )
    return suggestion


def settle(
    suggestion: ReformSuggestion,
    comment: Comment,
    outcome: Settlement,
    words: str,
    officer: Officer,
    now: datetime,
) -> None:
    """The register says what came of the suggestion, for good; raises SettledError."""
    db.session.refresh(suggestion, with_for_update=True)
    if suggestion.outcome_at is not None:
        raise SettledError
    suggestion.outcome, suggestion.outcome_text = outcome.value, words
    suggestion.outcome_by, suggestion.outcome_at = officer.id, now
    db.session.flush()
    _note(
        Verb.SUGGESTION_SETTLED,
        suggestion,
        comment,
        officer,
        now,
        outcome=outcome.value,
        digest=_digest(words),
    )


def _digest(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _note(
    verb: Verb,
    suggestion: ReformSuggestion,
    comment: Comment,
    officer: Officer,
    now: datetime,
    **facts: object,
) -> None:
    record(
        verb,
        f"suggestion:{suggestion.id}",
        actor_id=officer.id,
        consultation_id=comment.consultation_id,
        at=now,
        suggestion_id=suggestion.id,
        **facts,
    )
