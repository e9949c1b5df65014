"""The way of an answer: drafted, handed in, signed by the head, published; two persons always."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.accounts.delegating import heads, standing
from app.accounts.models import Officer
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses import changes, obstacles
from app.responses.editing import edited, hold, step, unsign, wrote
from app.responses.models import Answer, AnswerComment, AnswerState, Disposition
from app.responses.publishing import publish_all, publishable
from app.responses.selecting import (
    NothingChosenError,
    Selection,
    attach,
    detach,
    speaks_to_somebody,
    spoken,
)


class SelfApprovalError(Exception):
    """Raised when the officer who wrote an answer would sign or publish it."""


class NotHeadError(Exception):
    """Raised when neither the head of the agency nor a delegate of that day would sign."""


def draft(
    consultation: Consultation,
    comment_ids: Collection[int],
    disposition: Disposition,
    explanation: str,
    officer: Officer,
    now: datetime,
    *,
    groups: Collection[int] = (),
    articles: Collection[int] = (),
    without: Collection[int] = (),
    changing: Collection[int] = (),
    no_change_reason: str = "",
) -> Answer:
    """A draft answer exists to those comments, and to all free ones of the groups and articles.

    `changing` are the lineages of the provisions it names. Raises NothingChosenError,
    NotAnswerableError, NoSuchChangeError.
    """
    answer = Answer(
        consultation_id=consultation.id,
        disposition=disposition.value,
        explanation=explanation,
        no_change_reason=no_change_reason,
        drafted_by=officer.id,
        drafted_at=now,
        row_version=0,
    )
    db.session.add(answer)
    db.session.flush()
    attach(answer, Selection(comment_ids, groups, articles, without))
    if not answer.size:
        raise NothingChosenError
    changes.name(answer, changing)
    edited(answer, officer, now)
    return answer


def revise(
    answer: Answer,
    seen_version: int,
    comment_ids: Collection[int] | None,
    disposition: Disposition,
    explanation: str,
    officer: Officer,
    now: datetime,
    *,
    shown: Collection[int] | None = None,
    changing: Collection[int] | None = None,
    no_change_reason: str | None = None,
) -> None:
    """The unpublished answer reads as given, and is this officer's draft again.

    It speaks to `comment_ids` and to those it spoke to that were not `shown`; everything counts
    as shown unless given, and with None for `comment_ids` it speaks to the same as before.
    Raises OvertakenError, NothingChosenError, NotAnswerableError, NoSuchChangeError.
    """
    hold(answer, seen_version)
    if changing is not None:
        changes.name(answer, changing)
    if comment_ids is not None:
        attach(answer, Selection(comment_ids))
        seen = set(_all_of(answer) if shown is None else shown)
        detach(answer, seen - set(comment_ids))
        if not answer.size:
            raise NothingChosenError
    answer.disposition = disposition.value
    answer.explanation = explanation
    if no_change_reason is not None:
        answer.no_change_reason = no_change_reason
    edited(answer, officer, now)


def submit(answer: Answer, seen_version: int, officer: Officer, now: datetime) -> None:
    """The draft waits for the head; raises ObstacleError, OvertakenError, WrongStepError."""
    hold(answer, seen_version, AnswerState.DRAFT)
    obstacles.clear(answer)
    step(answer, AnswerState.REVIEW, officer, now, "")
    _tell(Verb.ANSWER_SUBMITTED, answer, officer, now)


def send_back(
    answer: Answer, seen_version: int, note: str, officer: Officer, now: datetime
) -> None:
    """The answer is a draft again, unsigned, and the note says what to change.

    Raises OvertakenError, WrongStepError.
    """
    hold(answer, seen_version, AnswerState.REVIEW, AnswerState.SIGNED)
    unsign(answer)
    step(answer, AnswerState.DRAFT, officer, now, note)
    _tell(Verb.ANSWER_SENT_BACK, answer, officer, now)


def sign(answer: Answer, seen_version: int, officer: Officer, now: datetime) -> None:
    """The head of the agency, or a delegate of that day, answers for what it says.

    Raises NotHeadError, SelfApprovalError, ObstacleError, OvertakenError, WrongStepError.
    """
    hold(answer, seen_version, AnswerState.REVIEW)
    agency = answer.consultation.dossier.agency
    delegation = None
    if not heads(officer, agency):
        delegation = standing(officer, agency, clock.vn_date(now))
        if delegation is None:
            raise NotHeadError
    if officer.id in set(db.session.scalars(wrote(answer.id))):
        raise SelfApprovalError
    obstacles.clear(answer)
    answer.signed_by = officer.id
    answer.signed_at = now
    answer.signed_as = officer.job_title
    answer.delegation_id = delegation.id if delegation is not None else None
    step(answer, AnswerState.SIGNED, officer, now, "")
    _tell(
        Verb.ANSWER_SIGNED,
        answer,
        officer,
        now,
        selection=spoken([answer.id])[answer.id].selection,
        digest=hashlib.sha256(answer.explanation.encode()).hexdigest(),
    )


def publish(answer: Answer, seen_version: int, officer: Officer, now: datetime) -> None:
    """The signed answer is public under each of its comments.

    Raises SelfApprovalError, OvertakenError, WrongStepError, and NothingChosenError when every
    comment was taken back.
    """
    hold(answer, seen_version)
    if officer.id in set(db.session.scalars(wrote(answer.id))):
        raise SelfApprovalError
    hold(answer, seen_version, AnswerState.SIGNED)
    if not speaks_to_somebody(answer.id):
        raise NothingChosenError
    publish_all([answer.id], officer, now)
    db.session.refresh(answer)


def publish_many(
    consultation: Consultation, officer: Officer, now: datetime, article: int | None = None
) -> int:
    """All signed answers of the consultation that others wrote are public; how many these were.

    With an article, only those that speak to a comment on it (0 is the draft as a whole).
    """
    ready = publishable(consultation.id, officer.id, article)
    publish_all(ready, officer, now)
    db.session.expire_all()
    return len(ready)


def finish(
    answer: Answer, signer: Officer, now: datetime, publisher: Officer | None = None
) -> None:
    """The draft went the whole way at once: handed in by its author, signed, published.

    For those who tell a story that has happened; every step is on record as at the desk.
    """
    submit(answer, answer.row_version, db.session.get_one(Officer, answer.drafted_by), now)
    sign(answer, answer.row_version, signer, now)
    publish(answer, answer.row_version, publisher or signer, now)


def _all_of(answer: Answer) -> list[int]:
    query = select(AnswerComment.comment_id).where(AnswerComment.answer_id == answer.id)
    return list(db.session.scalars(query))


def _tell(verb: Verb, answer: Answer, officer: Officer, now: datetime, **facts: str) -> None:
    record(
        verb,
        f"answer:{answer.id}",
        actor_id=officer.id,
        consultation_id=answer.consultation_id,
        at=now,
        answer_id=answer.id,
        **facts,
    )
