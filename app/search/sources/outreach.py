"""Corrections of what is said of a draft, and suggestions for other laws, as documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import DraftVersion
from app.extensions import db
from app.outreach.models import Correction, ReformSuggestion
from app.search.document import Kind, SearchDocument
from app.search.sources.drafts import drafts, joined, stored


def corrections(ids: Collection[int]) -> Iterator[SearchDocument]:
    """Those of the corrections that are published and were not taken back."""
    rows = db.session.execute(
        select(
            Correction.id,
            Correction.dossier_id,
            Correction.claim,
            Correction.official,
            Correction.anchor,
            Correction.published_at,
            DraftVersion.number,
        )
        .join(DraftVersion, DraftVersion.id == Correction.version_id)
        .where(
            Correction.id.in_(ids),
            Correction.published_at.is_not(None),
            Correction.withdrawn_at.is_(None),
        )
        .order_by(Correction.id)
    ).all()
    known = drafts({row.dossier_id for row in rows})
    for row in rows:
        draft, name = known[row.dossier_id], citation(row.anchor)
        yield SearchDocument(
            key=f"correction:{row.id}",
            kind=Kind.CORRECTION,
            title=row.claim,
            body=row.official,
            context=joined(draft.title, name),
            stored=stored(draft, row.anchor, name, number=row.id, version=row.number),
            dossier_id=draft.id,
            at=row.published_at,
        )


def suggestions(ids: Collection[int]) -> Iterator[SearchDocument]:
    """Those of the suggestions whose comment can be read."""
    rows = db.session.execute(
        select(
            ReformSuggestion.id,
            ReformSuggestion.document,
            ReformSuggestion.addressee,
            ReformSuggestion.summary,
            ReformSuggestion.outcome,
            ReformSuggestion.outcome_text,
            ReformSuggestion.registered_at,
            Comment.anchor,
            Comment.place,
            Comment.id.label("comment_id"),
            Consultation.dossier_id,
            Consultation.round,
        )
        .join(Comment, Comment.id == ReformSuggestion.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            ReformSuggestion.id.in_(ids),
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(ReformSuggestion.id)
    ).all()
    known = drafts({row.dossier_id for row in rows})
    for row in rows:
        draft = known[row.dossier_id]
        yield SearchDocument(
            key=f"suggestion:{row.id}",
            kind=Kind.SUGGESTION,
            title=row.document,
            body=joined(row.summary, row.addressee, row.outcome_text),
            context=draft.title,
            stored=stored(
                draft,
                row.anchor,
                row.place,
                row.round,
                number=row.id,
                comment=row.comment_id,
                outcome=row.outcome,
            ),
            dossier_id=draft.id,
            at=row.registered_at,
        )


def asked_by(comment_ids: Collection[int]) -> set[int]:
    """The suggestions that those comments made."""
    query = select(ReformSuggestion.id).where(ReformSuggestion.comment_id.in_(comment_ids))
    return set(db.session.scalars(query))
