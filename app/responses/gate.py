"""No dossier passes on while a public comment has no published answer (Law 64/2025 art. 6.4).

Nor while the words that an answer says will change have not.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, exists, func, select

from app.comments.clerk import criticisms
from app.comments.models import Comment, CommentStatus
from app.consultations.gates import Obstacle
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.responses import changes
from app.responses.models import Answer, AnswerComment


def unanswered(consultation_id: int) -> Select[Any]:
    """The public comments of a comment period that no published answer speaks to."""
    answered = exists().where(
        AnswerComment.comment_id == Comment.id,
        Answer.id == AnswerComment.answer_id,
        Answer.published_at.is_not(None),
    )
    return select(Comment.id).where(
        Comment.consultation_id == consultation_id,
        Comment.status == CommentStatus.PUBLISHED.value,
        ~answered,
    )


def gate(dossier: Dossier) -> list[Obstacle]:
    """One obstacle for each comment period not wholly answered, and one for changes not made."""
    found = []
    rounds = select(Consultation.id, Consultation.round).where(
        Consultation.dossier_id == dossier.id
    )
    for consultation_id, number in db.session.execute(rounds.order_by(Consultation.round)).all():
        # the rows themselves and not the tally: it follows a moment later
        open_ones = unanswered(consultation_id).subquery()
        many = db.session.scalar(select(func.count()).select_from(open_ones)) or 0
        where = {"slug": dossier.slug, "round": number}
        if many:
            words = ngettext(
                "%(num)d public comment has no published answer yet.",
                "%(num)d public comments have no published answer yet.",
                many,
            )
            found.append(Obstacle(words, "responses.consultation", where))
        owed = {row.id for row in criticisms(consultation_id)}
        if many and db.session.scalar(unanswered(consultation_id).where(Comment.id.in_(owed))):
            words = _("A social criticism by the Fatherland Front has no published answer yet.")
            found.append(Obstacle(words, "responses.consultation", where))
    broken = changes.unkept(dossier)
    if broken:
        words = ngettext(
            "%(num)d published answer names a provision whose words have not changed yet.",
            "%(num)d published answers name provisions whose words have not changed yet.",
            len(broken),
        )
        where = {"slug": dossier.slug, "show": "published"}
        found.append(Obstacle(words, "responses.consultation", where))
    return found
