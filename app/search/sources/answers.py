"""Published answers as documents: what the agency said, and which provisions it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Row, select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.extensions import db
from app.responses.models import Answer, AnswerChange, AnswerComment
from app.responses.takedown import is_public
from app.search.document import Kind, SearchDocument
from app.search.sources.drafts import drafts, joined, stored
from app.search.sources.translated import OF_ANSWERS, Words, told, tongues
from app.translations.pieces import of_answer


def answers(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The published ones among the answers."""
    rows = db.session.execute(
        select(
            Answer.id,
            Answer.disposition,
            Answer.explanation,
            Answer.no_change_reason,
            Answer.published_at,
            Consultation.dossier_id,
            Consultation.round,
        )
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(Answer.id.in_(ids), is_public())
        .order_by(Answer.id)
    ).all()
    known, changed = drafts({row.dossier_id for row in rows}), _changed([row.id for row in rows])
    languages = tongues(known, OF_ANSWERS)
    for row in rows:
        draft, place = known[row.dossier_id], _first_place(row.id)
        name = place.place if place else ""
        yield SearchDocument(
            key=f"answer:{row.id}",
            kind=Kind.ANSWER,
            title=name,
            body=joined(row.explanation, row.no_change_reason),
            context=joined(*changed[row.id]),
            stored=stored(
                draft,
                place.anchor if place else "",
                name,
                row.round,
                number=row.id,
                disposition=row.disposition,
            ),
            dossier_id=draft.id,
            at=row.published_at,
            told=told(languages[draft.id], None, [Words(of_answer(row.id), row.explanation)]),
        )


def speaking_to(comment_ids: Collection[int]) -> set[int]:
    """The answers to those comments: each is named by its first public one."""
    query = select(AnswerComment.answer_id).where(AnswerComment.comment_id.in_(comment_ids))
    return set(db.session.scalars(query.distinct()))


def _changed(ids: Collection[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for answer_id, anchor in db.session.execute(
        select(AnswerChange.answer_id, AnswerChange.anchor)
        .where(AnswerChange.answer_id.in_(ids))
        .order_by(AnswerChange.answer_id, AnswerChange.anchor)
    ):
        found[answer_id].append(citation(anchor))
    return found


def _first_place(answer_id: int) -> Row[*tuple[Any, ...]] | None:
    """Where the first public comment that names a place stands; one of ten thousand is enough."""
    return db.session.execute(
        select(Comment.place, Comment.anchor)
        .join(AnswerComment, AnswerComment.comment_id == Comment.id)
        .where(
            AnswerComment.answer_id == answer_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            Comment.place != "",
        )
        .order_by(AnswerComment.comment_id)
        .limit(1)
    ).first()
