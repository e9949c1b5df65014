"""What came by letter, telephone or at a meeting: typed in by a clerk, owed the same answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select
from sqlalchemy import text as sql

from app.accounts.models import Officer
from app.comments.models import (
    Channel,
    Comment,
    CommenterKind,
    CommentSource,
    CommentStatus,
    CriticismForm,
    EventKind,
)
from app.comments.submit import Place, Words, columns, keep
from app.consultations.lifecycle import latest
from app.consultations.models import Consultation
from app.documents.models import Dossier, Stage
from app.extensions import db
from app.kit import clock
from app.kit.text import fold
from app.ledger.record import record
from app.ledger.verbs import Verb

# until the answers are written; a proposal is commented on before any text exists
TAKING = frozenset({Stage.PROPOSAL, Stage.CONSULTATION, Stage.RESPONDING})
# those who act in an official capacity are named; a person only who agreed to it
NAMED = frozenset({CommenterKind.BUSINESS, CommenterKind.ORGANISATION, CommenterKind.AGENCY})
BODIES = frozenset({CommenterKind.ORGANISATION, CommenterKind.AGENCY})
SENT_BEFORE_DAYS = 15  # the Front has the draft so long before it speaks: joint resolution 403/2017
MOST_MEMBERS = 100_000_000
RECENT = 8
IS_CRITICISM = sql("comment.criticism <> ''")  # as the partial index says it

AnyRow = Row[*tuple[Any, ...]]


class NotTakingError(Exception):
    """Raised when the answers are written already, or the draft was withdrawn."""


class DayError(ValueError):
    """Raised for a day before the opening or in the future; `first` and `last` bound the others."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"{first} … {last}")
        self.first, self.last = first, last


class NoConsentError(ValueError):
    """Raised when a person would be named who did not agree to it."""


class NoBodyError(ValueError):
    """Raised when a social criticism does not say which body of the Front gave it."""


class SentLaterError(ValueError):
    """Raised when the dossier would have been sent to the Front after it spoke."""


@dataclass(frozen=True)
class Source:
    """Where a comment came from, as the clerk knows it; `consent` is to being named."""

    channel: Channel
    received_on: date
    reference: str = ""
    event: EventKind | None = None
    occasion: str = ""
    members: int = 0
    criticism: CriticismForm | None = None
    dossier_sent_on: date | None = None
    consent: bool = False

    @property
    def at_meeting(self) -> bool:
        """Whether it was said where people met; else the meeting of the comment before is meant."""
        return self.channel is Channel.MEETING

    @property
    def sent_late(self) -> bool:
        """Whether the Front had the dossier for less time than the law gives it."""
        sent = self.dossier_sent_on
        return sent is not None and (self.received_on - sent).days < SENT_BEFORE_DAYS


def taking(dossier: Dossier) -> Consultation | None:
    """The consultation for which comments can still be typed in, None when that is over."""
    return latest(dossier.id) if Stage(dossier.stage) in TAKING else None


def take_in(
    consultation: Consultation,
    words: Words,
    place: Place,
    source: Source,
    officer: Officer,
    now: datetime,
) -> str:
    """The comment is kept like any other, late by the day it was received; returns its receipt.

    The same key with the same text returns the first receipt. Raises NotTakingError, DayError,
    NoConsentError, NoBodyError, SentLaterError, KeyReusedError; ValueError for the portal itself.
    """
    current = taking(consultation.dossier)
    if current is None or current.id != consultation.id:
        raise NotTakingError
    check(consultation, words, source, now)
    late = source.received_on > consultation.ended_on
    row = columns(consultation, words, place, now) | {
        "status": (CommentStatus.LATE if late else CommentStatus.WAITING).value,
        "channel": source.channel.value,
        "criticism": source.criticism.value if source.criticism else "",
        "members": source.members if words.commenter_kind in NAMED else 0,
    }

    def beside(comment_id: int) -> None:
        _note(comment_id, row, source, officer)

    return keep(consultation, words, row, officer.id, beside)


def check(consultation: Consultation, words: Words, source: Source, now: datetime) -> None:
    """The comment fits a draft that takes comments; raises what `take_in` raises for its fields."""
    if source.channel is Channel.PORTAL:
        raise ValueError("what is written on the portal needs no clerk")
    first, last = clock.vn_date(consultation.opened_at), clock.vn_date(now)
    if not first <= source.received_on <= last:
        raise DayError(first, last)
    if words.display_name and words.commenter_kind not in NAMED and not source.consent:
        raise NoConsentError
    if source.criticism is None:
        return
    if not words.display_name or words.commenter_kind not in BODIES:
        raise NoBodyError
    if source.dossier_sent_on is not None and source.dossier_sent_on > source.received_on:
        raise SentLaterError


def _note(comment_id: int, row: dict[str, Any], source: Source, officer: Officer) -> None:
    criticism = source.criticism is not None
    db.session.execute(
        insert(CommentSource).values(
            comment_id=comment_id,
            officer_id=officer.id,
            received_on=source.received_on,
            reference=source.reference,
            event=source.event.value if source.event and source.at_meeting else "",
            occasion=source.occasion if source.at_meeting else "",
            fingerprint=fingerprint(row["body"]),
            dossier_sent_on=source.dossier_sent_on if criticism else None,
        )
    )
    record(
        Verb.COMMENT_TAKEN_IN,
        f"comment:{comment_id}",
        actor_id=officer.id,
        consultation_id=row["consultation_id"],
        at=row["submitted_at"],
        comment_id=comment_id,
        channel=row["channel"],
        criticism=row["criticism"],
    )


def fingerprint(body: str) -> str:
    """SHA-256 in hex of the words alone: the same for two typings of one letter."""
    return hashlib.sha256(" ".join(re.findall(r"\w+", fold(body))).encode()).hexdigest()


def doubles(consultation_id: int, words: Words, source: Source) -> Sequence[AnyRow]:
    """Comments typed in before with the same words, or from the same letter on the same part.

    A key already used is the same comment sent once more, and no double. The minutes of a
    meeting hold many comments under one number.
    """
    found: ColumnElement[bool] = CommentSource.fingerprint == fingerprint(words.body)
    if source.reference and not source.at_meeting:
        same_letter = CommentSource.reference == source.reference
        found = or_(found, and_(same_letter, Comment.anchor == words.anchor))
    query = (
        select(
            Comment.id,
            Comment.receipt,
            Comment.place,
            CommentSource.reference,
            CommentSource.received_on,
        )
        .join(CommentSource, CommentSource.comment_id == Comment.id)
        .where(
            found,
            Comment.consultation_id == consultation_id,
            Comment.idempotency_key != words.key,
        )
    )
    return db.session.execute(query.order_by(Comment.id).limit(RECENT)).all()


def recent(consultation_id: int, officer_id: int) -> Sequence[AnyRow]:
    """What the officer typed in last for the consultation, newest first."""
    query = (
        select(
            Comment.id,
            Comment.receipt,
            Comment.place,
            Comment.channel,
            CommentSource.received_on,
            CommentSource.event,
            CommentSource.occasion,
            CommentSource.reference,
        )
        .join(CommentSource, CommentSource.comment_id == Comment.id)
        .where(CommentSource.officer_id == officer_id, Comment.consultation_id == consultation_id)
    )
    return db.session.execute(query.order_by(CommentSource.comment_id.desc()).limit(RECENT)).all()


def sources(comment_ids: Collection[int]) -> dict[int, AnyRow]:
    """Where those comments came from, by their ids, as far as the public may know."""
    if not comment_ids:
        return {}
    query = select(
        CommentSource.comment_id,
        CommentSource.received_on,
        CommentSource.event,
        CommentSource.occasion,
    ).where(CommentSource.comment_id.in_(comment_ids))
    return {row.comment_id: row for row in db.session.execute(query)}


def criticisms(consultation_id: int) -> Sequence[AnyRow]:
    """The Front's social criticisms that are owed an answer in words, waiting ones included.

    Rows of id, status, place and shown_name, the oldest first.
    """
    owed = (CommentStatus.WAITING.value, CommentStatus.PUBLISHED.value)
    query = select(
        Comment.id, Comment.status, Comment.place, Comment.shown_name.label("shown_name")
    ).where(Comment.consultation_id == consultation_id, IS_CRITICISM, Comment.status.in_(owed))
    return db.session.execute(query.order_by(Comment.id)).all()
