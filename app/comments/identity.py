"""How the author of a comment showed who they are: shown beside it, and never a gate."""

from __future__ import annotations

from datetime import datetime

from app.citizens.models import Level
from app.comments.models import Comment
from app.ledger.record import record
from app.ledger.verbs import Verb

RANK = {level: rank for rank, level in enumerate(Level)}


def rise(comment: Comment, level: Level, now: datetime) -> None:
    """The comment says at least that of its author; what it says already never sinks."""
    if RANK[level] > RANK[Level(comment.identity)]:
        comment.identity = level.value
        tell(comment.id, comment.consultation_id, level, now)


def tell(comment_id: int, consultation_id: int, level: Level, now: datetime) -> None:
    """The record has it that the comment says that of its author."""
    record(
        Verb.COMMENT_IDENTIFIED,
        f"comment:{comment_id}",
        consultation_id=consultation_id,
        at=now,
        comment_id=comment_id,
        identity=level.value,
    )
