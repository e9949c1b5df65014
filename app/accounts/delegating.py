"""Delegations: the head of an agency lets another officer sign in their place, for a time (S78)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts.agencies import by_name
from app.accounts.models import Agency, Delegation, Officer, Role
from app.extensions import db
from app.kit import clock
from app.kit.collation import person
from app.ledger.record import record
from app.ledger.verbs import Verb

LONGEST = timedelta(days=366)


class NotHeadError(Exception):
    """Raised when somebody who does not head the agency gives or ends a delegation."""


class WrongDaysError(Exception):
    """Raised when the days are over, run backwards, or run for longer than a year."""


class WrongDelegateError(Exception):
    """Raised when the delegate is not another active officer of the agency."""


def heads(officer: Officer, agency: Agency) -> bool:
    """Whether the officer heads the agency, by a role of their own."""
    above = agency.lineage()
    return officer.active and any(
        grant.role == Role.HEAD and grant.agency_id in above for grant in officer.grants
    )


def give(
    agency: Agency,
    delegate: Officer,
    head: Officer,
    valid_from: date,
    valid_to: date,
    now: datetime,
) -> Delegation:
    """The delegate signs for the head of the agency from the one day to the other, both included.

    Raises NotHeadError, WrongDelegateError, WrongDaysError.
    """
    if not heads(head, agency):
        raise NotHeadError
    if delegate.id == head.id or not delegate.active or delegate.agency_id != agency.id:
        raise WrongDelegateError
    # the difference and not the sum: the last days of the calendar have no year after them
    if valid_to < max(clock.vn_date(now), valid_from) or valid_to - valid_from > LONGEST:
        raise WrongDaysError
    delegation = Delegation(
        agency_id=agency.id,
        officer_id=delegate.id,
        given_by=head.id,
        given_at=now,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    db.session.add(delegation)
    db.session.flush()
    db.session.expire(delegate, ["delegations"])
    record(
        Verb.DELEGATION_GIVEN,
        f"delegation:{delegation.id}",
        actor_id=head.id,
        at=now,
        officer_id=delegate.id,
        agency_id=agency.id,
        valid_from=valid_from.isoformat(),
        valid_to=valid_to.isoformat(),
    )
    return delegation


def end(delegation: Delegation, head: Officer, now: datetime) -> bool:
    """The delegation holds no more; False when somebody ended it before.

    What was signed under it stays signed. Raises NotHeadError.
    """
    if not heads(head, db.session.get_one(Agency, delegation.agency_id)):
        raise NotHeadError
    db.session.refresh(delegation, with_for_update=True)
    if delegation.ended_at is not None:
        return False
    delegation.ended_at = now
    db.session.flush()
    record(
        Verb.DELEGATION_ENDED,
        f"delegation:{delegation.id}",
        actor_id=head.id,
        at=now,
        officer_id=delegation.officer_id,
        agency_id=delegation.agency_id,
    )
    return True


def standing(officer: Officer, agency: Agency, day: date) -> Delegation | None:
    """The delegation under which the officer signs for the agency on that day."""
    above = agency.lineage()
    fitting = (one for one in officer.delegations if one.agency_id in above and one.holds_on(day))
    return next(fitting, None)


def headed(officer: Officer) -> list[Agency]:
    """The agencies whose head the officer is, by name."""
    at = {grant.agency_id for grant in officer.grants if grant.role == Role.HEAD}
    return by_name(db.session.scalars(select(Agency).where(Agency.id.in_(at))))


def delegates(agency: Agency, head: Officer) -> list[Officer]:
    """The other officers of the agency, by given name: one of them may be asked to sign."""
    query = select(Officer).where(
        Officer.agency_id == agency.id, Officer.active.is_(True), Officer.id != head.id
    )
    return sorted(db.session.scalars(query), key=lambda officer: person(officer.name))


def given(agency_ids: Sequence[int]) -> list[tuple[Delegation, Officer]]:
    """The delegations of those agencies with the officer each was given to, newest first."""
    rows = db.session.execute(
        select(Delegation, Officer)
        .join(Officer, Officer.id == Delegation.officer_id)
        .where(Delegation.agency_id.in_(agency_ids))
        .order_by(Delegation.id.desc())
        .limit(100)
    )
    return [(row[0], row[1]) for row in rows]
