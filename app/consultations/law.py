"""Rows of law and days off, added by two people: nobody changes for how long people are heard
alone (G19)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.agencies import called
from app.accounts.models import Agency, Officer
from app.accounts.policy import Act
from app.accounts.realm import realm
from app.approvals import propose
from app.approvals.kinds import Kind, Line
from app.approvals.models import Proposal
from app.consultations.lifecycle import extend
from app.consultations.models import AnswerRule, Consultation, EffectRule, Holiday, PeriodRule
from app.consultations.rules import calendar
from app.documents.models import DocumentType
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web.filters import long_day

RULE, HOLIDAY = "rule", "holiday"
# what a rule says, the table it stands in, and the column that holds its days
TABLES: dict[str, tuple[Any, type[Any], str]] = {
    "period": (_l("Fewest days for comments"), PeriodRule, "legal_min_days"),
    "answer": (_l("Days until every comment is answered"), AnswerRule, "days"),
    "effect": (_l("Fewest days between adoption and effect"), EffectRule, "min_days"),
}
KINDS = {"off": _l("Day off"), "working": _l("Weekend day that is worked")}


class RowStandsError(Exception):
    """Raised when a row of law for that type and day, or that day, stands already."""


class NoRootError(Exception):
    """Raised when the officer's roles end below the top: such rows hold for all agencies."""


def root(officer: Officer, act: Act) -> Agency:
    """The agency above all others for which the officer may do `act`; raises NoRootError."""
    found = select(Agency).where(Agency.id.in_(realm(officer, act)), Agency.parent_id.is_(None))
    agency = db.session.scalars(found.order_by(Agency.id)).first()
    if agency is None:
        raise NoRootError
    return agency


def propose_rule(
    rule: str,
    document_type: str,
    days: int,
    valid_from: date,
    citation: str,
    reason: str,
    officer: Officer,
    now: datetime,
) -> Proposal:
    """A second person is asked for; raises RowStandsError, NoRootError, AlreadyProposedError."""
    if _row(rule, document_type, valid_from) is not None:
        raise RowStandsError
    words = {
        "rule": rule,
        "document_type": document_type,
        "days": days,
        "valid_from": valid_from.isoformat(),
        "citation": citation,
    }
    subject = f"{rule}:{document_type}"
    return propose.propose(
        RULE, subject, root(officer, Act.EDIT_RULES), words, reason, officer, now
    )


def propose_holiday(
    day: date,
    kind: str,
    name: str,
    citation: str,
    moved_from: date | None,
    reason: str,
    officer: Officer,
    now: datetime,
) -> Proposal:
    """A second person is asked for; raises RowStandsError, NoRootError, AlreadyProposedError.

    `moved_from` is a day that becomes an ordinary one again, in whose place the new one stands.
    """
    if _held(day) is not None or (moved_from is not None and _held(moved_from) is None):
        raise RowStandsError
    words = {
        "day": day.isoformat(),
        "kind": kind,
        "name": name,
        "citation": citation,
        "moved_from": moved_from.isoformat() if moved_from else "",
    }
    subject = f"holiday:{day.isoformat()}"
    return propose.propose(
        HOLIDAY, subject, root(officer, Act.EDIT_RULES), words, reason, officer, now
    )


def _row(rule: str, document_type: str, valid_from: date) -> Any:
    table = TABLES[rule][1]
    found = select(table).where(
        table.document_type == document_type, table.valid_from == valid_from
    )
    return db.session.scalar(found)


def _held(day: date) -> Holiday | None:
    found = db.session.get(Holiday, day)
    return found if found is not None and found.moved_to is None else None


def _tell_rule(proposal: Proposal) -> Sequence[Line]:
    words = proposal.words
    kind = db.session.get_one(DocumentType, words["document_type"])
    valid_from = date.fromisoformat(words["valid_from"])
    label, table, column = TABLES[words["rule"]]
    before = db.session.scalars(
        select(table)
        .where(table.document_type == kind.code, table.valid_from <= valid_from)
        .order_by(table.valid_from.desc())
    ).first()
    now = str(getattr(before, column)) if before is not None else "–"
    return (
        Line(_l("Rule"), label),
        Line(_l("Type of document"), called(kind)),
        Line(_l("Days so far"), now),
        Line(_l("Days from then on"), str(words["days"])),
        Line(_l("In force from"), long_day(valid_from)),
        Line(_l("Citation"), words["citation"]),
    )


def _tell_holiday(proposal: Proposal) -> Sequence[Line]:
    words = proposal.words
    moved = words["moved_from"]
    instead = (Line(_l("In place of"), long_day(date.fromisoformat(moved))),) if moved else ()
    return (
        Line(_l("Day"), long_day(date.fromisoformat(words["day"]))),
        Line(_l("Kind"), KINDS[words["kind"]]),
        Line(_l("Name of the day"), words["name"]),
        *instead,
        Line(_l("Citation"), words["citation"]),
    )


def _add_rule(proposal: Proposal, second: Officer, now: datetime) -> None:
    words = proposal.words
    valid_from = date.fromisoformat(words["valid_from"])
    if _row(words["rule"], words["document_type"], valid_from) is not None:
        raise propose.StaleProposalError(_("Such a row stands already."))
    _label, table, column = TABLES[words["rule"]]
    said = {column: words["days"]}
    if table is PeriodRule:
        held = db.session.scalars(
            select(PeriodRule)
            .where(PeriodRule.document_type == words["document_type"])
            .order_by(PeriodRule.valid_from.desc())
        ).first()
        # what the portal promises beyond the law is no row of law and stays
        said["portal_default_days"] = held.portal_default_days if held else words["days"]
    row = table(
        document_type=words["document_type"],
        citation=words["citation"],
        confidence="H",
        valid_from=valid_from,
        **said,
    )
    db.session.add(row)
    db.session.flush()
    record(
        Verb.RULE_ADDED,
        f"{table.__tablename__}:{row.id}",
        actor_id=second.id,
        at=now,
        rule=words["rule"],
        document_type=words["document_type"],
        valid_from=words["valid_from"],
        digest=_digest(words),
    )


def _set_holiday(proposal: Proposal, second: Officer, now: datetime) -> None:
    words = proposal.words
    day = date.fromisoformat(words["day"])
    if _held(day) is not None:
        raise propose.StaleProposalError(_("Such a row stands already."))
    if words["moved_from"]:
        old = _held(date.fromisoformat(words["moved_from"]))
        if old is None:
            raise propose.StaleProposalError(_("That day was moved meanwhile."))
        old.moved_to = day
    row = db.session.get(Holiday, day) or Holiday(day=day)
    row.kind, row.name, row.name_en = words["kind"], words["name"], words["name"]
    row.citation, row.moved_to = words["citation"], None
    db.session.add(row)
    db.session.flush()
    record(
        Verb.HOLIDAY_SET,
        f"holiday:{day.isoformat()}",
        actor_id=second.id,
        at=now,
        day=words["day"],
        kind=words["kind"],
        digest=_digest(words),
    )
    _lengthen(proposal, now)


def _lengthen(proposal: Proposal, now: datetime) -> None:
    """Periods that would end on what is now a day off end later; none ends sooner (G19)."""
    proposer = db.session.get_one(Officer, proposal.proposed_by)
    days = calendar()
    running = select(Consultation).where(
        Consultation.closes_at > now, Consultation.closed_at.is_(None)
    )
    for consultation in db.session.scalars(running):
        if consultation.is_open(now) and not days.is_working(consultation.last_day):
            extend(consultation, consultation.last_day, proposal.reason, proposer, now)


def _digest(words: dict[str, Any]) -> str:
    return hashlib.sha256(
        json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


KINDS_OF_LAW = (
    Kind(
        code=RULE,
        name=_l("A row of law"),
        proposing=Act.EDIT_RULES,
        agreeing=Act.AGREE_RULES,
        reading=Act.READ_PROPOSALS,
        tell=_tell_rule,
        carry_out=_add_rule,
    ),
    Kind(
        code=HOLIDAY,
        name=_l("A day off or a day worked"),
        proposing=Act.EDIT_RULES,
        agreeing=Act.AGREE_RULES,
        reading=Act.READ_PROPOSALS,
        tell=_tell_holiday,
        carry_out=_set_holiday,
    ),
)
