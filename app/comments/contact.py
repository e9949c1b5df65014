"""An author's address: left, confirmed by its owner, stopped; no desk and no page reads it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from app.citizens.models import Level
from app.comments import identity
from app.comments.models import Comment, ContactAddress
from app.extensions import db, sealer
from app.kit import codes
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.mail import post
from app.people import consents
from app.people.models import Purpose

AnyRow = Row[*tuple[Any, ...]]
MOST = 3  # addresses that may be tried for one comment


class Standing(StrEnum):
    """How it stands with the letters about a comment."""

    NONE = "none"
    ASKED = "asked"  # the address has not said yes
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


class ConfirmedError(Exception):
    """Raised when another address would take the place of one that said yes."""


class TooManyError(Exception):
    """Raised when too many addresses were left for one comment."""


class StoppedError(Exception):
    """Raised when an address would be confirmed that said stop."""


def standing(comment_id: int) -> Standing:
    """How it stands with the letters about that comment, and nothing of the address."""
    row = db.session.execute(
        select(ContactAddress.key, ContactAddress.confirmed_at, ContactAddress.stopped_at).where(
            ContactAddress.comment_id == comment_id
        )
    ).one_or_none()
    return Standing.NONE if row is None else _standing(row)


def _standing(row: Any) -> Standing:
    if not row.key:
        return Standing.NONE
    if row.stopped_at is not None:
        return Standing.STOPPED
    return Standing.ASKED if row.confirmed_at is None else Standing.CONFIRMED


def find(key: str) -> tuple[Comment, Standing] | None:
    """The comment whose letters this key is for, and how it stands with them."""
    row = db.session.execute(
        select(Comment, ContactAddress)
        .join(ContactAddress, ContactAddress.comment_id == Comment.id)
        .where(ContactAddress.key == key)
    ).one_or_none()
    if row is None or not key:
        return None
    return row[0], _standing(row[1])


def leave(comment: Comment, email: str, language: str, now: datetime) -> None:
    """The address is asked whether it wants letters about the comment, instead of any before it.

    Raises ConfirmedError, TooManyError.
    """
    address = _held(comment.id)
    if address is not None and _standing(address) is Standing.CONFIRMED:
        raise ConfirmedError
    about = f"comment:{comment.id}"
    if sum(key.startswith(f"{about}:confirm:") for key in post.written(about)) >= MOST:
        raise TooManyError
    post.take_back(post.waiting([about]), now)
    if address is None:
        address = ContactAddress(comment_id=comment.id)
    address.email, address.language = email, language
    address.mark, address.key = sealer().mark(email.lower()), codes.new_key()
    address.confirmed_at = address.stopped_at = None
    db.session.add(address)
    consents.withdraw(Purpose.COMMENT_LETTERS, about, now)
    consents.give(Purpose.COMMENT_LETTERS, about, language, now)
    _record(Verb.CONTACT_ADDED, comment, now)


def confirm(comment: Comment, now: datetime) -> None:
    """Letters about the comment may be sent; a second time changes nothing; raises StoppedError."""
    address = _held(comment.id)
    if address is None or address.stopped_at is not None:
        raise StoppedError
    if address.confirmed_at is None:
        address.confirmed_at = now
        _record(Verb.CONTACT_CONFIRMED, comment, now)
        identity.rise(comment, Level.EMAIL, now)


def stop(comment: Comment, now: datetime) -> None:
    """No letter about the comment is sent any more, nor one that waits; again changes nothing."""
    address = _held(comment.id)
    if address is None or address.stopped_at is not None:
        return
    address.stopped_at = now
    about = f"comment:{comment.id}"
    post.take_back(post.waiting([about]), now)
    consents.withdraw(Purpose.COMMENT_LETTERS, about, now)
    _record(Verb.CONTACT_STOPPED, comment, now)


def _held(comment_id: int) -> ContactAddress | None:
    return db.session.scalar(
        select(ContactAddress).where(ContactAddress.comment_id == comment_id).with_for_update()
    )


def _record(verb: Verb, comment: Comment, now: datetime) -> None:
    db.session.flush()
    record(
        verb,
        f"comment:{comment.id}",
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
    )
