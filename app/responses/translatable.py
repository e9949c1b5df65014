"""What of the answers can be translated: the explanations that are public."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from app.consultations.models import Consultation
from app.extensions import db
from app.responses.models import Answer
from app.responses.takedown import is_public
from app.translations.pieces import Piece, of_answer


def explanations(dossier_ids: Sequence[int]) -> dict[int, list[Piece]]:
    """Dossier id → the explanation of each published answer, in the order of their publication."""
    query = (
        select(Consultation.dossier_id, Answer.id, Answer.explanation)
        .join(Consultation, Answer.consultation_id == Consultation.id)
        .where(Consultation.dossier_id.in_(dossier_ids), is_public())
        .order_by(Answer.published_at, Answer.id)
    )
    found: dict[int, list[Piece]] = {}
    for dossier_id, answer_id, words in db.session.execute(query):
        label = _("Answer %(number)d", number=answer_id)
        found.setdefault(dossier_id, []).append(
            Piece(of_answer(answer_id), label, words, "answers")
        )
    return found
