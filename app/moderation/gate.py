"""No dossier passes on while a comment waits for review, or an appeal for its answer."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import func, select

from app.comments.models import Comment, CommentStatus
from app.consultations.gates import Obstacle
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.moderation.models import Appeal


def gate(dossier: Dossier) -> list[Obstacle]:
    """An obstacle for the comments that wait, and one for the appeals that are not decided."""
    mine = select(Consultation.id).where(Consultation.dossier_id == dossier.id)
    waiting = db.session.scalar(
        select(func.count()).where(
            Comment.consultation_id.in_(mine), Comment.status == CommentStatus.WAITING.value
        )
    )
    appeals = db.session.scalar(
        select(func.count())
        .select_from(Appeal)
        .join(Comment, Comment.id == Appeal.comment_id)
        .where(Comment.consultation_id.in_(mine), Appeal.decided_at.is_(None))
    )
    found = []
    if waiting:
        words = ngettext(
            "%(num)d comment still waits for review.",
            "%(num)d comments still wait for review.",
            waiting,
        )
        found.append(Obstacle(words, "moderation.queue"))
    if appeals:
        words = ngettext(
            "%(num)d appeal against a withholding is not decided.",
            "%(num)d appeals against withholdings are not decided.",
            appeals,
        )
        found.append(Obstacle(words, "moderation.appeals"))
    return found
