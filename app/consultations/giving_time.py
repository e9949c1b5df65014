"""A later end of a comment period: proposed by one officer, agreed to by another (G19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals import propose
from app.approvals.kinds import Kind, Line
from app.approvals.models import Proposal
from app.consultations.lifecycle import ClosedError, NotLongerError, extend, later_end
from app.consultations.models import Consultation
from app.extensions import db
from app.web.filters import long_day

CODE = "extension"


def propose_extension(
    consultation: Consultation, last_day: date, reason: str, officer: Officer, now: datetime
) -> Proposal:
    """A second officer is asked for; raises ClosedError, NotLongerError, AlreadyProposedError."""
    last_day, _closes_at = later_end(consultation, last_day, now)
    words = {"last_day": last_day.isoformat(), "from": consultation.last_day.isoformat()}
    return propose.propose(
        CODE,
        f"consultation:{consultation.id}",
        consultation.dossier.agency,
        words,
        reason,
        officer,
        now,
        # an end that has come can no longer be moved
        expires_at=consultation.closes_at,
    )


def waiting(consultation: Consultation) -> Proposal | None:
    """The later end of that period that waits for a second officer."""
    return propose.waiting(CODE, f"consultation:{consultation.id}")


def _consultation(proposal: Proposal) -> Consultation:
    return db.session.get_one(Consultation, int(proposal.subject.partition(":")[2]))


def _tell(proposal: Proposal) -> Sequence[Line]:
    old, new = (date.fromisoformat(proposal.words[name]) for name in ("from", "last_day"))
    return (
        Line(_l("Draft"), _consultation(proposal).dossier.title),
        Line(_l("Comments are taken until"), long_day(old)),
        Line(_l("From then on until"), long_day(new)),
    )


def _carry_out(proposal: Proposal, _second: Officer, now: datetime) -> None:
    last_day = date.fromisoformat(proposal.words["last_day"])
    proposer = db.session.get_one(Officer, proposal.proposed_by)
    try:
        extend(_consultation(proposal), last_day, proposal.reason, proposer, now)
    except (ClosedError, NotLongerError) as error:
        words = _("The period is over, or ends as late already.")
        raise propose.StaleProposalError(words) from error


EXTENSION = Kind(
    code=CODE,
    name=_l("More time for comments"),
    proposing=Act.EXTEND_CONSULTATION,
    agreeing=Act.EXTEND_CONSULTATION,
    reading=Act.READ_PROPOSALS,
    tell=_tell,
    carry_out=_carry_out,
)
