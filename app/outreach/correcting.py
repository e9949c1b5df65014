"""Corrections of false claims about a draft: written by one officer, published by another (S65)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Officer
from app.consultations.lifecycle import latest
from app.documents.models import Dossier, DraftVersion, Provision
from app.documents.versions import posted
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.outreach.models import Correction


class NoSuchPlaceError(Exception):
    """Raised when no posted text of the draft has a provision with that anchor."""


class SelfPublicationError(Exception):
    """Raised when the officer who wrote a correction would publish it."""


class SettledError(Exception):
    """Raised when the correction was published or taken back already, or never published."""


def newest_posted(dossier: Dossier) -> DraftVersion | None:
    """The text that a correction cites: the newest that everybody can read."""
    found = posted(dossier.id)
    return found[-1] if found else None


def write(
    dossier: Dossier, claim: str, official: str, anchor: str, officer: Officer, now: datetime
) -> Correction:
    """A correction waits for a second officer; raises NoSuchPlaceError."""
    correction = Correction(
        dossier_id=dossier.id,
        claim=claim,
        official=official,
        version_id=_cited(dossier, anchor),
        anchor=anchor,
        written_by=officer.id,
        written_at=now,
    )
    correction.dossier = dossier
    db.session.add(correction)
    db.session.flush()
    _note(Verb.CORRECTION_WRITTEN, correction, officer, now, digest=digest(correction))
    return correction


def rewrite(
    correction: Correction, claim: str, official: str, anchor: str, officer: Officer, now: datetime
) -> None:
    """The unpublished correction reads so; raises SettledError, NoSuchPlaceError."""
    _hold(correction)
    if correction.published_at is not None:
        raise SettledError
    correction.version_id = _cited(correction.dossier, anchor)
    correction.claim, correction.official, correction.anchor = claim, official, anchor
    correction.written_by, correction.written_at = officer.id, now
    db.session.flush()
    _note(Verb.CORRECTION_WRITTEN, correction, officer, now, digest=digest(correction))


def publish(correction: Correction, seen: str, officer: Officer, now: datetime) -> None:
    """Everybody can read the correction that was `seen`; raises SelfPublicationError, SettledError.

    `seen` is the digest of what the officer read.
    """
    _hold(correction)
    if correction.published_at is not None or digest(correction) != seen:
        raise SettledError
    if correction.written_by == officer.id:
        raise SelfPublicationError
    correction.published_by, correction.published_at = officer.id, now
    db.session.flush()
    _note(Verb.CORRECTION_PUBLISHED, correction, officer, now, digest=seen)


def withdraw(correction: Correction, reason: str, officer: Officer, now: datetime) -> None:
    """The correction stays to be read, as taken back and why; raises SettledError."""
    _hold(correction)
    if correction.published_at is None or correction.withdrawn_at is not None:
        raise SettledError
    correction.withdrawn_reason, correction.withdrawn_at = reason, now
    db.session.flush()
    _note(Verb.CORRECTION_WITHDRAWN, correction, officer, now)


def digest(correction: Correction) -> str:
    """SHA-256 in hex over what a correction says, and where in which text."""
    said = (correction.claim, correction.official, str(correction.version_id), correction.anchor)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _cited(dossier: Dossier, anchor: str) -> int:
    version = newest_posted(dossier)
    found = version is not None and db.session.scalar(
        select(Provision.id).where(Provision.version_id == version.id, Provision.anchor == anchor)
    )
    if version is None or not found:
        raise NoSuchPlaceError(anchor)
    return version.id


def _hold(correction: Correction) -> None:
    """Nobody else changes the correction before our commit."""
    db.session.refresh(correction, with_for_update={"of": Correction})


def _note(
    verb: Verb, correction: Correction, officer: Officer, now: datetime, **facts: str
) -> None:
    consultation = latest(correction.dossier_id)
    record(
        verb,
        f"correction:{correction.id}",
        actor_id=officer.id,
        consultation_id=consultation.id if consultation is not None else None,
        at=now,
        correction_id=correction.id,
        dossier_id=correction.dossier_id,
        **facts,
    )
