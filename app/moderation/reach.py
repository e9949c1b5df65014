"""Which drafts a moderator reaches, and how many comments each holds in which state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.comments.models import CommentStatus, Tally
from app.comments.tally import TOTAL
from app.consultations.models import Consultation
from app.documents.models import Dossier, Provision
from app.extensions import db

LISTED = (
    CommentStatus.WAITING,
    CommentStatus.LATE,
    CommentStatus.PUBLISHED,
    CommentStatus.WITHHELD,
)
# the tallies follow the ledger: a draft that takes comments may hold some they do not know yet
FRESH = timedelta(days=2)


@dataclass(frozen=True)
class Draft:
    """A consultation as the queue names it; `counts` go with LISTED."""

    id: int
    round: int
    title: str
    slug: str
    agency_id: int
    taking: bool
    counts: tuple[int, ...]

    def holds(self, status: CommentStatus) -> bool:
        """Whether it may have comments in that state."""
        return self.taking or self.counts[LISTED.index(status)] > 0


@dataclass(frozen=True)
class Reach:
    """All consultations, and those among them that belong to the agencies in reach."""

    drafts: dict[int, Draft]
    others: list[Draft]

    def scopes(self, status: CommentStatus) -> list[int] | None:
        """Consultations to look into, None when all comments in that state are in reach."""
        if not any(draft.holds(status) for draft in self.others):
            return None
        return [draft.id for draft in self.drafts.values() if draft.holds(status)]

    def counts(self) -> dict[CommentStatus, int]:
        """How many comments in reach are in each listed state, as the tallies have it."""
        sums = [sum(many) for many in zip(*(d.counts for d in self.drafts.values()), strict=True)]
        return dict(zip(LISTED, sums or (0,) * len(LISTED), strict=True))


_consultation, _dossier = Consultation.__table__.c, Dossier.__table__.c
_tally = Tally.__table__.c
DRAFTS = (
    select(
        _consultation.id,
        _consultation.round,
        _consultation.closes_at,
        _dossier.title,
        _dossier.slug,
        _dossier.agency_id,
        _dossier.sealed,
        *(_tally[status.value] for status in LISTED),
    )
    .select_from(
        Consultation.__table__.join(
            Dossier.__table__, _dossier.id == _consultation.dossier_id
        ).outerjoin(
            Tally.__table__,
            (_tally.consultation_id == _consultation.id) & (_tally.article_lineage_id == TOTAL),
        )
    )
    .order_by(_consultation.id.desc())
)


def reached(agencies: Collection[int], now: datetime) -> Reach:
    """What the agencies' moderators see, the newest draft first."""
    rows = db.session.execute(DRAFTS)
    mine, others, within = {}, [], set(agencies)
    for number, nth, closes_at, title, slug, agency_id, sealed, *counts in rows:
        taking = closes_at + FRESH > now
        known = tuple(many or 0 for many in counts)
        draft = Draft(number, nth, title, slug, agency_id, taking, known)
        # nobody reviews what speaks to a draft that was taken from public view
        if agency_id in within and not sealed:
            mine[number] = draft
        else:
            others.append(draft)
    return Reach(mine, others)


_provision = Provision.__table__.c
PARTS = (
    select(
        _tally.article_lineage_id,
        _provision.anchor,
        _provision.heading,
        *(_tally[status.value] for status in LISTED),
    )
    .select_from(
        Tally.__table__.join(
            Consultation.__table__, _consultation.id == _tally.consultation_id
        ).outerjoin(
            Provision.__table__,
            (_provision.version_id == _consultation.version_id)
            & (_provision.lineage_id == _tally.article_lineage_id),
        )
    )
    .where(_tally.consultation_id == bindparam("id"))
    .order_by(_provision.position)
)


@dataclass(frozen=True)
class Part:
    """An article or annex that was commented on; lineage 0 is the draft as a whole."""

    lineage_id: int
    anchor: str
    heading: str
    counts: tuple[int, ...]


def parts(consultation_id: int) -> list[Part]:
    """The parts of the draft with comments, in document order; the whole draft comes first.

    The counts of the whole draft are those on no part of it.
    """
    rows = db.session.execute(PARTS, {"id": consultation_id}).all()
    whole = next((row[3:] for row in rows if row[0] == TOTAL), (0,) * len(LISTED))
    found = [Part(row[0], row[1] or "", row[2] or "", tuple(row[3:])) for row in rows if row[0]]
    on_parts = [sum(part.counts[n] for part in found) for n in range(len(LISTED))]
    rest = tuple(whole[n] - on_parts[n] for n in range(len(LISTED)))
    return [Part(TOTAL, "", "", rest), *found]
