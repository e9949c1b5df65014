"""What moderators wrote about a comment, and its author against them, goes with its words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from app.comments.models import Comment
from app.extensions import db
from app.ledger import summing
from app.moderation.models import Appeal, Decision, Flag, Lease


def erase(comment: Comment) -> None:
    """No sentence, appeal or reply about the comment can be read; that there were any stays."""
    _empty("decision", Decision, comment, {"sentence": ""})
    _empty("appeal", Appeal, comment, {"words": "", "reply": ""})
    for table in (Flag, Lease):
        db.session.execute(delete(table).where(table.comment_id == comment.id))


def _empty(table: str, model: Any, comment: Comment, columns: dict[str, str]) -> None:
    ids = list(db.session.scalars(select(model.id).where(model.comment_id == comment.id)))
    if not ids:
        return
    db.session.execute(
        update(model)
        .where(model.id.in_(ids))
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    summing.forget(table, ids, f"comment:{comment.id}", consultation_id=comment.consultation_id)
