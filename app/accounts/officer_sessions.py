"""Sessions of officers: begun with a new token, five at most, ended at once and for good (G27)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.accounts.door_models import OfficerSession
from app.accounts.models import Officer, Role
from app.extensions import db
from app.kit.codes import new_key
from app.ledger.record import record
from app.ledger.verbs import Verb

MOST = 5
IDLE = timedelta(minutes=15)
IDLE_ADMIN = timedelta(minutes=5)
ABSOLUTE = timedelta(hours=12)
# a session that is over still tells, so long, whose form it was that came too late
REMEMBERED = timedelta(days=2)
# how old a proof of who sits there may be for a change of password or factors (ASVS 7.5.1)
PROOF = timedelta(minutes=5)


def digest(token: str) -> str:
    """What is kept of a token; the token has 128 random bits, so nobody finds it from this."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(officer: Officer, browser: str, now: datetime) -> str:
    """A session of the officer has begun, the sixth ended the oldest; returns its token."""
    token = new_key()
    others = select(OfficerSession).where(OfficerSession.officer_id == officer.id)
    newest = others.order_by(OfficerSession.begun_at.desc(), OfficerSession.id.desc())
    running = 0
    for other in db.session.scalars(newest).all():
        over = now >= other.begun_at + ABSOLUTE
        running += not over
        if now >= other.begun_at + REMEMBERED or (not over and running >= MOST):
            db.session.delete(other)
    db.session.add(
        OfficerSession(
            officer_id=officer.id,
            token_digest=digest(token),
            begun_at=now,
            proved_at=now,
            browser=browser,
        )
    )
    officer.last_seen_at = now
    record(
        Verb.OFFICER_SIGNED_IN, f"officer:{officer.id}", actor_id=officer.id, officer_id=officer.id
    )
    return token


def running(officer: Officer, now: datetime) -> list[OfficerSession]:
    """The sessions of the officer that may still be in use, the newest first."""
    query = (
        select(OfficerSession)
        .where(OfficerSession.officer_id == officer.id, OfficerSession.begun_at > now - ABSOLUTE)
        .order_by(OfficerSession.begun_at.desc(), OfficerSession.id.desc())
    )
    return list(db.session.scalars(query))


def end(officer: Officer, session_id: int) -> None:
    """That session of the officer is over."""
    db.session.execute(
        delete(OfficerSession).where(
            OfficerSession.id == session_id, OfficerSession.officer_id == officer.id
        )
    )


def end_all(officer: Officer, but: int = 0) -> None:
    """Every session of the officer is over but that one, and so is every half-done sign-in."""
    officer.session_key = new_key()
    db.session.execute(
        delete(OfficerSession).where(
            OfficerSession.officer_id == officer.id, OfficerSession.id != but
        )
    )


def idle_limit(officer: Officer) -> timedelta:
    """How long the officer may do nothing."""
    return IDLE_ADMIN if officer.holds(Role.ADMIN) else IDLE


def is_over(officer: Officer, own: OfficerSession, seen: float, now: datetime) -> bool:
    """Whether the session has run out; `seen` is when it was last used, in seconds of Unix time."""
    idle = now.timestamp() - seen
    return now >= own.begun_at + ABSOLUTE or idle >= idle_limit(officer).total_seconds()


def is_proved(own: OfficerSession, now: datetime) -> bool:
    """Whether the officer showed a password or a factor here a moment ago."""
    return now < own.proved_at + PROOF
