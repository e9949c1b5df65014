"""Many drafts at once, each as if it had been written alone: a few statements for hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from app.accounts.models import Officer
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.record import entry
from app.ledger.verbs import Verb
from app.responses.models import (
    Answer,
    AnswerComment,
    AnswerEdit,
    AnswerState,
    Disposition,
    Unanswered,
)
from app.responses.selecting import NotAnswerableError, free, selection

AT_ONCE = 500  # drafts, and numbers of comments, named in one statement


@dataclass(frozen=True)
class Draft:
    """What is to be told to which comments; it names no provision that changes."""

    comments: Sequence[int]
    disposition: Disposition
    explanation: str
    no_change_reason: str = ""


def draft_many(
    consultation: Consultation, drafts: Sequence[Draft], officer: Officer, now: datetime
) -> list[int]:
    """Draft answers exist to those comments; their numbers, in order.

    Raises NotAnswerableError when a comment has an answer already, or two of these, or cannot
    have one.
    """
    made: list[int] = []
    for start in range(0, len(drafts), AT_ONCE):
        some = drafts[start : start + AT_ONCE]
        made += _written(consultation, some, officer, now)
    return made


def _written(
    consultation: Consultation, drafts: Sequence[Draft], officer: Officer, now: datetime
) -> list[int]:
    wanted = [one for draft in drafts for one in draft.comments]
    _hold(consultation, wanted)
    words = [
        {
            "consultation_id": consultation.id,
            "disposition": draft.disposition.value,
            "explanation": draft.explanation,
            "no_change_reason": draft.no_change_reason,
            "drafted_by": officer.id,
            "drafted_at": now,
            "state": AnswerState.DRAFT.value,
            "row_version": 1,
            "size": len(draft.comments),
        }
        for draft in drafts
    ]
    inserted = insert(Answer).returning(Answer.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(inserted, words))
    pairs = list(zip(ids, drafts, strict=True))
    spoken = [{"answer_id": n, "comment_id": one} for n, draft in pairs for one in draft.comments]
    db.session.execute(insert(AnswerComment), spoken)
    db.session.execute(insert(AnswerEdit), [_edit(n, draft, officer, now) for n, draft in pairs])
    facts = [_fact(n, draft, consultation, officer, now) for n, draft in pairs]
    db.session.execute(insert(Entry), facts)
    for start in range(0, len(wanted), AT_ONCE):
        listed = Unanswered.comment_id.in_(wanted[start : start + AT_ONCE])
        statement = delete(Unanswered).where(listed)
        db.session.execute(statement.execution_options(synchronize_session=False))
    return ids


def _hold(consultation: Consultation, wanted: Sequence[int]) -> None:
    """The comments are free, and no other drafter chooses one before our commit."""
    held = 0
    for start in range(0, len(wanted), AT_ONCE):
        some = Comment.id.in_(wanted[start : start + AT_ONCE])
        own = Comment.consultation_id == consultation.id
        rows = select(Comment.id).where(own, some, free()).with_for_update().subquery()
        held += db.session.scalar(select(func.count()).select_from(rows)) or 0
    if held != len(wanted):
        raise NotAnswerableError


def _edit(number: int, draft: Draft, officer: Officer, now: datetime) -> dict[str, object]:
    return {
        "answer_id": number,
        "officer_id": officer.id,
        "at": now,
        "state": AnswerState.DRAFT.value,
        "disposition": draft.disposition.value,
        "explanation": draft.explanation,
        "comments": len(draft.comments),
        "changes": draft.no_change_reason,
    }


def _fact(
    number: int, draft: Draft, consultation: Consultation, officer: Officer, now: datetime
) -> dict[str, object]:
    return entry(
        Verb.ANSWER_DRAFTED,
        f"answer:{number}",
        actor_id=officer.id,
        consultation_id=consultation.id,
        at=now,
        answer_id=number,
        comments=len(draft.comments),
        selection=selection(draft.comments),
        disposition=draft.disposition.value,
    )
