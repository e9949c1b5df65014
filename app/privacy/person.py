"""Whom a request is about: an e-mail address with all that hangs on it, or receipts alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from app.alerts.models import Subscriber
from app.citizens import forget as accounts
from app.citizens.models import Citizen, CitizenReceipt
from app.comments import erasing
from app.comments.models import Comment
from app.extensions import db, sealer
from app.kit.codes import parse_receipt


class NobodyError(LookupError):
    """Raised when the portal holds nothing of whom was asked for; names what was typed."""


@dataclass(frozen=True)
class Person:
    """All that the portal holds of one person, as numbers of rows."""

    emails: tuple[str, ...] = ()
    comments: tuple[int, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    citizens: tuple[Citizen, ...] = ()

    @property
    def subjects(self) -> list[str]:
        """What the rows of this person are called in logs: numbers only."""
        return [
            *(f"comment:{number}" for number in self.comments),
            *(f"subscriber:{one.id}" for one in self.subscribers),
            *(f"citizen:{one.id}" for one in self.citizens),
        ]


@dataclass
class _Found:
    emails: list[str] = field(default_factory=list)
    comments: set[int] = field(default_factory=set)
    subscribers: list[Subscriber] = field(default_factory=list)
    citizens: list[Citizen] = field(default_factory=list)


def find(asked: Iterable[str]) -> Person:
    """The person of those addresses and receipt codes; raises NobodyError for one of nobody.

    An address stands for all that was left with it; a receipt for its comment and no more, for
    whoever holds one need not hold the others.
    """
    found = _Found()
    for typed in asked:
        code = parse_receipt(typed)
        if code is not None:
            _by_receipt(code, typed, found)
        else:
            _by_address(typed, found)
    return Person(
        tuple(found.emails),
        tuple(sorted(found.comments)),
        tuple(found.subscribers),
        tuple(found.citizens),
    )


def _by_receipt(code: str, typed: str, found: _Found) -> None:
    number = db.session.scalar(select(Comment.id).where(Comment.receipt == code))
    if number is None:
        raise NobodyError(typed)
    found.comments.add(number)


def _by_address(typed: str, found: _Found) -> None:
    email = typed.strip().lower()
    numbers = set(erasing.left_by(email))
    marks = sealer().marks(email)
    subscribers = db.session.scalars(select(Subscriber).where(Subscriber.mark.in_(marks))).all()
    citizen = accounts.find(email)
    if citizen is not None:
        held = select(CitizenReceipt.comment_id).where(CitizenReceipt.citizen_id == citizen.id)
        numbers |= set(db.session.scalars(held))
        found.citizens.append(citizen)
    if not (numbers or subscribers or citizen):
        raise NobodyError(typed)
    found.emails.append(email)
    found.comments |= numbers
    found.subscribers += subscribers
