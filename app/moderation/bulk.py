"""One decision on many comments, each in the version seen, with a preview of who is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import func, insert, select

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.realm import realm
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.groups.models import GroupMember
from app.ledger.verbs import Verb
from app.moderation import lease, pending
from app.moderation.models import Decision, Flag, FlagKind, Outcome
from app.moderation.reasons import TWO_PERSONS, Reason

MOST = 1000
BATCH = 200
# G34: one person alone withholds no more than this within WINDOW once it is done in bulk
ALONE = 20
WINDOW = timedelta(hours=1)
Seen = Mapping[int, int]


class TooManyError(Exception):
    """Raised when a decision is asked for on more than MOST comments at once."""


class IncompleteError(ValueError):
    """Raised when comments would be withheld without a reason or a sentence."""


class Deed(StrEnum):
    PUBLISH = "publish"
    WITHHOLD = "withhold"
    CONFIRM = "confirm"


class Skip(StrEnum):
    """Why a comment is left out."""

    DECIDED = "decided"  # or changed in any other way since it was seen
    LEASED = "leased"
    PROPOSED = "proposed"  # somebody proposed to withhold it: to be looked at alone
    NOT_PROPOSED = "not_proposed"
    SAME_PERSON = "same_person"  # whoever proposed does not confirm
    OUT_OF_REACH = "out_of_reach"  # or there is no such comment


@dataclass(frozen=True)
class Order:
    """What is to be done; a reason and a sentence for WITHHOLD alone."""

    deed: Deed
    reason: Reason | None = None
    sentence: str = ""
    borderline: bool = False

    def __post_init__(self) -> None:
        if self.deed is Deed.WITHHOLD and not (self.reason and self.sentence.strip()):
            raise IncompleteError


@dataclass(frozen=True)
class Skipped:
    """A comment that is left out; `holder` is the name of who has it open."""

    comment_id: int
    why: Skip
    holder: str = ""


@dataclass(frozen=True)
class Preview:
    """What would be done: to which comments in which version, and who is left out.

    `outcome` is PROPOSED where a second person has to confirm; `flags` has how many of the
    comments carry an open flag of a kind.
    """

    outcome: Outcome
    taken: dict[int, int]
    skipped: tuple[Skipped, ...]
    flags: dict[FlagKind, int]


@dataclass(frozen=True)
class Done:
    """What was done, and who was left out after all."""

    outcome: Outcome
    decided: tuple[int, ...]
    skipped: tuple[Skipped, ...]


def members(group_id: int, after: int = 0) -> dict[int, int]:
    """Up to MOST waiting comments of a group beyond that number, with their versions."""
    rows = db.session.execute(
        select(Comment.id, Comment.row_version)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .where(
            GroupMember.group_id == group_id,
            GroupMember.comment_id > after,
            Comment.status == CommentStatus.WAITING.value,
        )
        .order_by(GroupMember.comment_id)
        .limit(MOST)
    )
    return {row.id: row.row_version for row in rows}


def preview(seen: Seen, order: Order, officer: Officer, now: datetime) -> Preview:
    """What `carry_out` would do at this moment; nothing changes. Raises TooManyError."""
    taken, skipped, _ = _sorted(seen, order, officer, now)
    flags: Counter[FlagKind] = Counter()
    for ids in _batches(list(taken)):
        kinds = select(Flag.kind, func.count()).where(Flag.comment_id.in_(ids), Flag.open)
        for kind, many in db.session.execute(kinds.group_by(Flag.kind)):
            flags[FlagKind(kind)] += many
    return Preview(_outcome(order, len(taken), officer, now), taken, tuple(skipped), dict(flags))


def carry_out(seen: Seen, order: Order, officer: Officer, now: datetime) -> Done:
    """Those of the comments that are free and as seen are decided, the others left alone.

    A few statements for BATCH comments, all in the caller's transaction. Raises TooManyError.
    """
    taken, skipped, proposals = _sorted(seen, order, officer, now)
    outcome = _outcome(order, len(taken), officer, now)
    claimed = lease.claim(list(taken), officer, now)
    late = lease.holders(set(taken) - claimed, now)
    skipped += [Skipped(one, Skip.LEASED, holder.name) for one, holder in late.items()]
    decided: list[int] = []
    for ids in _batches(sorted(claimed)):
        decided += _decide(
            {one: taken[one] for one in ids}, order, outcome, proposals, officer, now
        )
    skipped += [Skipped(one, Skip.DECIDED) for one in sorted(claimed - set(decided))]
    lease.give_back(sorted(claimed), officer)
    db.session.flush()
    db.session.expire_all()
    return Done(outcome, tuple(decided), tuple(skipped))


def _sorted(
    seen: Seen, order: Order, officer: Officer, now: datetime
) -> tuple[dict[int, int], list[Skipped], dict[int, Decision]]:
    """Which comments are to be decided, which not and why, and the proposals on them."""
    if len(seen) > MOST:
        raise TooManyError
    reach = realm(officer, Act.DECIDE_COMMENT)
    taken, skipped, proposals = dict[int, int](), list[Skipped](), dict[int, Decision]()
    for ids in _batches(sorted(seen)):
        versions, proposed = _standing(ids, reach), pending.proposals(ids)
        held = lease.holders(ids, now)
        for one in ids:
            holder = held.get(one)
            if one not in versions:
                skipped.append(Skipped(one, Skip.OUT_OF_REACH))
            elif versions[one] != seen[one]:
                skipped.append(Skipped(one, Skip.DECIDED))
            elif holder is not None and holder.officer_id != officer.id:
                skipped.append(Skipped(one, Skip.LEASED, holder.name))
            elif (why := _barred(order, proposed.get(one), officer)) is not None:
                skipped.append(Skipped(one, why))
            else:
                taken[one] = seen[one]
        proposals |= proposed
    return taken, skipped, proposals


def _standing(ids: Sequence[int], reach: Sequence[int]) -> dict[int, int]:
    """The version of each comment within reach, 0 where it does not wait."""
    rows = db.session.execute(
        select(Comment.id, Comment.row_version, Comment.status)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(Comment.id.in_(ids), Dossier.agency_id.in_(reach), Dossier.sealed.is_(False))
    )
    waiting = CommentStatus.WAITING
    return {row.id: row.row_version if row.status == waiting else 0 for row in rows}


def _barred(order: Order, proposal: Decision | None, officer: Officer) -> Skip | None:
    if order.deed is not Deed.CONFIRM:
        return Skip.PROPOSED if proposal is not None else None
    if proposal is None:
        return Skip.NOT_PROPOSED
    return Skip.SAME_PERSON if proposal.officer_id == officer.id else None


def _outcome(order: Order, many: int, officer: Officer, now: datetime) -> Outcome:
    if order.deed is Deed.PUBLISH:
        return Outcome.PUBLISHED
    if order.deed is Deed.CONFIRM:
        return Outcome.WITHHELD
    if order.borderline or order.reason in TWO_PERSONS:
        return Outcome.PROPOSED
    lately = select(Decision.id).where(
        Decision.officer_id == officer.id,
        Decision.at > now - WINDOW,
        Decision.outcome == Outcome.WITHHELD.value,
    )
    before = len(db.session.scalars(lately.limit(ALONE + 1)).all())
    return Outcome.PROPOSED if many + before > ALONE else Outcome.WITHHELD


VERBS = {
    Outcome.PUBLISHED: Verb.COMMENT_PUBLISHED,
    Outcome.WITHHELD: Verb.COMMENT_WITHHELD,
    Outcome.PROPOSED: Verb.WITHHOLDING_PROPOSED,
}


def _decide(
    seen: Seen,
    order: Order,
    outcome: Outcome,
    proposals: Mapping[int, Decision],
    officer: Officer,
    now: datetime,
) -> list[int]:
    reasons, sentences = dict[int, str](), dict[int, str]()
    for one in seen:
        if order.deed is Deed.CONFIRM:
            reasons[one], sentences[one] = proposals[one].reason, proposals[one].sentence
        elif order.reason is not None and order.deed is Deed.WITHHOLD:
            reasons[one], sentences[one] = order.reason.value, order.sentence
    moved = outcomes.many(VERBS[outcome], seen, reasons, officer.id, now)
    if not moved:
        return moved
    rows = [
        {
            "comment_id": one,
            "officer_id": officer.id,
            "outcome": outcome.value,
            "reason": reasons.get(one, ""),
            "sentence": sentences.get(one, ""),
            "at": now,
        }
        for one in moved
    ]
    db.session.execute(insert(Decision), rows)
    if outcome is Outcome.PROPOSED:
        pending.ask_second(moved)
    else:
        pending.close_flags(moved)
    return moved


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
