"""Opening, extending and closing a comment period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.consultations.models import Consultation, Declaration, Extension
from app.consultations.period import Period, end_of, period, require_days, required_days
from app.consultations.rules import calendar, rule_for
from app.documents.dossiers import advance
from app.documents.models import Dossier, DraftVersion, Stage
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb

DECLARATIONS_NEEDED = 2


class Gap(StrEnum):
    """What still stands between a dossier and its opening."""

    NO_VERSION = "no_version"
    NOT_ACCEPTED = "not_accepted"
    CONTENT = "content"
    DECLARATIONS = "declarations"
    ALREADY_OPEN = "already_open"


class NotReadyError(Exception):
    """Raised with everything that is missing."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gaps))
        self.gaps = gaps


class NotLongerError(Exception):
    """Raised when an extension would not end later than the period does now."""


class ClosedError(Exception):
    """Raised when a period that is over would be extended."""


def declare(version: DraftVersion, officer: Officer, now: datetime) -> None:
    """The officer's word that the version holds no state secret stands; twice counts once."""
    if db.session.get(Declaration, (version.id, officer.id)) is not None:
        return
    db.session.add(Declaration(version_id=version.id, officer_id=officer.id, at=now))
    record(
        Verb.SECRECY_DECLARED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        officer_id=officer.id,
    )
    db.session.flush()


def gaps(dossier: Dossier, version: DraftVersion | None) -> list[Gap]:
    """What is missing before the version may be opened, in the order it is usually done."""
    found = []
    if version is None:
        found.append(Gap.NO_VERSION)
    elif version.posted_at is not None:
        found.append(Gap.ALREADY_OPEN)
    elif version.accepted_at is None:
        found.append(Gap.NOT_ACCEPTED)
    if dossier.missing_content():
        found.append(Gap.CONTENT)
    given = 0
    if version is not None:
        given = (
            db.session.scalar(
                select(func.count())
                .select_from(Declaration)
                .where(Declaration.version_id == version.id)
            )
            or 0
        )
    if given < DECLARATIONS_NEEDED:
        found.append(Gap.DECLARATIONS)
    return found


def plan(dossier: Dossier, days: int, now: datetime) -> Period:
    """The period of that many days if opened at `now`; raises PeriodTooShort with the rule."""
    rule = rule_for(dossier.document_type, clock.vn_date(now))
    least = required_days(rule.legal_min_days, rule.portal_default_days)
    require_days(days, least, rule.citation)
    return period(now, days, calendar())


def open_consultation(
    dossier: Dossier, version: DraftVersion | None, days: int, officer: Officer, now: datetime
) -> Consultation:
    """The version is frozen and public, and comments are taken until the computed instant.

    Raises NotReadyError, PeriodTooShort, NoRuleError, IllegalStageError.
    """
    missing = gaps(dossier, version)
    if missing or version is None:
        raise NotReadyError(missing)
    planned = plan(dossier, days, now)
    rule = rule_for(dossier.document_type, clock.vn_date(now))
    version.posted_at = now
    consultation = Consultation(
        dossier_id=dossier.id,
        version_id=version.id,
        opened_at=now,
        opened_by=officer.id,
        days=days,
        legal_min_days=rule.legal_min_days,
        citation=rule.citation,
        confidence=rule.confidence,
        last_day=planned.last_day,
        closes_at=planned.closes_at,
    )
    db.session.add(consultation)
    db.session.flush()
    record(
        Verb.CONSULTATION_OPENED,
        f"consultation:{consultation.id}",
        actor_id=officer.id,
        consultation_id=consultation.id,
        at=now,
        dossier_id=dossier.id,
        version_id=version.id,
        digest=version.digest,
        days=days,
        closes_at=planned.closes_at.isoformat(),
        citation=rule.citation,
    )
    advance(dossier, Stage.CONSULTATION, now, officer=officer, consultation_id=consultation.id)
    return consultation


def extend(
    consultation: Consultation, last_day: date, reason: str, officer: Officer, now: datetime
) -> Extension:
    """The period ends with a later day, rolled to a working one, and the reason is public.

    Raises NotLongerError when that would not be later, ClosedError when the period is over.
    """
    if not consultation.is_open(now):
        raise ClosedError
    days = calendar()
    while not days.is_working(last_day):
        last_day += timedelta(days=1)
    closes_at = end_of(last_day)
    if closes_at <= consultation.closes_at:
        raise NotLongerError
    extension = Extension(
        consultation_id=consultation.id,
        at=now,
        officer_id=officer.id,
        old_closes_at=consultation.closes_at,
        new_closes_at=closes_at,
        new_last_day=last_day,
        reason=reason,
    )
    db.session.add(extension)
    consultation.closes_at = closes_at
    consultation.last_day = last_day
    db.session.flush()
    record(
        Verb.CONSULTATION_EXTENDED,
        f"consultation:{consultation.id}",
        actor_id=officer.id,
        consultation_id=consultation.id,
        at=now,
        extension_id=extension.id,
        old_closes_at=extension.old_closes_at.isoformat(),
        new_closes_at=extension.new_closes_at.isoformat(),
    )
    return extension


def close_due(now: datetime) -> int:
    """Every period that is over is marked closed, its dossier responding; returns how many."""
    due = db.session.scalars(
        select(Consultation).where(Consultation.closes_at <= now, Consultation.closed_at.is_(None))
    ).all()
    for consultation in due:
        consultation.closed_at = now
        record(
            Verb.CONSULTATION_CLOSED,
            f"consultation:{consultation.id}",
            consultation_id=consultation.id,
            at=now,
            closes_at=consultation.closes_at.isoformat(),
        )
        if consultation.dossier.stage == Stage.CONSULTATION:
            advance(
                consultation.dossier,
                Stage.RESPONDING,
                now,
                officer=None,
                consultation_id=consultation.id,
            )
    return len(due)


DUTIES = (close_due,)
