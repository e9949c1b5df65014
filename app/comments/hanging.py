"""How many public comments hang on each provision of a dossier."""

from __future__ import annotations

from sqlalchemy import func, select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.extensions import db


def hanging(dossier_id: int) -> dict[int, int]:
    """The number of published comments on each provision itself, by its lineage."""
    rows = db.session.execute(
        select(Comment.lineage_id, func.count())
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            Consultation.dossier_id == dossier_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            Comment.lineage_id.is_not(None),
        )
        .group_by(Comment.lineage_id)
    )
    return {lineage_id or 0: count for lineage_id, count in rows}
