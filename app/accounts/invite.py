"""Invitations: the one way to become an officer, and to come back without a password."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts import factors
from app.accounts.models import Agency, Grant, Invitation, Officer, Role
from app.accounts.officer_sessions import end_all
from app.accounts.passwords import hash_password
from app.extensions import db
from app.kit.codes import new_key
from app.ledger.record import record
from app.ledger.verbs import Verb

OPEN_FOR = timedelta(days=7)


class AlreadyOfficerError(Exception):
    """Raised when somebody with that e-mail is an officer of another agency."""


class InvitationOverError(Exception):
    """Raised when the invitation does not exist, was taken up, or has run out."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _officer(email: str, agency_id: int) -> Officer | None:
    """The officer of that agency with that e-mail; nobody is taken over from another agency."""
    officer = db.session.scalar(select(Officer).where(Officer.email == email))
    if officer is not None and officer.agency_id != agency_id:
        raise AlreadyOfficerError
    return officer


def invite(
    *,
    email: str,
    name: str,
    job_title: str,
    role: Role,
    agency: Agency,
    invited_by: Officer | None,
    now: datetime,
    scope: Agency | None = None,
) -> str:
    """An open invitation exists; returns its token, which is kept nowhere.

    The role will hold at `scope` and below it, which is the person's own agency unless given.
    An officer of the agency may be invited again: for another role, or to set a new password.
    """
    scope = scope or agency
    email = email.strip().lower()
    _officer(email, agency.id)
    token = new_key()
    invitation = Invitation(
        token_digest=_digest(token),
        email=email,
        name=name,
        job_title=job_title,
        role=role.value,
        agency_id=agency.id,
        scope_id=scope.id,
        invited_by=invited_by.id if invited_by is not None else None,
        expires_at=now + OPEN_FOR,
    )
    db.session.add(invitation)
    db.session.flush()
    record(
        Verb.OFFICER_INVITED,
        f"invitation:{invitation.id}",
        actor_id=invitation.invited_by,
        invitation_id=invitation.id,
        role=role.value,
        agency_id=scope.id,
    )
    return token


def find(token: str, now: datetime) -> Invitation:
    """The open invitation with that token; raises InvitationOverError."""
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.token_digest == _digest(token))
    )
    if invitation is None or not invitation.is_open(now):
        raise InvitationOverError
    return invitation


def take_up(token: str, password: str, now: datetime) -> Officer:
    """The invited person is an officer with that password and the invited role.

    One who was an officer before is unlocked, and every session with the old password is over.
    """
    invitation = find(token, now)
    officer = _officer(invitation.email, invitation.agency_id)
    if officer is None:
        officer = Officer(email=invitation.email, agency_id=invitation.agency_id, created_at=now)
        db.session.add(officer)
    officer.name = invitation.name
    officer.job_title = invitation.job_title
    officer.password_hash = hash_password(password)
    officer.session_key = new_key()
    officer.active = True
    officer.asleep_at = None
    officer.failures = 0
    officer.locked_until = None
    db.session.flush()
    end_all(officer)
    factors.forget_guesses(officer)
    db.session.merge(
        Grant(officer_id=officer.id, role=invitation.role, agency_id=invitation.scope_id)
    )
    invitation.taken_at = now
    record(
        Verb.OFFICER_JOINED,
        f"officer:{officer.id}",
        actor_id=officer.id,
        officer_id=officer.id,
        invitation_id=invitation.id,
    )
    return officer
