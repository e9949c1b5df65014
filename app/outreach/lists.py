"""Corrections and suggestions as desks and public pages list them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from app.accounts.models import Officer
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.documents.models import Dossier, Provision
from app.extensions import db
from app.outreach.models import Correction, ReformSuggestion

PAGE = 25
AnyRow = Row[*tuple[Any, ...]]


def corrections(dossier_id: int, *, public: bool) -> Sequence[Correction]:
    """The corrections of a draft, newest first; `public` leaves out what was not published."""
    query = select(Correction).where(Correction.dossier_id == dossier_id)
    if public:
        query = query.where(Correction.published_at.is_not(None))
    return db.session.scalars(query.order_by(Correction.id.desc())).all()


def places(version_id: int) -> list[AnyRow]:
    """The provisions of a text that a correction may cite, in order: articles, clauses, points."""
    return list(
        db.session.execute(
            select(Provision.anchor, Provision.kind, Provision.heading, Provision.text)
            .where(
                Provision.version_id == version_id,
                Provision.kind.in_(("article", "clause", "point", "annex")),
            )
            .order_by(Provision.position)
        )
    )


def _suggestions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReformSuggestion,
            Comment.status,
            Comment.place,
            Comment.consultation_id,
            Consultation.round,
            Dossier.slug,
            Dossier.id.label("dossier_id"),
            Dossier.title,
            Dossier.title_en,
            Dossier.agency_id,
            Officer.name.label("by"),
        )
        .join(Comment, Comment.id == ReformSuggestion.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Officer, Officer.id == ReformSuggestion.registered_by)
    )


def suggestions(
    before: int | None, agencies: Collection[int] | None = None, *, open_only: bool = False
) -> tuple[list[AnyRow], int | None]:
    """A page of the register, newest first, and the number to go on from.

    `agencies` narrows to those whose drafts were commented on.
    """
    query = _suggestions()
    query = query.where(Dossier.sealed.is_(False))
    if agencies is not None:
        query = query.where(Dossier.agency_id.in_(agencies))
    if open_only:
        query = query.where(ReformSuggestion.outcome_at.is_(None))
    if before is not None:
        query = query.where(ReformSuggestion.id < before)
    rows = list(db.session.execute(query.order_by(ReformSuggestion.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].ReformSuggestion.id if len(rows) > PAGE else None
