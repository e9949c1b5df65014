"""What translators look for: public comments in other languages that nobody put in Vietnamese."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import aliased

from app.comments.models import Comment, CommentStatus, CommentTranslation
from app.comments.translated import AnyRow, translations
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.web.locale import DEFAULT

PAGE = 25
FOREIGN = sql("comment.language <> 'vi'")  # as the partial index says it
_rows = aliased(CommentTranslation)
NEWEST = (
    select(func.max(_rows.id))
    .where(_rows.comment_id == Comment.id, _rows.language == DEFAULT.code)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Listed:
    """Comments without a Vietnamese translation, and the number before which there may be more."""

    rows: Sequence[AnyRow]
    onward: int | None


def listed(agencies: Collection[int], before: int = 0) -> Listed:
    """Up to PAGE public comments on drafts of those agencies, the newest first.

    What was translated before a passage was covered has no translation any more.
    """
    query = _candidates(agencies)
    found: list[AnyRow] = []
    while True:
        rows = db.session.execute(
            (query.where(Comment.id < before) if before else query).limit(PAGE + 1)
        ).all()
        known = translations({row.id: row.body for row in rows}, [DEFAULT.code])
        found += [row for row in rows if row.id not in known]
        if len(found) > PAGE:
            return Listed(found[:PAGE], found[PAGE - 1].id)
        if len(rows) <= PAGE:
            return Listed(found, None)
        before = rows[-1].id


def _candidates(agencies: Collection[int]) -> Select[*tuple[Any, ...]]:
    told = CommentTranslation
    return (
        select(
            Comment.id,
            Comment.shown_body.label("body"),
            Comment.language,
            Comment.place,
            Comment.submitted_at,
            Dossier.title,
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .outerjoin(told, told.id == NEWEST)
        .where(
            FOREIGN,
            Comment.status == CommentStatus.PUBLISHED.value,
            Dossier.agency_id.in_(agencies),
            Dossier.sealed.is_(False),
            # one made since the last decision is of the words as they are shown
            or_(told.id.is_(None), told.text == "", told.translated_at < Comment.decided_at),
        )
        .order_by(Comment.id.desc())
    )
