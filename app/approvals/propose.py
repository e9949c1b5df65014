"""One officer proposes, a second one agrees or refuses; nobody agrees to their own (G19)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Agency, Officer
from app.accounts.policy import may
from app.approvals.kinds import kind_of, kinds
from app.approvals.models import Outcome, Proposal
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb


class SelfApprovalError(Exception):
    """Raised when whoever proposed something would decide on it too, whatever their roles."""


class NotTheirsError(Exception):
    """Raised when the officer's roles do not cover what they propose or decide on."""


class AlreadyProposedError(Exception):
    """Raised when the same thing waits for a second person already."""


class DecidedError(Exception):
    """Raised when somebody has decided on the proposal, or its time is over."""


class StaleProposalError(Exception):
    """Raised when what was proposed can no longer be done; says why in words."""


def waiting(kind: str, subject: str) -> Proposal | None:
    """The proposal of that kind about that subject on which nobody has decided."""
    found = select(Proposal).where(
        Proposal.kind == kind, Proposal.subject == subject, Proposal.outcome == ""
    )
    return db.session.scalar(found)


def propose(
    kind: str,
    subject: str,
    agency: Agency,
    words: dict[str, Any],
    reason: str,
    officer: Officer,
    now: datetime,
    expires_at: datetime | None = None,
) -> Proposal:
    """It waits for a second person; raises NotTheirsError, AlreadyProposedError."""
    if not may(officer, kinds()[kind].proposing, agency):
        raise NotTheirsError
    if waiting(kind, subject) is not None:
        raise AlreadyProposedError
    proposal = Proposal(
        kind=kind,
        subject=subject,
        agency_id=agency.id,
        words=words,
        reason=reason,
        proposed_by=officer.id,
        proposed_at=now,
        expires_at=expires_at,
        outcome="",
        reply="",
    )
    db.session.add(proposal)
    db.session.flush()
    said = json.dumps([words, reason], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    _record(Verb.PROPOSAL_MADE, proposal, officer, now, digest=digest)
    return proposal


def agree(proposal: Proposal, officer: Officer, now: datetime) -> None:
    """What was proposed is done, by two people.

    Raises SelfApprovalError, NotTheirsError, DecidedError, StaleProposalError.
    """
    _decidable(proposal, officer, now)
    _decide(proposal, Outcome.AGREED, officer, now)
    kind_of(proposal).carry_out(proposal, officer, now)


def refuse(proposal: Proposal, reply: str, officer: Officer, now: datetime) -> None:
    """It is not done, and the proposer can read why.

    Raises SelfApprovalError, NotTheirsError, DecidedError.
    """
    _decidable(proposal, officer, now)
    proposal.reply = reply
    _decide(proposal, Outcome.REFUSED, officer, now)
    kind_of(proposal).give_up(proposal, now)


def lapse_due(now: datetime) -> int:
    """What nobody agreed to in time comes to nothing; returns how many."""
    due = db.session.scalars(
        select(Proposal).where(Proposal.outcome == "", Proposal.expires_at <= now)
    ).all()
    for proposal in due:
        _decide(proposal, Outcome.LAPSED, None, now)
        kind_of(proposal).give_up(proposal, now)
    return len(due)


def _decidable(proposal: Proposal, officer: Officer, now: datetime) -> None:
    if proposal.proposed_by == officer.id:
        raise SelfApprovalError
    if not may(officer, kind_of(proposal).agreeing, proposal.agency):
        raise NotTheirsError
    over = proposal.expires_at is not None and proposal.expires_at <= now
    if proposal.outcome or over:
        raise DecidedError


VERBS = {
    Outcome.AGREED: Verb.PROPOSAL_AGREED,
    Outcome.REFUSED: Verb.PROPOSAL_REFUSED,
    Outcome.LAPSED: Verb.PROPOSAL_LAPSED,
}


def _decide(proposal: Proposal, outcome: Outcome, officer: Officer | None, now: datetime) -> None:
    proposal.outcome = outcome.value
    proposal.decided_by = officer.id if officer is not None else None
    proposal.decided_at = now
    db.session.flush()
    _record(VERBS[outcome], proposal, officer, now)


def _record(
    verb: Verb, proposal: Proposal, officer: Officer | None, now: datetime, **more: Any
) -> None:
    record(
        verb,
        f"proposal:{proposal.id}",
        actor_id=officer.id if officer is not None else None,
        at=now,
        proposal_id=proposal.id,
        kind=proposal.kind,
        **more,
    )


DUTIES = (lapse_due,)
