"""The flag of a comment whose form came back as programs send it; a person judges the words."""

from __future__ import annotations

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.moderation.models import Flag, FlagKind


def flag(comment: Comment) -> None:
    """The comment is flagged, once."""
    if db.session.get(Flag, (comment.id, FlagKind.UNUSUAL.value)) is not None:
        return
    db.session.add(
        Flag(
            comment_id=comment.id,
            kind=FlagKind.UNUSUAL.value,
            open=comment.status == CommentStatus.WAITING,
            spans=[],
            consultation_id=comment.consultation_id,
            article_lineage_id=comment.article_lineage_id,
            submitted_at=comment.submitted_at,
        )
    )
    db.session.flush()
