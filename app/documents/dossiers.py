"""Dossiers: how one begins, is described, and moves through its life."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import Agency, Officer
from app.documents.models import BLOCKS, DocumentType, Dossier, Stage, StageStep, Topic
from app.documents.topics import label
from app.extensions import db
from app.kit import clock
from app.kit.text import slugify
from app.ledger.record import record
from app.ledger.verbs import Verb

DESCRIPTION = ("title_en", *BLOCKS, "summary_en")

NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.PROPOSAL: frozenset({Stage.DRAFTING, Stage.WITHDRAWN}),
    Stage.DRAFTING: frozenset({Stage.CONSULTATION, Stage.WITHDRAWN}),
    Stage.CONSULTATION: frozenset({Stage.RESPONDING, Stage.WITHDRAWN}),
    # a revised draft may be put to the people once more
    Stage.RESPONDING: frozenset({Stage.CONSULTATION, Stage.APPRAISAL, Stage.WITHDRAWN}),
    Stage.APPRAISAL: frozenset({Stage.VERIFICATION, Stage.WITHDRAWN}),
    Stage.VERIFICATION: frozenset({Stage.ADOPTED, Stage.WITHDRAWN}),
    Stage.ADOPTED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}


def next_of(dossier: Dossier) -> frozenset[Stage]:
    """The stages that may follow: where nobody votes, appraisal leads to adoption."""
    stage = Stage(dossier.stage)
    if stage is Stage.APPRAISAL and not dossier.type.verified:
        return NEXT[Stage.VERIFICATION]
    return NEXT[stage]


class IllegalStageError(Exception):
    """Raised when a dossier would skip a stage or come back from an end."""


class StepDateError(Exception):
    """Raised when a stage would be dated before the one before it, or in the future."""


class OutcomeKeptError(Exception):
    """Raised when what is known of an adopted document would change, or nothing be added to it."""


def _free_slug(title: str) -> str:
    base = slugify(title, 70) or "du-thao"
    taken = set(
        db.session.scalars(
            select(Dossier.slug).where(Dossier.slug.startswith(base, autoescape=True))
        )
    )
    slug, n = base, 1
    while slug in taken:
        n += 1
        slug = f"{base}-{n}"
    return slug


def create(
    *,
    title: str,
    document_type: DocumentType,
    agency: Agency,
    officer: Officer,
    now: datetime,
    stage: Stage = Stage.DRAFTING,
    title_en: str = "",
    coordinating: Sequence[Agency] = (),
    topic: Topic | None = None,
) -> Dossier:
    """A dossier of the lead agency exists at `stage` (a proposal or a draft), with its own slug."""
    if stage not in (Stage.PROPOSAL, Stage.DRAFTING):
        raise IllegalStageError(stage)
    dossier = Dossier(
        slug=_free_slug(title),
        title=title,
        title_en=title_en,
        document_type=document_type.code,
        agency_id=agency.id,
        stage=stage.value,
        created_at=now,
        coordinating=list(coordinating),
    )
    db.session.add(dossier)
    db.session.flush()
    db.session.add(StageStep(dossier_id=dossier.id, stage=stage.value, at=now))
    record(
        Verb.DOSSIER_CREATED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        at=now,
        dossier_id=dossier.id,
        agency_id=agency.id,
    )
    label(dossier, topic, officer, now)
    return dossier


def describe(dossier: Dossier, words: Mapping[str, str], officer: Officer, now: datetime) -> None:
    """The content blocks (S09–S12) and the affected parties read as given.

    Raises IllegalStageError while comments are taken and once a draft is public: what people
    comment on does not change.
    """
    if dossier.stage not in (Stage.PROPOSAL, Stage.DRAFTING) or dossier.taking_comments:
        raise IllegalStageError(dossier.stage)
    for name in DESCRIPTION:
        if name in words:
            setattr(dossier, name, words[name] or "")
    record(
        Verb.DOSSIER_DESCRIBED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        at=now,
        dossier_id=dossier.id,
        digest=description_digest(dossier),
    )


def draft_types() -> Sequence[DocumentType]:
    """The types that a draft may be of, in the order of lists."""
    drafts = select(DocumentType).where(DocumentType.proposes.is_(False))
    return db.session.scalars(drafts.order_by(DocumentType.position)).all()


def retype(dossier: Dossier, kind: DocumentType, officer: Officer, now: datetime) -> None:
    """The dossier leads to a document of that type, whose rules hold from now on.

    Raises IllegalStageError while comments are taken and once a draft was opened, and for a type
    of proposals.
    """
    being_written = dossier.stage in (Stage.PROPOSAL, Stage.DRAFTING)
    if not being_written or dossier.taking_comments or kind.proposes:
        raise IllegalStageError(dossier.stage)
    dossier.type = kind
    db.session.flush()
    record(
        Verb.DOSSIER_TYPED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        at=now,
        dossier_id=dossier.id,
        document_type=kind.code,
    )


def description_digest(dossier: Dossier) -> str:
    """SHA-256 (hex) of the content blocks as they read now."""
    text = "\x00".join(getattr(dossier, name) for name in DESCRIPTION)
    return hashlib.sha256(text.encode()).hexdigest()


def advance(
    dossier: Dossier,
    stage: Stage,
    now: datetime,
    *,
    officer: Officer | None,
    note: str = "",
    on: date | None = None,
    consultation_id: int | None = None,
) -> None:
    """The dossier is at `stage`, dated in its timeline: now, or on the day it was reached.

    Raises IllegalStageError on a jump, StepDateError for a day before the last step or to come.
    """
    if stage not in next_of(dossier):
        raise IllegalStageError(f"{dossier.stage} → {stage}")
    at = now if on is None else _reached(dossier, on, now)
    dossier.stage = stage.value
    db.session.add(StageStep(dossier_id=dossier.id, stage=stage.value, at=at, note=note))
    record(
        Verb.DOSSIER_ADVANCED,
        f"dossier:{dossier.id}",
        actor_id=officer.id if officer is not None else None,
        consultation_id=consultation_id,
        at=now,
        dossier_id=dossier.id,
        stage=stage.value,
    )


def last_step(dossier: Dossier) -> StageStep | None:
    """The step the dossier stands at."""
    steps = select(StageStep).where(StageStep.dossier_id == dossier.id)
    return db.session.scalar(steps.order_by(StageStep.id.desc()).limit(1))


def _reached(dossier: Dossier, on: date, now: datetime) -> datetime:
    """The instant that stands for the day a stage was reached; of today it is now."""
    before = last_step(dossier)
    if on > clock.vn_date(now) or (before is not None and on < clock.vn_date(before.at)):
        raise StepDateError
    if on == clock.vn_date(now):
        return now
    start = clock.vn_midnight(on)
    return max(start, before.at) if before is not None else start


def adopt(
    dossier: Dossier,
    *,
    number: str,
    on: date,
    gazette: str,
    officer: Officer,
    now: datetime,
    effective: date | None = None,
    note: str = "",
    consultation_id: int | None = None,
) -> None:
    """The dossier is adopted; number, day and gazette lead back from law to drafts (S16).

    Raises what `advance` raises.
    """
    stage = Stage.ADOPTED
    advance(dossier, stage, now, officer=officer, note=note, on=on, consultation_id=consultation_id)
    dossier.outcome_number = number
    dossier.outcome_date = on
    dossier.outcome_effective = effective
    dossier.outcome_gazette = gazette


def complete_outcome(
    dossier: Dossier,
    *,
    gazette: str,
    effective: date | None,
    officer: Officer,
    now: datetime,
    consultation_id: int | None = None,
) -> None:
    """What was still unknown of the adopted document is there, with the day it was added.

    Raises OutcomeKeptError where it would say something else, or nothing new.
    """
    had = dossier.outcome_gazette, dossier.outcome_effective
    gazette, effective = gazette or had[0], effective or had[1]
    kept = gazette == (had[0] or gazette) and effective == (had[1] or effective)
    if dossier.stage != Stage.ADOPTED or not kept or (gazette, effective) == had:
        raise OutcomeKeptError
    dossier.outcome_gazette, dossier.outcome_effective = gazette, effective
    dossier.outcome_completed_at = now
    said = [dossier.outcome_number, str(dossier.outcome_date), gazette, str(effective or "")]
    record(
        Verb.OUTCOME_COMPLETED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        consultation_id=consultation_id,
        at=now,
        dossier_id=dossier.id,
        digest=hashlib.sha256("\x00".join(said).encode()).hexdigest(),
    )
