"""What of where a commenter lives may be public: a country, where enough others share it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy import text as sql

from app.comments.models import Comment, CommentStatus
from app.extensions import db

FEWEST = 5  # public comments of one kind and country in a comment period, or nobody is told apart
SAID = sql("comment.country <> ''")  # as the partial index says it

Shared = frozenset[tuple[str, str]]


def shared(consultation_id: int) -> Shared:
    """(kind, country) of those who are at least FEWEST among the public comments of that period."""
    found = db.session.execute(
        select(Comment.commenter_kind, Comment.country)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            SAID,
        )
        .group_by(Comment.commenter_kind, Comment.country)
        .having(func.count() >= FEWEST)
    )
    return frozenset((kind, country) for kind, country in found)
