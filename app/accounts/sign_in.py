"""Signing in: five wrong passwords lock an account for a while, and nobody learns which exist."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.officer_sessions import end_all
from app.accounts.passwords import verify
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


def sign_in(email: str, password: str, now: datetime) -> Officer | None:
    """The officer with that e-mail and password, or None; failures are counted and can lock."""
    # locked, so that guesses sent at the same instant are counted one by one
    known = select(Officer).where(Officer.email == email.strip().lower())
    officer = db.session.scalar(known.with_for_update(of=Officer))
    fits = verify(officer.password_hash if officer is not None else None, password)
    if officer is None or not officer.active:
        return None
    if officer.locked_until is not None and now < officer.locked_until:
        return None
    if not fits:
        officer.failures += 1
        if officer.failures >= MAX_FAILURES:
            officer.locked_until = now + LOCKED_FOR
            record(
                Verb.OFFICER_LOCKED,
                f"officer:{officer.id}",
                officer_id=officer.id,
                failures=officer.failures,
            )
            officer.failures = 0
        return None
    officer.failures = 0
    officer.locked_until = None
    return officer


def close(officer: Officer) -> None:
    """The account is closed: no session of it goes on, and only a new invitation opens it."""
    officer.active = False
    end_all(officer)
    record(Verb.OFFICER_CLOSED, f"officer:{officer.id}", officer_id=officer.id)
