"""All that belongs to a dossier, for when the whole of it is hidden or shown again (S08)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select

from app.comments.models import Attachment, Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import ComparisonRow, Dossier, DossierFile, DraftVersion, Provision
from app.extensions import db
from app.outreach.models import Correction, ReformSuggestion
from app.responses.models import Answer
from app.search.document import SearchDocument

PUBLISHED = CommentStatus.PUBLISHED.value


def whole(dossiers: Collection[int]) -> dict[str, set[int]]:
    """The numbers of everything that the index may have of those dossiers, by sort of source."""
    periods = select(Consultation.id).where(Consultation.dossier_id.in_(dossiers))
    said = select(Comment.id).where(
        Comment.consultation_id.in_(periods), Comment.status == PUBLISHED
    )
    asked: dict[str, Select[Any]] = {
        "version": select(DraftVersion.id).where(DraftVersion.dossier_id.in_(dossiers)),
        "file": select(DossierFile.id).where(DossierFile.dossier_id.in_(dossiers)),
        "comment": said,
        "attachment": select(Attachment.id).where(Attachment.comment_id.in_(said)),
        "answer": select(Answer.id).where(Answer.consultation_id.in_(periods)),
        "correction": select(Correction.id).where(Correction.dossier_id.in_(dossiers)),
        "suggestion": select(ReformSuggestion.id).where(ReformSuggestion.comment_id.in_(said)),
    }
    if not dossiers:
        return {}
    found = {kind: set(db.session.scalars(query)) for kind, query in asked.items()}
    return {"dossier": set(dossiers), **found}


def bases(dossiers: Collection[int]) -> set[str]:
    """The keys of all that, parts of long texts by the whole."""
    numbers = whole(dossiers)
    versions = numbers.get("version", set())
    within = {
        "period": select(Consultation.id).where(Consultation.dossier_id.in_(dossiers)),
        "provision": select(Provision.id).where(Provision.version_id.in_(versions)),
        "comparison": select(ComparisonRow.id).where(ComparisonRow.version_id.in_(versions)),
    }
    for kind, query in within.items():
        numbers[kind] = set(db.session.scalars(query))
    return {f"{kind}:{number}" for kind, ids in numbers.items() for number in ids}


def unsealed(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """The documents but those of dossiers that were taken from the public's eyes."""
    sealed = set(db.session.scalars(select(Dossier.id).where(Dossier.sealed)))
    return (document for document in documents if document.dossier_id not in sealed)
