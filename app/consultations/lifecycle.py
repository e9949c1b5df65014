"""Opening, extending and closing a comment period."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select

from app.accounts.models import Officer
from app.consultations.models import Consultation, Declaration, Extension
from app.consultations.period import Period, end_of, period, require_days, required_days
from app.consultations.rules import calendar, rule_for
from app.documents.comparison import unlinked
from app.documents.dossiers import (
    DESCRIPTION,
    IllegalStageError,
    advance,
    description_digest,
)
from app.documents.models import Alignment, Dossier, DraftVersion, Stage
from app.documents.supporting import beside_digest, missing, post_files
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb

DECLARATIONS_NEEDED = 2


# where a revised draft may be shown without a new comment period
REVISING = (Stage.RESPONDING, Stage.APPRAISAL, Stage.VERIFICATION)


class Gap(StrEnum):
    """What still stands between a dossier and its opening."""

    ROUND_OPEN = "round_open"
    NO_VERSION = "no_version"
    PROPOSAL_TYPE = "proposal_type"
    NOT_ACCEPTED = "not_accepted"
    PAIRS = "pairs"
    CONTENT = "content"
    DOCUMENTS = "documents"
    COMPARISON = "comparison"
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


def words_of(dossier: Dossier, version: DraftVersion | None) -> str:
    """The digest of what would be or was posted: the version, or a proposal's content, and the
    documents beside it."""
    if version is not None:
        words, at = version.digest, version.posted_at
    else:
        opened = latest(dossier.id) if dossier.taking_comments else None
        words = description_digest(dossier)
        at = opened.opened_at if opened is not None else None
    beside = beside_digest(dossier, version, at)
    return hashlib.sha256(f"{words} {beside}".encode()).hexdigest() if beside else words


def declare(
    dossier: Dossier, version: DraftVersion | None, officer: Officer, now: datetime
) -> None:
    """The officer's word that what would be posted holds no state secret stands; twice is once."""
    digest = words_of(dossier, version)
    if db.session.get(Declaration, (dossier.id, digest, officer.id)) is not None:
        return
    db.session.add(Declaration(dossier_id=dossier.id, digest=digest, officer_id=officer.id, at=now))
    record(
        Verb.SECRECY_DECLARED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        at=now,
        dossier_id=dossier.id,
        digest=digest,
        officer_id=officer.id,
    )
    db.session.flush()


def gaps(dossier: Dossier, version: DraftVersion | None, now: datetime) -> list[Gap]:
    """What is missing before the version may be posted, in the order it is usually done.

    Of a proposal there need not be a version (S17).
    """
    found = []
    if dossier.taking_comments:
        found.append(Gap.ROUND_OPEN)
    if version is not None:
        if dossier.type.proposes and dossier.stage in (Stage.PROPOSAL, Stage.DRAFTING):
            found.append(Gap.PROPOSAL_TYPE)
        found += _gaps_of(version)
    elif dossier.stage != Stage.PROPOSAL:
        found.append(Gap.NO_VERSION)
    if dossier.missing_content():
        found.append(Gap.CONTENT)
    if missing(dossier, version, clock.vn_date(now)):
        found.append(Gap.DOCUMENTS)
    if version is not None and unlinked(version.id):
        found.append(Gap.COMPARISON)
    given = (
        select(func.count())
        .select_from(Declaration)
        .where(
            Declaration.dossier_id == dossier.id,
            Declaration.digest == words_of(dossier, version),
        )
    )
    if (db.session.scalar(given) or 0) < DECLARATIONS_NEEDED:
        found.append(Gap.DECLARATIONS)
    return found


def _gaps_of(version: DraftVersion) -> list[Gap]:
    if version.posted_at is not None:
        return [Gap.ALREADY_OPEN]
    found = [] if version.accepted_at is not None else [Gap.NOT_ACCEPTED]
    unsure = select(Alignment.id).where(
        Alignment.version_id == version.id,
        Alignment.doubtful,
        Alignment.confirmed_at.is_(None),
    )
    if db.session.scalar(unsure.limit(1)) is not None:
        found.append(Gap.PAIRS)
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

    A proposal may be opened without a version, and stays a proposal. Every further version has a
    whole period of its own; the one before is over. Raises NotReadyError, PeriodTooShort,
    NoRuleError, IllegalStageError.
    """
    lacks = gaps(dossier, version, now)
    if lacks:
        raise NotReadyError(lacks)
    planned = plan(dossier, days, now)
    rule = rule_for(dossier.document_type, clock.vn_date(now))
    earlier = latest(dossier.id)
    digest = words_of(dossier, version)
    if version is not None:
        version.posted_at = now
    dossier.taking_comments = True
    consultation = Consultation(
        dossier_id=dossier.id,
        round=earlier.round + 1 if earlier is not None else 1,
        version_id=version.id if version is not None else None,
        content={name: getattr(dossier, name) for name in DESCRIPTION},
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
        version_id=consultation.version_id,
        digest=digest,
        days=days,
        closes_at=planned.closes_at.isoformat(),
        citation=rule.citation,
    )
    post_files(dossier, officer, now, consultation.id)
    if version is not None:
        # recorded under the earlier round too, whose pages show where the dossier is now
        about = earlier if earlier is not None else consultation
        if dossier.stage == Stage.PROPOSAL:
            advance(dossier, Stage.DRAFTING, now, officer=officer, consultation_id=about.id)
        advance(dossier, Stage.CONSULTATION, now, officer=officer, consultation_id=about.id)
    return consultation


def post_revision(dossier: Dossier, version: DraftVersion, officer: Officer, now: datetime) -> None:
    """The revised draft is frozen and public beside the one that was commented on (S44).

    Raises NotReadyError, and IllegalStageError where no period has ended yet.
    """
    if dossier.stage not in REVISING:
        raise IllegalStageError(dossier.stage)
    lacks = gaps(dossier, version, now)
    if lacks:
        raise NotReadyError(lacks)
    digest = words_of(dossier, version)
    version.posted_at = now
    consultation = latest(dossier.id)
    consultation_id = consultation.id if consultation is not None else None
    record(
        Verb.DRAFT_POSTED,
        f"version:{version.id}",
        actor_id=officer.id,
        consultation_id=consultation_id,
        at=now,
        dossier_id=dossier.id,
        version_id=version.id,
        number=version.number,
        digest=digest,
    )
    post_files(dossier, officer, now, consultation_id)


def latest(dossier_id: int) -> Consultation | None:
    """The comment period of the dossier that was opened last."""
    return db.session.scalar(
        select(Consultation)
        .where(Consultation.dossier_id == dossier_id)
        .order_by(Consultation.round.desc())
        .limit(1)
    )


def latest_id(dossier_id: int) -> int | None:
    """The id of that period; None where there was none yet."""
    found = latest(dossier_id)
    return found.id if found is not None else None


def later_end(consultation: Consultation, last_day: date, now: datetime) -> tuple[date, datetime]:
    """The working day that an end moved to `last_day` rolls to, and its last instant.

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
    return last_day, closes_at


def extend(
    consultation: Consultation, last_day: date, reason: str, officer: Officer, now: datetime
) -> Extension:
    """The period ends with a later day, rolled to a working one, and the reason is public.

    What is done once a second officer agreed to what `officer` proposed, see `giving_time`.
    Raises NotLongerError when that would not be later, ClosedError when the period is over.
    """
    last_day, closes_at = later_end(consultation, last_day, now)
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


def close(consultation: Consultation, officer: Officer | None, now: datetime) -> None:
    """No more comments are in time, and the end that was announced stays on record."""
    consultation.closed_at = now
    consultation.dossier.taking_comments = False
    record(
        Verb.CONSULTATION_CLOSED,
        f"consultation:{consultation.id}",
        actor_id=officer.id if officer is not None else None,
        consultation_id=consultation.id,
        at=now,
        closes_at=consultation.closes_at.isoformat(),
    )


def close_due(now: datetime) -> int:
    """Every period that is over is marked closed, its dossier responding; returns how many.

    Also one whose draft was withdrawn.
    """
    over = or_(Consultation.closes_at <= now, Dossier.stage == Stage.WITHDRAWN.value)
    due = db.session.scalars(
        select(Consultation)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(over, Consultation.closed_at.is_(None))
    ).all()
    for consultation in due:
        close(consultation, None, now)
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
