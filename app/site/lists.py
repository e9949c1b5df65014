"""Lists of dossiers, paged by key: what is open, answered, adopted, proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.comments.models import Tally
from app.comments.tally import TOTAL
from app.consultations.models import Consultation
from app.documents.access import LARGEST_ID
from app.documents.models import Dossier, Stage
from app.extensions import db
from app.site import heads
from app.site.heads import AnyRow, AnySelect

PAGE = 24


class View(StrEnum):
    """What part of all dossiers a list shows."""

    ALL = ""
    OPEN = "open"
    RESPONDING = "responding"
    ADOPTED = "adopted"
    CLOSED = "closed"
    PROPOSALS = "proposals"


STAGES: dict[View, tuple[Stage, ...]] = {
    View.RESPONDING: (Stage.RESPONDING, Stage.APPRAISAL, Stage.VERIFICATION),
    View.ADOPTED: (Stage.ADOPTED,),
    View.CLOSED: (Stage.RESPONDING, Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED),
    View.PROPOSALS: (Stage.PROPOSAL, Stage.DRAFTING),
}


@dataclass(frozen=True)
class Listing:
    """One page of a list; `after` is the key of the next page, None on the last."""

    rows: Sequence[AnyRow]
    after: str | None


def number(text: str, largest: int) -> int:
    """The id that stands in an address; raises ValueError where no row could have it."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= largest):
        raise ValueError(text)
    return int(text)


def listing(
    view: View, after: str, now: datetime, where: Iterable[ColumnElement[bool]] = ()
) -> Listing:
    """The dossiers of `view` that follow the key `after`; raises ValueError on a forged key.

    `where` narrows them further, by what is true of a dossier and its agency.

    Open ones come in the order in which they close, all others newest first.
    """
    query = heads.select_cards().where(*where)
    if view in STAGES:
        query = query.where(Dossier.stage.in_([stage.value for stage in STAGES[view]]))
    query = _open(query, after, now) if view is View.OPEN else _newest(query, after)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    if len(rows) <= PAGE:
        return Listing(rows, None)
    last = rows[PAGE - 1]
    key = f"{last.closes_at:%Y%m%dT%H%M%SZ}-{last.id}" if view is View.OPEN else str(last.id)
    return Listing(rows[:PAGE], key)


def _open(query: AnySelect, after: str, now: datetime) -> AnySelect:
    query = query.where(*_taking(now))
    if after:
        at, _, last = after.partition("-")
        closes_at = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        same = and_(Consultation.closes_at == closes_at, Dossier.id > number(last, LARGEST_ID))
        query = query.where(or_(Consultation.closes_at > closes_at, same))
    return query.order_by(Consultation.closes_at, Dossier.id)


def _taking(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is true of a period that takes comments; the announced end is the one with an index."""
    soon = Consultation.closes_at > now, Consultation.opened_at <= now
    return *soon, Consultation.closed_at.is_(None)


def _newest(query: AnySelect, after: str) -> AnySelect:
    if after:
        query = query.where(Dossier.id < number(after, LARGEST_ID))
    return query.order_by(Dossier.id.desc())


@dataclass(frozen=True)
class Figures:
    """What the front page counts; comments come from the tallies, which the ledger moves."""

    open: int
    responding: int
    received: int
    published: int


def figures(now: datetime) -> Figures:
    """The figures of the whole portal."""
    received, published = db.session.execute(
        select(
            func.coalesce(func.sum(Tally.received), 0), func.coalesce(func.sum(Tally.published), 0)
        ).where(Tally.article_lineage_id == TOTAL)
    ).one()
    stages = [stage.value for stage in STAGES[View.RESPONDING]]
    return Figures(
        open=_many(Consultation.id, *_taking(now)),
        responding=_many(Dossier.id, Dossier.stage.in_(stages)),
        received=int(received),
        published=int(published),
    )


def _many(column: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions)) or 0


@dataclass(frozen=True)
class FrontPage:
    """The first few dossiers of each kind."""

    open: Sequence[AnyRow]
    closed: Sequence[AnyRow]
    proposals: Sequence[AnyRow]


def front_page(now: datetime) -> FrontPage:
    """What the front page shows: the soonest to close, the last that closed, the newest ideas."""
    return FrontPage(
        open=_first(View.OPEN, 12, now),
        closed=_first(View.CLOSED, 6, now),
        proposals=_first(View.PROPOSALS, 6, now),
    )


def _first(view: View, limit: int, now: datetime) -> Sequence[AnyRow]:
    query = heads.select_cards()
    if view is View.OPEN:
        return db.session.execute(_open(query, "", now).limit(limit)).all()
    query = query.where(Dossier.stage.in_([stage.value for stage in STAGES[view]]))
    if view is View.CLOSED:
        query = query.order_by(Consultation.closes_at.desc())
    return db.session.execute(query.order_by(Dossier.id.desc()).limit(limit)).all()
