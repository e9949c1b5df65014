"""Comments and answers by the hundred, written straight into their tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.accounts.models import Officer
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db
from app.kit import codes
from app.responses.models import Answer, AnswerChange, AnswerComment, AnswerState, Disposition

EXPLANATION = "Cơ quan soạn thảo đã nghiên cứu và giải trình như sau."


def lineages(consultation: Consultation) -> dict[str, tuple[int, int | None]]:
    """The lineage, and that of the article, of each anchor of the text that is commented on."""
    rows = db.session.execute(
        select(Provision.anchor, Provision.lineage_id, Provision.article_lineage_id).where(
            Provision.version_id == consultation.version_id
        )
    )
    return {row.anchor: (row.lineage_id, row.article_lineage_id) for row in rows}


def say(consultation: Consultation, comments: Iterable[dict[str, Any]]) -> list[int]:
    """Those comments are in the database, public unless they say otherwise; their numbers."""
    places = lineages(consultation)
    rows = []
    for words in comments:
        anchor = words.get("anchor", "")
        lineage, article = places.get(anchor, (None, None))
        rows.append(
            {
                "consultation_id": consultation.id,
                "lineage_id": lineage,
                "article_lineage_id": article,
                "place": citation(anchor),
                "body": "Tôi đề nghị tăng mức hỗ trợ.",
                "commenter_kind": CommenterKind.INDIVIDUAL.value,
                "language": "vi",
                "status": CommentStatus.PUBLISHED.value,
                "receipt": codes.new_key(),
                "idempotency_key": codes.new_key(),
                "salt": "s",
                "digest": "d" * 64,
                "submitted_at": consultation.opened_at,
                **words,
            }
        )
    found = db.session.scalars(
        insert(Comment).returning(Comment.id, sort_by_parameter_order=True), rows
    )
    return list(found)


def answer(
    consultation: Consultation,
    officer: Officer,
    comment_ids: Iterable[int],
    at: datetime,
    *,
    published: bool = True,
    changes: Iterable[str] = (),
    **words: Any,
) -> int:
    """An answer to those comments is in the database; its number."""
    chosen = list(comment_ids)
    number = db.session.scalar(
        insert(Answer).returning(Answer.id),
        {
            "consultation_id": consultation.id,
            "disposition": Disposition.ACCEPTED.value,
            "explanation": EXPLANATION,
            "drafted_by": officer.id,
            "drafted_at": at,
            "size": len(chosen),
            **words,
        },
    )
    assert number is not None
    pairs = [{"answer_id": number, "comment_id": one} for one in chosen]
    db.session.execute(insert(AnswerComment), pairs)
    places = lineages(consultation)
    for anchor in changes:
        row = {"answer_id": number, "lineage_id": places[anchor][0], "anchor": anchor}
        db.session.execute(insert(AnswerChange), row)
    if published:
        signed = {"signed_by": officer.id, "signed_at": at, "state": AnswerState.SIGNED.value}
        public = {
            "published_by": officer.id,
            "published_at": at,
            "state": AnswerState.PUBLISHED.value,
        }
        for values in (signed, public):
            db.session.execute(update(Answer).where(Answer.id == number).values(**values))
    return number
