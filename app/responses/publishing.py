"""Publication of signed answers, one or thousands: a few statements, whatever their number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, literal, select, update

from app.accounts.models import Officer
from app.comments.models import Comment
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.record import entry
from app.ledger.verbs import Verb
from app.responses.models import Answer, AnswerComment, AnswerEdit, AnswerState
from app.responses.selecting import ANSWERABLE, in_articles, leave_out_hidden, spoken

AT_ONCE = 500  # answers named in one statement


def publishable(consultation_id: int, officer_id: int, article: int | None) -> list[int]:
    """The signed answers somebody else wrote that speak to a public comment, held until commit."""
    reached = (
        select(AnswerComment.answer_id)
        .join(Comment, Comment.id == AnswerComment.comment_id)
        .where(AnswerComment.answer_id == Answer.id, Comment.status.in_(ANSWERABLE))
    )
    if article is not None:
        reached = reached.where(in_articles([article]))
    query = (
        select(Answer.id)
        .where(
            Answer.consultation_id == consultation_id,
            Answer.state == AnswerState.SIGNED.value,
            ~exists().where(
                AnswerEdit.answer_id == Answer.id,
                AnswerEdit.officer_id == officer_id,
                AnswerEdit.state == AnswerState.DRAFT.value,
                AnswerEdit.note == "",
            ),
            reached.exists(),
        )
        .order_by(Answer.id)
        .with_for_update()
    )
    return list(db.session.scalars(query))


def publish_all(answer_ids: Sequence[int], officer: Officer, now: datetime) -> None:
    """Those answers, held and signed, are public, each with its edit and its entry on record."""
    for start in range(0, len(answer_ids), AT_ONCE):
        some = answer_ids[start : start + AT_ONCE]
        leave_out_hidden(some)
        db.session.execute(insert(Entry), _entries(some, officer, now))
        db.session.execute(
            update(Answer)
            .where(Answer.id.in_(some), Answer.state == AnswerState.SIGNED.value)
            .values(
                state=AnswerState.PUBLISHED.value,
                published_by=officer.id,
                published_at=now,
                row_version=Answer.row_version + 1,
            )
            .execution_options(synchronize_session=False)
        )
        db.session.execute(_edits(some, officer, now))


def _entries(answer_ids: Sequence[int], officer: Officer, now: datetime) -> list[dict[str, Any]]:
    told = spoken(answer_ids)
    rows = db.session.execute(
        select(Answer.id, Answer.consultation_id, Answer.disposition, Answer.explanation).where(
            Answer.id.in_(answer_ids)
        )
    )
    return [
        entry(
            Verb.ANSWER_PUBLISHED,
            f"answer:{row.id}",
            actor_id=officer.id,
            consultation_id=row.consultation_id,
            at=now,
            answer_id=row.id,
            comments=told[row.id].comments,
            selection=told[row.id].selection,
            places=told[row.id].places,
            disposition=row.disposition,
            digest=hashlib.sha256(row.explanation.encode()).hexdigest(),
        )
        for row in rows.all()
    ]


def _edits(answer_ids: Sequence[int], officer: Officer, now: datetime) -> Any:
    before = (
        select(AnswerEdit.changes)
        .where(AnswerEdit.answer_id == Answer.id)
        .order_by(AnswerEdit.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    published = select(
        Answer.id,
        literal(officer.id),
        literal(now, AnswerEdit.at.type),
        Answer.state,
        Answer.disposition,
        Answer.explanation,
        Answer.size,
        before,
        literal(""),
    ).where(Answer.id.in_(answer_ids))
    names = ["answer_id", "officer_id", "at", "state", "disposition", "explanation"]
    return insert(AnswerEdit).from_select([*names, "comments", "changes", "note"], published)
