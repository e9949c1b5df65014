"""What can be typed in, and what was: drafts, slips, the table of articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from app.comments.clerk import TAKING
from app.comments.models import Comment, CommentSource
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Dossier, Provision
from app.documents.nodes import Kind
from app.extensions import db

LISTED = 100
SLIPS = 500
AnyRow = Row[*tuple[Any, ...]]
Rows = Sequence[AnyRow]
_rounds = aliased(Consultation)
_last = select(func.max(_rounds.round)).where(_rounds.dossier_id == Dossier.id).scalar_subquery()
CHOSEN = (Kind.ARTICLE.value, Kind.ANNEX.value)


def drafts(agencies: Collection[int]) -> Rows:
    """Drafts of these agencies for which comments can be typed in, the soonest to close first."""
    query = (
        select(Dossier.id, Dossier.title, Consultation.last_day, Consultation.closes_at)
        .join(Consultation, Consultation.dossier_id == Dossier.id)
        .where(
            Dossier.agency_id.in_(agencies),
            Dossier.sealed.is_(False),
            Dossier.stage.in_([stage.value for stage in TAKING]),
            Consultation.round == _last,
        )
    )
    return db.session.execute(query.order_by(Consultation.closes_at.desc()).limit(LISTED)).all()


def articles(version_id: int | None) -> list[tuple[str, str]]:
    """Anchor and title of each article and annex of the version, in its order."""
    if version_id is None:
        return []
    rows = db.session.execute(
        select(Provision.anchor, Provision.kind, Provision.heading)
        .where(Provision.version_id == version_id, Provision.kind.in_(CHOSEN))
        .order_by(Provision.position)
    )
    return [(row.anchor, f"{citation(row.anchor)}. {row.heading}".strip()) for row in rows]


def slips(consultation_id: int, first: int, last: int, officer_id: int | None = None) -> Rows:
    """What was typed in, both ends included; only what the officer typed, if one is given."""
    query = (
        select(
            Comment.id,
            Comment.receipt,
            Comment.shown_body.label("body"),
            Comment.place,
            Comment.status,
            Comment.channel,
            Comment.criticism,
            Comment.shown_name.label("name"),
            Comment.language,
            Comment.submitted_at,
            CommentSource.received_on,
            CommentSource.event,
            CommentSource.occasion,
            CommentSource.reference,
        )
        .join(CommentSource, CommentSource.comment_id == Comment.id)
        .where(
            CommentSource.comment_id.between(first, last),
            Comment.consultation_id == consultation_id,
        )
    )
    if officer_id is not None:
        query = query.where(CommentSource.officer_id == officer_id)
    return db.session.execute(query.order_by(CommentSource.comment_id).limit(SLIPS)).all()
