"""Stops of the portal: announced seven working days ahead, and never in the last days to comment.

Decree 224/2026/NĐ-CP art. 9 to 13 asks for the notice and for the time of return.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.consultations.models import Consultation
from app.consultations.period import Calendar, end_of, working_days_after
from app.consultations.rules import calendar
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.operations.models import PlannedStop
from app.web.notices import Notice

NOTICE_DAYS = 7  # working days between the announcement and the stop
LAST_DAYS = timedelta(days=3)  # before the end of a comment period nothing is stopped or changed
LONGEST = timedelta(days=7)
SHOWN = 50


class StopRefusedError(Exception):
    """Raised when a stop cannot be announced; the classes below say why."""


class WrongTimesError(StopRefusedError):
    """The stop would end before it begins, begin in the past, or last longer than a week."""


class TooSoonError(StopRefusedError):
    """The stop begins before the notice is over; `earliest` is the first instant that may be."""

    def __init__(self, earliest: datetime) -> None:
        super().__init__(earliest)
        self.earliest = earliest


class LastDaysError(StopRefusedError):
    """The stop falls into the last days of a comment period; `consultations` are those."""

    def __init__(self, consultations: Sequence[Consultation]) -> None:
        super().__init__(len(consultations))
        self.consultations = consultations


def may_stop(officer: Officer) -> bool:
    """Whether the officer may stop the portal: it is everybody's, so a part of it does not do."""
    agency = officer.agency
    while agency.parent is not None and agency.parent_id != agency.id:
        agency = agency.parent
    return may(officer, Act.ANNOUNCE_STOP, agency)


def earliest(now: datetime, days: Calendar) -> datetime:
    """The first instant for a stop that is announced now.

    The day of the announcement is not counted (Civil Code 91/2015/QH13 art. 147.2).
    """
    return end_of(working_days_after(clock.vn_date(now), NOTICE_DAYS, days))


def in_last_days(starts_at: datetime, ends_at: datetime) -> Sequence[Consultation]:
    """The open comment periods whose last days that time touches."""
    return (
        db.session.scalars(
            select(Consultation)
            .where(
                Consultation.closed_at.is_(None),
                Consultation.closes_at > starts_at,
                Consultation.closes_at < ends_at + LAST_DAYS,
            )
            .order_by(Consultation.closes_at, Consultation.id)
        )
        .unique()
        .all()
    )


def announce(
    times: tuple[datetime, datetime],
    words: str,
    words_en: str,
    officer: Officer,
    now: datetime,
    *,
    emergency: str = "",
) -> PlannedStop:
    """Every page tells of the stop from now until it ends, or until it is cancelled.

    An `emergency`, told as its reason, may begin at once and at any time. Raises WrongTimesError,
    and else TooSoonError or LastDaysError.
    """
    starts_at, ends_at = times
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= now:
        raise WrongTimesError
    if not emergency:
        first = earliest(now, calendar())
        if starts_at < first:
            raise TooSoonError(first)
        if ending := in_last_days(starts_at, ends_at):
            raise LastDaysError(ending)
    stop = PlannedStop(
        starts_at=starts_at,
        ends_at=ends_at,
        words=words,
        words_en=words_en,
        emergency=emergency,
        announced_at=now,
        announced_by=officer.id,
    )
    db.session.add(stop)
    db.session.flush()
    record(
        Verb.STOP_ANNOUNCED,
        f"stop:{stop.id}",
        actor_id=officer.id,
        at=now,
        stop_id=stop.id,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        emergency=bool(emergency),
        digest=hashlib.sha256("\n".join((words, words_en, emergency)).encode()).hexdigest(),
    )
    return stop


def cancel(stop: PlannedStop, officer: Officer, now: datetime) -> bool:
    """No page tells of the stop any more; False where it was over or cancelled before."""
    # the row alone: PostgreSQL locks nothing that is joined from outside
    mine = select(PlannedStop.id).where(PlannedStop.id == stop.id)
    db.session.execute(mine.with_for_update())
    db.session.refresh(stop)
    if not stop.is_ahead(now):
        return False
    stop.cancelled_at, stop.cancelled_by = now, officer.id
    db.session.flush()
    record(Verb.STOP_CANCELLED, f"stop:{stop.id}", actor_id=officer.id, at=now, stop_id=stop.id)
    return True


def known() -> Sequence[PlannedStop]:
    """The stops that were announced, the latest first."""
    query = select(PlannedStop).order_by(PlannedStop.starts_at.desc(), PlannedStop.id.desc())
    return db.session.scalars(query.limit(SHOWN)).all()


def notices(connection: Connection) -> list[Notice]:
    """What pages tell of stops, the next one first."""
    rows = connection.execute(
        select(PlannedStop.starts_at, PlannedStop.ends_at, PlannedStop.words, PlannedStop.words_en)
        .where(PlannedStop.cancelled_at.is_(None), PlannedStop.ends_at > clock.now())
        .order_by(PlannedStop.starts_at, PlannedStop.id)
    )
    return [Notice(*row) for row in rows]


def frozen(now: datetime) -> Sequence[Consultation]:
    """The comment periods for whose sake nothing may be changed on the portal now."""
    return in_last_days(now, now + timedelta.resolution)


def open_now(now: datetime) -> int:
    """How many comment periods are open."""
    query = select(func.count(Consultation.id)).where(
        Consultation.closed_at.is_(None), Consultation.closes_at > now
    )
    return db.session.scalar(query) or 0
