"""Where the review desk is, and the comment that an address means."""

from __future__ import annotations

from flask import abort

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.comments.models import Comment
from app.documents.access import allowed
from app.extensions import db

DESK = "/desk/moderation"
ITEM = f"{DESK}/<int(max=9223372036854775807):comment_id>"


def found(comment_id: int, act: Act) -> tuple[Comment, Officer]:
    """The comment, and the officer who may do that to it; otherwise there is no such comment."""
    comment = db.session.get(Comment, comment_id) or abort(404)
    return comment, allowed(act, comment.consultation.dossier)
