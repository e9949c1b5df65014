"""Deciding on a comment: publish it, or withhold it with a reason and a sentence."""

from __future__ import annotations

from datetime import datetime

from app.accounts.models import Officer
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.moderation.models import Decision
from app.moderation.reasons import Reason


def _note(
    comment: Comment, officer: Officer, outcome: CommentStatus, now: datetime, **words: str
) -> None:
    db.session.add(
        Decision(
            comment_id=comment.id, officer_id=officer.id, outcome=outcome.value, at=now, **words
        )
    )


def publish(comment: Comment, seen_version: int, officer: Officer, now: datetime) -> None:
    """The comment is public and the decision noted; raises StaleError when somebody was faster."""
    outcomes.publish(comment, seen_version, officer.id, now)
    _note(comment, officer, CommentStatus.PUBLISHED, now)


def withhold(
    comment: Comment,
    seen_version: int,
    reason: Reason,
    sentence: str,
    officer: Officer,
    now: datetime,
) -> None:
    """The comment is withheld, its author can read why; raises StaleError."""
    outcomes.withhold(comment, seen_version, reason.value, officer.id, now)
    _note(comment, officer, CommentStatus.WITHHELD, now, reason=reason.value, sentence=sentence)
