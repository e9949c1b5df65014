"""Which answers a new version concerns: those that named a provision whose words it changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.consultations.models import Consultation
from app.documents.models import DraftVersion
from app.documents.versions import before
from app.extensions import db
from app.responses.changes import Kept, texts
from app.responses.models import Answer, AnswerChange


def answers_to_tell(dossier_id: int, version_id: int, posted_at: datetime) -> set[int]:
    """The answers, public before, whose provisions read otherwise than in the version before."""
    earlier = before(db.session.get_one(DraftVersion, version_id))
    named = db.session.execute(
        select(AnswerChange.answer_id, AnswerChange.lineage_id, AnswerChange.anchor)
        .join(Answer, Answer.id == AnswerChange.answer_id)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(Consultation.dossier_id == dossier_id, Answer.published_at <= posted_at)
    ).all()
    if earlier is None or not named:
        return set()
    kept = Kept(texts(earlier.id), texts(version_id))
    return {row.answer_id for row in named if kept.of(row.lineage_id, row.anchor)}
