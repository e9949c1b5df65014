"""What people ask about their own data: received, answered in time, settled; by numbers on record.

Terms: Decree 356/2025, art. 5. An answer that it was received within two working days; then so many
days by what is asked, more where somebody else processes some of the data for the portal, and once
as many again where the reason is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import Officer
from app.consultations.period import Calendar, due_on, working_days_after
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.privacy.models import RequestKind, RequestState, Source, SubjectRequest

ANSWER_WITHIN = 2  # working days
LISTED = 100


@dataclass(frozen=True)
class Days:
    """Calendar days for one kind of request: alone, and where there is a processor."""

    alone: int
    with_processor: int


TERMS: dict[RequestKind, Days] = {
    RequestKind.SEE: Days(10, 15),
    RequestKind.COPY: Days(10, 15),
    RequestKind.CORRECT: Days(10, 15),
    RequestKind.WITHDRAW: Days(15, 20),
    RequestKind.RESTRICT: Days(15, 20),
    RequestKind.OBJECT: Days(15, 20),
    RequestKind.DELETE: Days(20, 30),
}


class SettledError(Exception):
    """Raised when a request was settled before, or extended once already."""


@dataclass(frozen=True)
class Told:
    """What somebody typed into the form of the web: whose data, and where the answer goes."""

    person: str
    words: str
    name: str
    answer_to: str


def receive(
    kind: RequestKind,
    person: str,
    words: str,
    received_on: date,
    officer: Officer,
    now: datetime,
    *,
    processor: bool = False,
) -> SubjectRequest:
    """The request is in the queue; its days count from the day it reached us.

    The officer has seen that the address or the receipts are theirs who asked.
    """
    asked = SubjectRequest(
        kind=kind.value,
        source=Source.DESK.value,
        person=person,
        words=words,
        received_on=received_on,
        processor=processor,
        shown_at=now,
        shown_by=officer.id,
    )
    return _queued(asked, officer, now)


def take_in(kind: RequestKind, told: Told, source: Source, now: datetime) -> SubjectRequest:
    """The request of somebody at the form of the web is in the queue, from today on.

    Whether the address and the receipts are theirs is asked afterwards, by an officer.
    """
    asked = SubjectRequest(
        kind=kind.value,
        source=source.value,
        person=told.person,
        words=told.words,
        name=told.name,
        answer_to=told.answer_to,
        received_on=clock.vn_date(now),
    )
    return _queued(asked, None, now)


def _queued(asked: SubjectRequest, officer: Officer | None, now: datetime) -> SubjectRequest:
    asked.state, asked.asked_at = RequestState.OPEN.value, now
    db.session.add(asked)
    db.session.flush()
    _tell(Verb.SUBJECT_REQUEST_RECEIVED, asked, officer, now, kind=asked.kind)
    return asked


def identify(asked: SubjectRequest, officer: Officer, now: datetime) -> None:
    """The officer saw that the address or the receipts are theirs who asked; once."""
    if asked.shown_at is None:
        asked.shown_at, asked.shown_by = now, officer.id
        db.session.flush()


def acknowledge_by(asked: SubjectRequest, calendar: Calendar) -> date:
    """The last day to say that it was received."""
    return working_days_after(asked.received_on, ANSWER_WITHIN, calendar)


def due(asked: SubjectRequest, calendar: Calendar) -> date:
    """The last day to do what is asked; the first day is not counted (Civil Code, art. 147)."""
    term = TERMS[RequestKind(asked.kind)]
    days = term.with_processor if asked.processor else term.alone
    return due_on(asked.received_on, days * (2 if asked.extended_at else 1), calendar)


def acknowledge(asked: SubjectRequest, officer: Officer, now: datetime) -> None:
    """The person was told that it was received; a second time changes nothing."""
    if asked.acknowledged_at is None:
        asked.acknowledged_at, asked.acknowledged_by = now, officer.id
        db.session.flush()


def extend(asked: SubjectRequest, reason: str, officer: Officer, now: datetime) -> None:
    """As many days again, once, with the reason told to the person; raises SettledError."""
    db.session.refresh(asked, with_for_update=True)
    if asked.state != RequestState.OPEN or asked.extended_at is not None:
        raise SettledError
    asked.extended_at, asked.extension_reason = now, reason
    db.session.flush()
    _tell(Verb.SUBJECT_REQUEST_EXTENDED, asked, officer, now)


def settle(
    asked: SubjectRequest, state: RequestState, outcome: str, officer: Officer, now: datetime
) -> None:
    """It was done, or refused for a reason that the person was told; raises SettledError."""
    db.session.refresh(asked, with_for_update=True)
    if asked.state != RequestState.OPEN:
        raise SettledError
    asked.state, asked.outcome = state.value, outcome
    asked.settled_at, asked.settled_by = now, officer.id
    db.session.flush()
    _tell(Verb.SUBJECT_REQUEST_SETTLED, asked, officer, now, state=state.value)


def listed(*, settled: bool, before: int = 0) -> Sequence[SubjectRequest]:
    """The open ones, the oldest first, or those that were settled, the newest first."""
    query = select(SubjectRequest).limit(LISTED + 1)
    if not settled:
        open_ = SubjectRequest.state == RequestState.OPEN.value
        query = query.where(open_, SubjectRequest.id > before)
        return db.session.scalars(query.order_by(SubjectRequest.id)).all()
    query = query.where(SubjectRequest.state != RequestState.OPEN.value)
    query = query.where(SubjectRequest.id < before) if before else query
    return db.session.scalars(query.order_by(SubjectRequest.id.desc())).all()


def _tell(
    verb: Verb, asked: SubjectRequest, officer: Officer | None, now: datetime, **facts: str
) -> None:
    record(
        verb,
        f"subject_request:{asked.id}",
        actor_id=officer.id if officer is not None else None,
        at=now,
        request_id=asked.id,
        **facts,
    )
