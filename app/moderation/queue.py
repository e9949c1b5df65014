"""What moderators see: lists of comments across the agencies they reach, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus, Tally
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.kit.text import shorten
from app.moderation.models import Decision

PAGE = 25
SHOWN = 240  # characters of a comment in a list
LISTED = (
    CommentStatus.WAITING,
    CommentStatus.LATE,
    CommentStatus.PUBLISHED,
    CommentStatus.WITHHELD,
)
# work is done from the oldest on; of what is done the newest is looked for
OLDEST_FIRST = (CommentStatus.WAITING, CommentStatus.LATE)


@dataclass(frozen=True)
class Row:
    """One comment in a list; `text` and `wording` are shortened, `name` empty when anonymous."""

    id: int
    reference: str
    text: str
    wording: str
    language: str
    place: str
    kind: str
    name: str
    submitted_at: datetime
    decided_at: datetime | None
    version: int
    agency_id: int
    title: str


def page(
    status: CommentStatus, agencies: Sequence[int], after: int = 0
) -> tuple[list[Row], int | None]:
    """Up to PAGE comments in that state beyond the one numbered `after`, and where to go on."""
    query = (
        select(
            Comment.id,
            func.substr(Comment.body, 1, 2 * SHOWN).label("start"),
            func.substr(Comment.proposed_wording, 1, 2 * SHOWN).label("wording"),
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            Comment.display_name,
            Comment.submitted_at,
            Comment.decided_at,
            Comment.row_version,
            Dossier.agency_id,
            Dossier.title,
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(Comment.status == status.value, Dossier.agency_id.in_(agencies))
    )
    if status in OLDEST_FIRST:
        query = query.where(Comment.id > after).order_by(Comment.id)
    else:
        query = query.where(Comment.id < after) if after else query
        query = query.order_by(Comment.id.desc())
    found = db.session.execute(query.limit(PAGE + 1)).all()
    rows = [
        Row(
            id=row.id,
            reference=f"GY-{row.id}",
            text=shorten(row.start, SHOWN),
            wording=shorten(row.wording, SHOWN),
            language=row.language,
            place=row.place,
            kind=row.commenter_kind,
            name=row.display_name,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
            version=row.row_version,
            agency_id=row.agency_id,
            title=row.title,
        )
        for row in found[:PAGE]
    ]
    return rows, rows[-1].id if len(found) > PAGE else None


def counts(agencies: Sequence[int]) -> dict[CommentStatus, int]:
    """How many comments are in each listed state, as the tallies have it."""
    sums = [func.coalesce(func.sum(getattr(Tally, status.value)), 0) for status in LISTED]
    row = db.session.execute(
        select(*sums)
        .join(Consultation, Consultation.id == Tally.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(Tally.article_lineage_id == 0, Dossier.agency_id.in_(agencies))
    ).one()
    return dict(zip(LISTED, row, strict=True))


def next_waiting(agencies: Sequence[int], after: int) -> int | None:
    """The waiting comment after that one, else the oldest of all, else None."""
    waiting = (
        select(Comment.id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(
            Comment.status == CommentStatus.WAITING.value,
            Dossier.agency_id.in_(agencies),
            Comment.id != after,
        )
        .order_by(Comment.id <= after, Comment.id)
    )
    return db.session.scalar(waiting.limit(1))


@dataclass(frozen=True)
class Decided:
    """Who decided on a comment, when, and in what words."""

    by: str
    at: datetime
    outcome: str
    reason: str
    sentence: str


def decision(comment_id: int) -> Decided | None:
    """The last decision on the comment, None before the first."""
    row = db.session.execute(
        select(Officer.name, Decision.at, Decision.outcome, Decision.reason, Decision.sentence)
        .join(Officer, Officer.id == Decision.officer_id)
        .where(Decision.comment_id == comment_id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Decided(*row)
