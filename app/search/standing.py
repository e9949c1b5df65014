"""What every public draft is at this moment: its agency, its stage, whether it takes comments."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import func, select

from app.accounts import territories
from app.accounts.models import Agency
from app.consultations.models import Consultation
from app.documents.models import Dossier, is_public
from app.extensions import db, reads_only
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.search.facets import Standing, Standings, Status

KEPT = "standings"
# what a draft is, whose it is, and where that is: the subjects of facts that may change it
SUBJECTS = {"dossier", "takedown", "consultation", "agency", "territory"}
VERBS = [verb for verb in Verb if verb.value.partition(".")[0] in SUBJECTS]
MANY = 10_000  # facts of which it is no longer asked whether one of them matters

_lock = threading.Lock()


@dataclass(frozen=True)
class _Kept:
    """The standings as they were at an instant and a revision; true until the next closing."""

    standings: Standings
    revision: int
    at: datetime
    until: datetime | None

    def stands(self, now: datetime) -> bool:
        return self.at <= now and (self.until is None or now < self.until)


def standings() -> Standings:
    """All public drafts, and which territories lie in which.

    Kept by the process until a fact changes one of them, or one closes: asked of the database
    only then.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    newest: int = app.extensions["revisions"].refresh()
    kept = _still(app.extensions.get(KEPT), newest)
    if kept is None:
        with _lock:
            kept = _still(app.extensions.get(KEPT), newest)
            if kept is None:
                kept = app.extensions[KEPT] = _anew(app, app.extensions.get(KEPT), newest)
    return kept.standings


def _still(kept: _Kept | None, newest: int) -> _Kept | None:
    """What is kept, if nothing at all has happened since."""
    same = kept is not None and kept.revision == newest and kept.stands(clock.now())
    return kept if same else None


def _anew(app: Flask, kept: _Kept | None, newest: int) -> _Kept:
    """What is true now, read in a transaction that begins after `newest` was known."""
    token = reads_only.set(True)
    try:
        with app.app_context():
            now = clock.now()
            if kept is not None and kept.stands(now) and not _touched(kept.revision, newest):
                return replace(kept, revision=newest)
            found = _read(now)
    finally:
        reads_only.reset(token)
    open_now = (found.dossiers[dossier_id].closes_at for dossier_id in found.closing()[:1])
    return _Kept(found, newest, now, next(open_now, None))


def _touched(after: int, upto: int) -> bool:
    """Whether a fact above the one revision, up to the other, may have changed a draft."""
    if not after < upto <= after + MANY:
        return True
    facts = select(Entry.seq).where(Entry.seq > after, Entry.seq <= upto, Entry.verb.in_(VERBS))
    return db.session.scalar(facts.limit(1)) is not None


def _read(now: datetime) -> Standings:
    ends = (
        select(Consultation.dossier_id, func.max(Consultation.ends_at).label("at"))
        .group_by(Consultation.dossier_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Dossier.id,
            Dossier.slug,
            Agency.slug.label("agency"),
            Dossier.topic,
            Agency.territory,
            Dossier.document_type,
            Dossier.stage,
            ends.c.at,
        )
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(ends, ends.c.dossier_id == Dossier.id)
        .where(is_public())
    )
    dossiers = {
        row.id: Standing(
            row.slug,
            row.agency,
            row.topic or "",
            row.territory or "",
            row.document_type,
            row.stage,
            Status.OPEN if row.at is not None and now < row.at else Status.CLOSED,
            row.at,
        )
        for row in rows
    }
    above = {code: frozenset(line) for code, line in territories.lines().items()}
    return Standings(dossiers, above, _some_hidden())


def _some_hidden() -> bool:
    """Whether a proposal that people spoke to has been emptied since: its pages are gone."""
    hidden = (
        select(Consultation.id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(~is_public())
    )
    return db.session.scalar(hidden.limit(1)) is not None
