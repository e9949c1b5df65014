"""Leases: who looks at a comment, so that no second moderator decides it at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Officer
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.moderation.models import Lease

LEASE = timedelta(minutes=10)
CHUNK = 200  # rows in one statement: SQLite and PostgreSQL both limit its parameters


@dataclass(frozen=True)
class Holder:
    """Who has a comment open, and until when."""

    officer_id: int
    name: str
    until: datetime


class LeasedError(Exception):
    """Raised when somebody else has the comment open; `holder` says who."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder.name)
        self.holder = holder


class NotLeasedError(Exception):
    """Raised when a decision comes from somebody who does not hold the comment any more."""


def take(comment_id: int, officer: Officer, now: datetime) -> Lease:
    """The officer holds the comment for LEASE from now on, anew or for longer; LeasedError."""
    if comment_id not in claim([comment_id], officer, now):
        found = holders([comment_id], now).get(comment_id)
        # it may have been given back between the two looks
        if found is not None or not claim([comment_id], officer, now):
            raise LeasedError(found or holders([comment_id], now)[comment_id])
    return _lease(comment_id)


def take_over(comment_id: int, officer: Officer, now: datetime) -> Lease:
    """The officer holds the comment, whoever did before; taking it from another is on record."""
    before = db.session.scalar(
        select(Lease)
        .where(Lease.comment_id == comment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if before is None or before.until <= now or before.officer_id == officer.id:
        return take(comment_id, officer, now)
    record(
        Verb.LEASE_TAKEN_OVER,
        f"comment:{comment_id}",
        actor_id=officer.id,
        at=now,
        comment_id=comment_id,
        officer_id=before.officer_id,
    )
    before.officer_id, before.taken_at, before.until = officer.id, now, now + LEASE
    db.session.flush()
    return before


def release(comment_id: int, officer: Officer) -> None:
    """The officer holds the comment no longer; nothing happens where another one does."""
    db.session.execute(
        delete(Lease)
        .where(Lease.comment_id == comment_id, Lease.officer_id == officer.id)
        .execution_options(synchronize_session="fetch")
    )


def holders(comment_ids: Iterable[int], now: datetime) -> dict[int, Holder]:
    """Who holds which of these comments at this moment."""
    rows = db.session.execute(HELD, {"ids": list(comment_ids), "now": now})
    return {row.comment_id: Holder(row.officer_id, row.name, row.until) for row in rows}


_leases, _officers = Lease.__table__.c, Officer.__table__.c
HELD = (
    select(_leases.comment_id, _leases.officer_id, _officers.name, _leases.until)
    .join(Officer.__table__, _officers.id == _leases.officer_id)
    .where(
        _leases.comment_id.in_(bindparam("ids", expanding=True)), _leases.until > bindparam("now")
    )
)


def require(comment_id: int, officer: Officer, now: datetime) -> None:
    """The officer holds the comment at this moment; raises NotLeasedError."""
    held = select(Lease.comment_id).where(
        Lease.comment_id == comment_id, Lease.officer_id == officer.id, Lease.until > now
    )
    if db.session.scalar(held) is None:
        raise NotLeasedError


def spend(comment_id: int, officer: Officer, now: datetime) -> None:
    """The officer held the comment and does no more; raises NotLeasedError.

    One statement looks and gives back, so between the two nobody can take the comment over.
    """
    spent: Any = db.session.execute(
        delete(Lease)
        .where(Lease.comment_id == comment_id, Lease.officer_id == officer.id, Lease.until > now)
        .execution_options(synchronize_session="fetch")
    )
    if spent.rowcount != 1:
        raise NotLeasedError


def claim(comment_ids: Sequence[int], officer: Officer, now: datetime) -> set[int]:
    """Those of the comments that the officer holds for LEASE from now on: all that were free.

    One statement per CHUNK on both databases; the numbers go up, so that two who claim the same
    comments wait for each other and never in a circle.
    """
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    taken = {"officer_id": officer.id, "taken_at": now, "until": now + LEASE}
    free = or_(Lease.until <= now, Lease.officer_id == officer.id)
    found: set[int] = set()
    asked = sorted(set(comment_ids))
    for start in range(0, len(asked), CHUNK):
        rows = [{"comment_id": one, **taken} for one in asked[start : start + CHUNK]]
        found.update(
            db.session.execute(
                dialect.insert(Lease)
                .values(rows)
                .on_conflict_do_update(index_elements=["comment_id"], set_=taken, where=free)
                .returning(Lease.comment_id)
            ).scalars()
        )
    return found


def give_back(comment_ids: Sequence[int], officer: Officer) -> None:
    """The officer holds none of these comments."""
    for start in range(0, len(comment_ids), CHUNK):
        db.session.execute(
            delete(Lease)
            .where(
                Lease.comment_id.in_(comment_ids[start : start + CHUNK]),
                Lease.officer_id == officer.id,
            )
            .execution_options(synchronize_session=False)
        )


def _lease(comment_id: int) -> Lease:
    return db.session.scalars(
        select(Lease)
        .where(Lease.comment_id == comment_id)
        .execution_options(populate_existing=True)
    ).one()
