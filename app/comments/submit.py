"""Taking a comment in: checked, numbered, receipted, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningInsert

from app.citizens import receipts
from app.citizens.models import Level
from app.citizens.receipts import FullError
from app.comments import identity
from app.comments.attachments import File, add
from app.comments.models import ABROAD, Comment, CommenterKind, CommentStatus, ContactAddress
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.documents.quoting import Quote
from app.extensions import Base, db, sealer
from app.kit import codes
from app.ledger.record import entry
from app.ledger.verbs import Verb
from app.mail import post
from app.people import consents
from app.people.models import Purpose

AnySelect = Select[*tuple[Any, ...]]

MAX_BODY = 20_000
MAX_NAME = 120
COMMENT, ENTRY = (Base.metadata.tables[name] for name in ("comment", "ledger_entry"))


class KeyReusedError(Exception):
    """Raised when an idempotency key comes back with another text."""


class NotStartedError(Exception):
    """Raised when the consultation has not been opened."""


class NoSuchProvisionError(Exception):
    """Raised when the version under consultation has no provision with that anchor."""


@dataclass(frozen=True)
class Words:
    """What an author typed, already cleaned; `anchor` is empty for the draft as a whole."""

    body: str
    commenter_kind: CommenterKind
    language: str
    key: str
    anchor: str = ""
    display_name: str = ""
    email: str = ""
    quote: Quote | None = None
    proposed_wording: str = ""
    # ISO 3166-1 alpha-2, kept only of those who live abroad or come from abroad
    country: str = ""
    # what letters to the author are written in: that of the comment unless given
    reading: str = ""


@dataclass(frozen=True)
class Sender:
    """The account that the receipt goes to, and how its owner showed who they are."""

    id: int
    level: Level


@dataclass(frozen=True)
class Place:
    """The provision a comment is about; all empty for the draft as a whole."""

    anchor: str = ""
    label: str = ""
    lineage_id: int | None = None
    article_lineage_id: int | None = None


def submit(
    consultation: Consultation,
    words: Words,
    place: Place,
    now: datetime,
    files: Sequence[File] = (),
    sender: Sender | None = None,
) -> str:
    """The comment is kept with its files, waiting or late, and its receipt is returned.

    What the account of its sender proves is said of it, and the account holds the receipt.
    `now` is the instant at which the server had the whole request. The same key with the same
    text returns the first receipt; with another text it raises KeyReusedError.
    """
    if now < consultation.opened_at:
        raise NotStartedError
    row = columns(consultation, words, place, now)
    if sender is not None:
        row["identity"] = sender.level.value
    beside = partial(_attach, consultation.id, files, sender, now)
    return keep(consultation, words, row, beside=beside)


def _attach(
    consultation_id: int,
    files: Sequence[File],
    sender: Sender | None,
    now: datetime,
    comment_id: int,
) -> None:
    add(comment_id, consultation_id, files, now)
    if sender is None:
        return
    with suppress(FullError):  # the receipt is shown all the same
        receipts.add(sender.id, comment_id, now)
    if sender.level:
        identity.tell(comment_id, consultation_id, sender.level, now)


def keep(
    consultation: Consultation,
    words: Words,
    row: dict[str, Any],
    actor_id: int | None = None,
    beside: Callable[[int], None] = lambda _comment_id: None,
) -> str:
    """The comment of these columns is kept, once for its key, and its receipt is returned.

    `beside` writes what belongs to the comment of that id. Raises KeyReusedError.
    """
    earlier = _earlier(words, consultation.id)
    if earlier is not None:
        return earlier
    try:
        with db.session.begin_nested():
            beside(_insert(row, words, actor_id))
    except IntegrityError:
        # on PostgreSQL a twin may have committed between the look and the insert
        earlier = _earlier(words, consultation.id)
        if earlier is None:
            raise
        return earlier
    return row["receipt"]


def find_place(version_id: int | None, anchor: str) -> Place:
    """The place with that anchor in the version; raises NoSuchProvisionError."""
    if not anchor:
        return Place()
    wanted = {"version_id": version_id, "anchor": anchor}
    row = db.session.execute(_place(), wanted).one_or_none()
    if row is None:
        raise NoSuchProvisionError(anchor)
    return Place(anchor, citation(anchor), row.lineage_id, row.article_lineage_id)


# Statements are composed once: that costs more than to run them, on the door most used in a rush
@cache
def _place() -> AnySelect:
    return select(Provision.lineage_id, Provision.article_lineage_id).where(
        Provision.version_id == bindparam("version_id"), Provision.anchor == bindparam("anchor")
    )


@cache
def _twin() -> AnySelect:
    return select(
        Comment.receipt,
        Comment.body,
        Comment.proposed_wording,
        Comment.quote,
        Comment.anchor,
        Comment.consultation_id,
    ).where(Comment.idempotency_key == bindparam("key"))


@cache
def _new() -> ReturningInsert[*tuple[Any, ...]]:
    return insert(COMMENT).returning(COMMENT.c.id)


def columns(
    consultation: Consultation, words: Words, place: Place, now: datetime
) -> dict[str, Any]:
    """The columns of a new comment, late when `now` is at or after the closing instant."""
    late = now >= consultation.ends_at
    salt = codes.new_key()
    return {
        "consultation_id": consultation.id,
        "lineage_id": place.lineage_id,
        "article_lineage_id": place.article_lineage_id,
        "anchor": place.anchor,
        "place": place.label,
        "quote": _quote(words),
        "body": words.body,
        "proposed_wording": words.proposed_wording,
        "commenter_kind": words.commenter_kind.value,
        "display_name": words.display_name,
        "language": words.language,
        "country": words.country if words.commenter_kind in ABROAD else "",
        "identity": Level.NONE.value,
        "status": (CommentStatus.LATE if late else CommentStatus.WAITING).value,
        "receipt": codes.new_receipt(),
        "idempotency_key": words.key,
        "salt": salt,
        "digest": codes.salted_digest(said(words), salt),
        "submitted_at": now,
        "row_version": 1,
    }


def said(words: Words) -> str:
    """All that was said, as one text to be digested: the body alone where there is no more."""
    if words.quote is None and not words.proposed_wording:
        return words.body
    said = {"body": words.body, "proposed_wording": words.proposed_wording, "quote": _quote(words)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _quote(words: Words) -> dict[str, str]:
    return asdict(words.quote) if words.quote is not None else {}


def entry_of(comment_id: int, row: dict[str, Any], actor_id: int | None = None) -> dict[str, Any]:
    """The ledger entry of a comment just taken in."""
    return entry(
        Verb.COMMENT_SUBMITTED,
        f"comment:{comment_id}",
        actor_id=actor_id,
        consultation_id=row["consultation_id"],
        at=row["submitted_at"],
        comment_id=comment_id,
        lineage_id=row["article_lineage_id"],
        status=row["status"],
        digest=row["digest"],
    )


def _earlier(words: Words, consultation_id: int) -> str | None:
    twin = db.session.execute(_twin(), {"key": words.key}).one_or_none()
    if twin is None:
        return None
    before = (twin.body, twin.proposed_wording, twin.quote, twin.anchor, twin.consultation_id)
    now = (words.body, words.proposed_wording, _quote(words), words.anchor, consultation_id)
    if before != now:
        raise KeyReusedError
    return twin.receipt


def _insert(row: dict[str, Any], words: Words, actor_id: int | None) -> int:
    # tables, not classes: the same statement for half of the work
    comment_id = db.session.execute(_new(), row).scalar_one()
    if words.email:
        db.session.execute(
            insert(ContactAddress).values(
                comment_id=comment_id,
                email=words.email,
                mark=sealer().mark(words.email.lower()),
                language=words.reading or row["language"],
                key=codes.new_key() if post.is_on() else "",
            )
        )
    consents.give_all(_agreed(comment_id, row, words, actor_id))
    db.session.execute(insert(ENTRY), entry_of(comment_id, row, actor_id))
    return comment_id


def _agreed(
    comment_id: int, row: dict[str, Any], words: Words, actor_id: int | None
) -> list[dict[str, Any]]:
    """What the author agreed to by what was typed; a clerk's letter keeps the consent itself."""
    purposes = [Purpose.COMMENT_LETTERS] if words.email else []
    if words.display_name and actor_id is None:
        purposes.append(Purpose.PUBLIC_NAME)
    read, now = words.reading or row["language"], row["submitted_at"]
    return [consents.row(one, f"comment:{comment_id}", read, now) for one in purposes]
