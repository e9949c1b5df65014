"""What keeps something from the public's eyes, asked by address or by a person's own receipt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.approvals.models import Category, Outcome, Takedown
from app.comments.models import Attachment, Comment
from app.consultations.models import Consultation
from app.documents import takedown as orders
from app.documents.models import Dossier, DossierFile, DraftVersion
from app.extensions import db
from app.kit.codes import parse_receipt


def words() -> dict[str, Any]:
    """What pages about a takedown name things by."""
    return {
        "categories": orders.CATEGORIES,
        "what": orders.subject_in_words,
        "secret": Category.STATE_SECRET,
        "agreed": Outcome.AGREED,
    }


def over(consultation_id: int) -> Takedown | None:
    """What keeps the draft of that consultation from the public; None where nothing does."""
    of = select(Dossier.id).join(Consultation, Consultation.dossier_id == Dossier.id)
    dossier_id = db.session.scalar(
        of.where(Consultation.id == consultation_id, Dossier.sealed.is_(True))
    )
    return orders.standing(f"{orders.DOSSIER}:{dossier_id}") if dossier_id is not None else None


def standing(named: dict[str, Any]) -> Takedown | None:
    """What keeps the page of that address from the public; None where nothing does."""
    dossier = _dossier(named)
    if dossier is None:
        return None
    if dossier.sealed:
        return orders.standing(f"{orders.DOSSIER}:{dossier.id}")
    if "attachment_id" in named:
        return _of_attachment(named["attachment_id"])
    if "name" not in named or "slug" not in named:
        return None
    beside = select(DossierFile.id).where(
        DossierFile.dossier_id == dossier.id, DossierFile.name == named["name"]
    )
    drafts = select(DraftVersion.id).where(
        DraftVersion.dossier_id == dossier.id, DraftVersion.file_name == named["name"]
    )
    for sort, query in ((orders.FILE, beside), (orders.ORIGINAL, drafts)):
        for number in db.session.scalars(query):
            if (found := orders.standing(f"{sort}:{number}")) is not None:
                return found
    return None


def _of_attachment(attachment_id: int) -> Takedown | None:
    """What hides that file, or the comment that it was sent with."""
    file = db.session.get_one(Attachment, attachment_id)
    own = orders.standing(f"{orders.ATTACHMENT}:{file.id}")
    return own or orders.standing(f"{orders.COMMENT}:{file.comment_id}")


def _dossier(named: dict[str, Any]) -> Dossier | None:
    """The dossier that an address of a public page is about."""
    if "slug" in named:
        return db.session.scalar(select(Dossier).where(Dossier.slug == named["slug"]))
    of_comment = (
        select(Dossier)
        .join(Consultation, Consultation.dossier_id == Dossier.id)
        .join(Comment, Comment.consultation_id == Consultation.id)
    )
    if "receipt" in named:
        code = parse_receipt(named["receipt"])
        return db.session.scalar(of_comment.where(Comment.receipt == code)) if code else None
    if "attachment_id" in named:
        with_file = of_comment.join(Attachment, Attachment.comment_id == Comment.id)
        return db.session.scalar(with_file.where(Attachment.id == named["attachment_id"]))
    return None
