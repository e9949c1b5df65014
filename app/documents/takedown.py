"""Taking a dossier or a file from the public's eyes at once, and giving it back (S08, L34, L35).

One officer may do it, because a state secret cannot wait; within a day a second one has to agree,
else it ends by itself. Nothing is destroyed, and that it happened is public for good.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ScalarSelect, Select, String, cast, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals import propose
from app.approvals.kinds import Kind, Line
from app.approvals.models import HOLD, Category, Outcome, Proposal, Takedown
from app.documents.models import Dossier, DossierFile, DraftVersion
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.mail import post
from app.translations.models import Translation
from app.translations.pieces import TITLE

ORDER, LIFT = "takedown", "lift"
UNCONFIRMED = frozenset({Outcome.REFUSED, Outcome.LAPSED})
CATEGORIES = {
    Category.STATE_SECRET: _l("State secret"),
    Category.UNLAWFUL: _l("Content that the law forbids to publish"),
}
DOSSIER, FILE, ORIGINAL = "dossier", "file", "original"
# of these the rooms above know what they are and how they are hidden
COMMENT, ATTACHMENT, ANSWER = "comment", "attachment", "answer"
SAID = frozenset({COMMENT, ATTACHMENT, ANSWER})


class TakenDownError(Exception):
    """Raised when what would be taken down is not public, or is taken down already."""


class NotAgainError(Exception):
    """Raised when an officer wants down once more what nobody agreed to when they last did."""


def order(
    subject: str,
    dossier: Dossier,
    category: Category,
    basis: str,
    reason: str,
    officer: Officer,
    now: datetime,
) -> Takedown:
    """Nobody but those who may read sealed things reads it any more; a second officer is asked.

    `basis` is public, `reason` is not. Raises TakenDownError, NotAgainError, NotTheirsError,
    AlreadyProposedError.
    """
    if standing(subject) is not None or not _known(subject, dossier):
        raise TakenDownError
    takedown = begin(ORDER, subject, dossier, category, basis, reason, officer, now)
    if subject.startswith(f"{DOSSIER}:"):
        dossier.sealed = True
    db.session.flush()
    post.take_back_naming(_names(subject, dossier), now)
    return takedown


def begin(
    kind: str,
    subject: str,
    dossier: Dossier,
    category: Category,
    basis: str,
    reason: str,
    officer: Officer,
    now: datetime,
) -> Takedown:
    """It is on record that something is taken down, and a second officer is asked within HOLD.

    Whoever asks for it hides the thing itself. Raises NotAgainError, NotTheirsError,
    AlreadyProposedError.
    """
    # else one officer alone, a day at a time, could keep it from the public for good
    newest = select(Takedown).where(Takedown.subject == subject).order_by(Takedown.id.desc())
    last = db.session.scalar(newest.limit(1))
    if last is not None and last.taken_by == officer.id and last.lifted_as in UNCONFIRMED:
        raise NotAgainError
    proposal = propose.propose(
        kind,
        subject,
        dossier.agency,
        {"category": category.value, "basis": basis},
        reason,
        officer,
        now,
        expires_at=now + HOLD,
    )
    takedown = Takedown(
        subject=subject,
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        category=category.value,
        basis=basis,
        taken_by=officer.id,
        taken_at=now,
        proposal_id=proposal.id,
    )
    db.session.add(takedown)
    db.session.flush()
    facts = {"dossier_id": dossier.id, "category": category.value}
    _record(Verb.TAKEDOWN_ORDERED, takedown, officer, now, **facts)
    return takedown


def _names(subject: str, dossier: Dossier) -> set[str]:
    """By what letters that wait to be sent name it, in whatever language."""
    if not subject.startswith(f"{DOSSIER}:"):
        return {_named(subject)}
    told = select(Translation.text).where(
        Translation.dossier_id == dossier.id, Translation.part == TITLE
    )
    return {dossier.title, dossier.title_en, dossier.slug, *db.session.scalars(told)} - {""}


def propose_lifting(
    takedown: Takedown, reason: str, officer: Officer, now: datetime, kind: str = LIFT
) -> Proposal:
    """A second officer is asked whether it may be read again.

    Raises TakenDownError where it is not confirmed yet or over, NotTheirsError,
    AlreadyProposedError.
    """
    if takedown.confirmed_at is None or takedown.lifted_at is not None:
        raise TakenDownError
    words = {"takedown_id": takedown.id}
    return propose.propose(kind, takedown.subject, takedown.agency, words, reason, officer, now)


def standing(subject: str) -> Takedown | None:
    """What keeps that subject from the public now."""
    found = select(Takedown).where(Takedown.subject == subject, Takedown.lifted_at.is_(None))
    return db.session.scalar(found)


def held(dossier_id: int) -> set[str]:
    """The subjects of that dossier that the public may not read now."""
    found = select(Takedown.subject).where(
        Takedown.dossier_id == dossier_id, Takedown.lifted_at.is_(None)
    )
    return set(db.session.scalars(found))


def every() -> Sequence[Takedown]:
    """All takedowns there ever were, the newest first."""
    return db.session.scalars(select(Takedown).order_by(Takedown.id.desc())).all()


def of_papers(takedown_ids: Collection[int]) -> set[int]:
    """The dossiers of which those takedowns hide the whole or a file, not what was said of them."""
    rows = db.session.execute(
        select(Takedown.dossier_id, Takedown.subject).where(Takedown.id.in_(takedown_ids))
    )
    return {row.dossier_id for row in rows if sort_of(row.subject) not in SAID}


def named(sort: str, takedown_ids: Collection[int]) -> set[int]:
    """The numbers of what those takedowns are about, as far as it is of that sort."""
    subjects = db.session.scalars(select(Takedown.subject).where(Takedown.id.in_(takedown_ids)))
    return {int(one.partition(":")[2]) for one in subjects if sort_of(one) == sort}


def sort_of(subject: str) -> str:
    """What sort of thing a subject names."""
    return subject.partition(":")[0]


def subject_in_words(takedown: Takedown) -> str:
    """What sort of thing it is, which may be said; not what it is called, nor what it says."""
    sort, _colon, number = takedown.subject.partition(":")
    words = str(SORTS[sort])
    return f"{words} (GY-{number})" if sort == COMMENT else words


SORTS = {
    DOSSIER: _l("The whole dossier of a draft"),
    FILE: _l("A file of a dossier"),
    ORIGINAL: _l("The original file of a draft"),
    COMMENT: _l("A published comment"),
    ATTACHMENT: _l("A file sent with a comment"),
    ANSWER: _l("A published answer"),
}


def _known(subject: str, dossier: Dossier) -> bool:
    """Whether it is a thing of that dossier which the public could read."""
    sort, _colon, number = subject.partition(":")
    if sort == DOSSIER:
        return int(number) == dossier.id and not dossier.sealed
    found = int(number)
    row = (
        db.session.get(DossierFile, found) if sort == FILE else db.session.get(DraftVersion, found)
    )
    return row is not None and row.dossier_id == dossier.id and row.posted_at is not None


def of_proposal(proposal: Proposal) -> Takedown:
    """The newest takedown of what the proposal is about."""
    return db.session.scalars(
        select(Takedown)
        .where(Takedown.subject == proposal.subject)
        .order_by(Takedown.id.desc())
        .limit(1)
    ).one()


def confirm(proposal: Proposal, second: Officer, now: datetime) -> None:
    """The takedown stands by the word of two; raises StaleProposalError where it is over."""
    takedown = of_proposal(proposal)
    if takedown.lifted_at is not None:
        raise propose.StaleProposalError(_("It can be read again already."))
    takedown.confirmed_at = now
    db.session.flush()
    _record(Verb.TAKEDOWN_CONFIRMED, takedown, second, now, dossier_id=takedown.dossier_id)


def end_hold(proposal: Proposal, now: datetime) -> None:
    """It can be read again, because no second officer agreed."""
    second = db.session.get(Officer, proposal.decided_by) if proposal.decided_by else None
    _lift(of_proposal(proposal), proposal.outcome, second, now)


def give_back(proposal: Proposal, second: Officer, now: datetime) -> None:
    """It can be read again by the word of two; raises StaleProposalError where it can already."""
    takedown = of_proposal(proposal)
    if takedown.lifted_at is not None:
        raise propose.StaleProposalError(_("It can be read again already."))
    _lift(takedown, proposal.outcome, second, now)


def _lift(takedown: Takedown, how: str, officer: Officer | None, now: datetime) -> None:
    if takedown.subject.startswith(f"{DOSSIER}:"):
        db.session.get_one(Dossier, takedown.dossier_id).sealed = False
    end(takedown, how, officer, now)


def end(takedown: Takedown, how: str, officer: Officer | None, now: datetime) -> None:
    """It is on record that the takedown is over, and how it ended."""
    takedown.lifted_at, takedown.lifted_as = now, how
    db.session.flush()
    facts = {"dossier_id": takedown.dossier_id, "how": how}
    _record(Verb.TAKEDOWN_LIFTED, takedown, officer, now, **facts)


def _record(
    verb: Verb, takedown: Takedown, officer: Officer | None, now: datetime, **facts: object
) -> None:
    record(
        verb,
        f"takedown:{takedown.id}",
        actor_id=officer.id if officer is not None else None,
        at=now,
        takedown_id=takedown.id,
        **facts,
    )


def _tell(proposal: Proposal) -> Sequence[Line]:
    return lines(of_proposal(proposal), _named(proposal.subject))


def lines(takedown: Takedown, what: str) -> Sequence[Line]:
    """The takedown as a second person reads of it."""
    dossier = db.session.get_one(Dossier, takedown.dossier_id)
    return (
        Line(_l("Dossier"), dossier.title),
        Line(_l("What"), what),
        Line(_l("Ground"), CATEGORIES[Category(takedown.category)]),
        Line(_l("Legal basis"), takedown.basis),
        Line(_l("Number"), takedown.number),
    )


def _named(subject: str) -> str:
    sort, _colon, number = subject.partition(":")
    if sort == FILE:
        return db.session.get_one(DossierFile, int(number)).name
    if sort == ORIGINAL:
        return db.session.get_one(DraftVersion, int(number)).file_name
    return str(SORTS[sort])


KINDS = (
    Kind(
        code=ORDER,
        name=_l("Something taken from the public's eyes"),
        proposing=Act.TAKE_DOWN,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=confirm,
        give_up=end_hold,
    ),
    Kind(
        code=LIFT,
        name=_l("Something given back to the public"),
        proposing=Act.TAKE_DOWN,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=give_back,
    ),
)


def is_held(sort: str, number: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """True of rows of that sort that nobody may read now, told by their number."""
    return _holding(sort, number).exists()


def held_by(sort: str, number: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The number of the takedown that keeps such a row from the public, NULL where none does."""
    return _holding(sort, number).scalar_subquery()


def _holding(sort: str, number: InstrumentedAttribute[int]) -> Select[int]:
    name = literal(f"{sort}:").concat(cast(number, String))
    return select(Takedown.id).where(Takedown.subject == name, Takedown.lifted_at.is_(None))
