"""Erasing a person from the desk: proposed by one administrator, agreed to by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals import propose
from app.approvals.kinds import Kind, Line
from app.approvals.models import Proposal
from app.extensions import db
from app.people.models import Scope
from app.privacy.erase import erase
from app.privacy.models import SubjectRequest
from app.privacy.person import NobodyError, Person, find
from app.privacy.words import SCOPES

CODE = "erasure"


def subject(asked: SubjectRequest) -> str:
    """What the proposal about that request is filed under."""
    return f"subject_request:{asked.id}"


def person_of(asked: SubjectRequest) -> Person:
    """Whom the request is about; raises NobodyError, also as long as it is not known whether the
    address or the receipts are theirs who asked."""
    lines = [line for line in asked.person.splitlines() if line.strip()]
    if asked.shown_at is None or not lines:
        raise NobodyError
    return find(lines)


def _asked(proposal: Proposal) -> SubjectRequest:
    return db.session.get_one(SubjectRequest, int(proposal.subject.partition(":")[2]))


def _tell(proposal: Proposal) -> Sequence[Line]:
    number = str(_asked(proposal).id)
    return (
        Line(_l("Request about one's own data"), number),
        Line(_l("What goes"), SCOPES[proposal.words["scope"]]),
    )


def _carry_out(proposal: Proposal, second: Officer, now: datetime) -> None:
    try:
        erase(person_of(_asked(proposal)), Scope(proposal.words["scope"]), now, second.id)
    except NobodyError as error:
        words = _l("The portal holds nothing of this person any more.")
        raise propose.StaleProposalError(words) from error


ERASURE = Kind(
    code=CODE,
    name=_l("Erasing a person's data"),
    proposing=Act.ANSWER_SUBJECT,
    agreeing=Act.ANSWER_SUBJECT,
    reading=Act.ANSWER_SUBJECT,
    tell=_tell,
    carry_out=_carry_out,
)
