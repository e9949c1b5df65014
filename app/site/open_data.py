"""The rows behind the figures, to be recomputed by anybody: comments and comment periods as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select

from app.comments import coarse
from app.comments.models import Comment, CommentStatus
from app.consultations.clocks import Clocks
from app.extensions import db
from app.kit import clock
from app.responses.models import Answer, AnswerComment
from app.responses.takedown import HELD
from app.site import owed
from app.site.heads import AnyRow

BATCH = 2000
COMMENTS = (
    *("reference", "received_at", "channel", "social_criticism", "commenter_kind", "country"),
    *("part", "language", "published_at", "answered_at", "disposition", "answer"),
    "identity",
)
PERIODS = (
    *("draft", "round", "agency", "closed_on", "received", "published", "answered"),
    *("without_answer", "due_on", "days_since_closing", "days_overdue", "as_of"),
    *("topic", "territory"),
)


def comments(head: AnyRow) -> Iterator[str]:
    """Every public comment of a comment period as lines of CSV, oldest first; words are not here.

    How many rows it has is how many are published, how many have `answered_at` how many are
    answered; what one answered that was taken from public view is not told.
    """
    yield line(COMMENTS)
    after, shared = 0, coarse.shared(head.consultation_id)
    while rows := _batch(head.consultation_id, after):
        for row in rows:
            yield line(
                (
                    f"GY-{row.id}",
                    row.submitted_at.isoformat(timespec="seconds"),
                    row.channel,
                    row.criticism,
                    row.commenter_kind,
                    row.country if (row.commenter_kind, row.country) in shared else "",
                    row.anchor,
                    row.language,
                    row.decided_at.isoformat(timespec="seconds") if row.decided_at else "",
                    row.answered_at.isoformat(timespec="seconds") if row.answered_at else "",
                    row.disposition or "",
                    row.answer_id or "",
                    row.identity,
                )
            )
        after = rows[-1].id


def _batch(consultation_id: int, after: int) -> Sequence[AnyRow]:
    published = and_(Answer.id == AnswerComment.answer_id, Answer.published_at.is_not(None))
    return db.session.execute(
        select(
            Comment.id,
            Comment.submitted_at,
            Comment.channel,
            Comment.criticism,
            Comment.commenter_kind,
            Comment.country,
            Comment.anchor,
            Comment.language,
            Comment.decided_at,
            Comment.identity,
            Answer.id.label("answer_id"),
            Answer.published_at.label("answered_at"),
            case((HELD.is_(None), Answer.disposition)).label("disposition"),
        )
        .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
        .outerjoin(Answer, published)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            Comment.id > after,
        )
        .order_by(Comment.id)
        .limit(BATCH)
    ).all()


def periods(now: datetime) -> Iterator[str]:
    """Every closed comment period as lines of CSV: what the clock in public says, and from what."""
    yield line(PERIODS)
    clocks = Clocks(now)
    for row in owed.closed(now):
        told = clocks.of(row.document_type, row.ended_at, row.published, row.answered)
        yield line(
            (
                row.slug,
                row.round,
                row.agency_slug,
                told.closed_on.isoformat(),
                row.received,
                told.published,
                told.answered,
                told.owed,
                told.due_on.isoformat() if told.due_on else "",
                told.days_since,
                told.overdue_days,
                clock.vn_date(now).isoformat(),
                row.topic or "",
                row.territory or "",
            )
        )


def line(cells: Sequence[Any]) -> str:
    """One line of CSV (RFC 4180) with its end."""
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
