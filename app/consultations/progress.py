"""How far a dossier has come, and what its period would be: what the desk shows before acting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.consultations.lifecycle import REVISING, Gap, gaps, latest, plan, words_of
from app.consultations.models import Consultation, Declaration, Extension, Holiday, PeriodRule
from app.consultations.period import Period
from app.consultations.rules import HELD, NoRuleError, rule_for
from app.consultations.stages import open_moves
from app.documents.dossiers import NEXT
from app.documents.models import Dossier, DraftVersion, Provision, RequiredDocument, Stage
from app.documents.supporting import missing, unposted
from app.documents.versions import newest
from app.extensions import db
from app.kit import clock

# from these stages what is prepared may be put to the people
OPENING = (Stage.PROPOSAL, Stage.DRAFTING, Stage.RESPONDING)


@dataclass(frozen=True)
class Extended:
    """One move of the end: from which last day to which, when, by whom and why."""

    old_last_day: date
    new_last_day: date
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Progress:
    """The steps of a dossier towards its opening and after it."""

    dossier: Dossier
    version: DraftVersion | None
    units: int
    declarations: list[Declaration]
    gaps: list[Gap]
    rule: PeriodRule | None
    consultation: Consultation | None
    extensions: list[Extended]
    missing: list[RequiredDocument]
    files: int
    moves: list[Stage]

    @property
    def is_preparing(self) -> bool:
        """Whether something is on its way to be posted: a text, or a proposal without one."""
        if not NEXT[Stage(self.dossier.stage)]:
            return False
        if self.version is not None:
            return self.version.posted_at is None
        return not self.dossier.taking_comments

    @property
    def heard(self) -> bool:
        """Whether a proposal without a text yet has had its comments: they come next."""
        return self.version is None and self.consultation is not None and self.is_preparing

    @property
    def may_open(self) -> bool:
        """Whether what is prepared may be put to the people at this stage."""
        return self.dossier.stage in OPENING

    @property
    def may_revise(self) -> bool:
        """Whether what is prepared may be shown without a new comment period."""
        return self.version is not None and self.dossier.stage in REVISING

    @property
    def next_number(self) -> int:
        """The number that the next text of the draft will have."""
        return self.version.number + 1 if self.version is not None else 1

    @property
    def declared_by(self) -> set[int]:
        """Ids of the officers who gave their word on the newest version."""
        return {declaration.officer_id for declaration in self.declarations}


@dataclass(frozen=True)
class Preview:
    """The period that a number of days would give, and the days its end had to pass over."""

    period: Period
    passed: list[tuple[date, Holiday | None]]  # without a holiday it is a weekend


def progress(dossier: Dossier, now: datetime) -> Progress:
    """The dossier as the desk shows it at `now`."""
    version = newest(dossier)
    consultation = latest(dossier.id)
    return Progress(
        dossier=dossier,
        version=version,
        units=_units(version) if version is not None else 0,
        declarations=_declarations(dossier, words_of(dossier, version)),
        gaps=gaps(dossier, version, now),
        rule=rule_of(dossier, now),
        consultation=consultation,
        extensions=_extensions(consultation) if consultation is not None else [],
        missing=missing(dossier, version, clock.vn_date(now)),
        files=len(unposted(dossier.id)),
        moves=open_moves(dossier),
    )


def rule_of(dossier: Dossier, now: datetime) -> PeriodRule | None:
    """The period rule in force for the dossier, None when no row gives one."""
    try:
        return rule_for(dossier.document_type, clock.vn_date(now))
    except NoRuleError:
        return None


def preview(dossier: Dossier, days: int, now: datetime) -> Preview:
    """The period of that many days if opened at `now`; raises PeriodTooShort, NoRuleError."""
    planned = plan(dossier, days, now)
    return Preview(planned, passed_over(planned.raw_day, planned.last_day))


def passed_over(raw_day: date, last_day: date) -> list[tuple[date, Holiday | None]]:
    """The days on which a period could not end, each with the holiday it is."""
    rows = db.session.scalars(
        select(Holiday).where(
            Holiday.day >= raw_day, Holiday.day < last_day, Holiday.kind == "off", HELD
        )
    )
    named = {row.day: row for row in rows}
    days = (raw_day + timedelta(days=n) for n in range((last_day - raw_day).days))
    return [(day, named.get(day)) for day in days]


def _units(version: DraftVersion) -> int:
    counted = select(func.count()).select_from(Provision)
    return db.session.scalar(counted.where(Provision.version_id == version.id)) or 0


def _declarations(dossier: Dossier, digest: str) -> list[Declaration]:
    given = select(Declaration).where(
        Declaration.dossier_id == dossier.id, Declaration.digest == digest
    )
    return list(db.session.scalars(given.order_by(Declaration.at)))


def _extensions(consultation: Consultation) -> list[Extended]:
    """How the end has moved so far, the first move first."""
    rows = (
        select(Extension, Officer.name)
        .join(Officer, Officer.id == Extension.officer_id)
        .where(Extension.consultation_id == consultation.id)
        .order_by(Extension.id)
    )
    return [
        Extended(
            # the end is 24:00, which the calendar already gives to the next day
            old_last_day=clock.vn_date(extension.old_closes_at - timedelta(minutes=1)),
            new_last_day=extension.new_last_day,
            at=extension.at,
            by=name,
            reason=extension.reason,
        )
        for extension, name in db.session.execute(rows)
    ]
