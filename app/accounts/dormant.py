"""Accounts that nobody uses fall asleep after 45 days, until an administrator opens them (L32)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.accounts.officer_sessions import end_all
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb

AFTER = timedelta(days=45)


def is_due(officer: Officer, now: datetime) -> bool:
    """Whether nobody has signed in as the officer for so long that the account must sleep."""
    return now >= (officer.last_seen_at or officer.created_at) + AFTER


def fall_asleep(now: datetime) -> None:
    """Every account that nobody used for 45 days is closed, and the ledger says so."""
    seen = func.coalesce(Officer.last_seen_at, Officer.created_at)
    due = select(Officer).where(Officer.active.is_(True), seen <= now - AFTER)
    for officer in db.session.scalars(due.with_for_update(of=Officer)).all():
        officer.active = False
        officer.asleep_at = now
        end_all(officer)
        record(Verb.OFFICER_SUSPENDED, f"officer:{officer.id}", officer_id=officer.id)


def wake(officer: Officer, by: Officer | None, now: datetime) -> bool:
    """The account is open again, with its password and factors; False if it was not asleep."""
    if officer.asleep_at is None:
        return False
    officer.active = True
    officer.asleep_at = None
    officer.last_seen_at = now
    record(
        Verb.OFFICER_REOPENED,
        f"officer:{officer.id}",
        actor_id=by.id if by is not None else None,
        officer_id=officer.id,
    )
    return True


DUTIES = (fall_asleep,)
