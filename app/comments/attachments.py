"""Files sent with a comment: kept as they came, made safe by the worker, public after review."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam, select, update

from app.accounts.models import Officer
from app.comments.models import Attachment, Comment, CommentStatus
from app.documents import files
from app.documents.parsers.blocks import UnreadableError
from app.documents.supporting import words_of
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web.antivirus import ScannerDownError, infected
from app.web.packages import DOCX, ODT
from app.web.refusals import Refused
from app.web.strip import StripError, stripped
from app.web.uploads import JPEG, PDF, PNG, Upload, inspect

KINDS = frozenset({PDF, DOCX, ODT, PNG, JPEG})
AT_MOST = 3
MAX_BYTES = 10 * 1024 * 1024
TEXT = 200_000  # characters kept for search
BATCH = 2  # a hostile one takes half a minute, in which the worker does nothing else
INFECTED = "infected"


class UndecidableError(Exception):
    """Raised when an attachment was decided already, or cannot be shown."""


@dataclass(frozen=True)
class File:
    """A file as it came with a form: its facts and its bytes."""

    upload: Upload
    data: bytes


def looked_at(data: bytes, filename: str) -> File:
    """The file as it may be kept; raises Refused for one of another kind, size, or make."""
    return File(inspect(data, filename, MAX_BYTES, KINDS), data)


def add(comment_id: int, consultation_id: int, sent: Sequence[File], now: datetime) -> None:
    """The files are kept with the comment, to be looked at; nobody can see them yet."""
    for file in sent:
        attachment = Attachment(
            comment_id=comment_id,
            name=file.upload.name,
            media_type=file.upload.media_type,
            size=file.upload.size,
            sha256=file.upload.sha256,
            status=CommentStatus.WAITING.value,
        )
        db.session.add(attachment)
        db.session.flush()
        files.write_whole(_raw(attachment.id), file.data)
        record(
            Verb.ATTACHMENT_ADDED,
            f"attachment:{attachment.id}",
            consultation_id=consultation_id,
            at=now,
            comment_id=comment_id,
            attachment_id=attachment.id,
            sha256=file.upload.sha256,
        )


def of(comment_ids: Collection[int], *, public: bool) -> dict[int, list[Attachment]]:
    """The attachments of those comments; `public` leaves out what nobody published."""
    query = select(Attachment).where(Attachment.comment_id.in_(comment_ids))
    if public:
        query = query.where(Attachment.status == CommentStatus.PUBLISHED.value)
    found: dict[int, list[Attachment]] = {}
    for attachment in db.session.scalars(query.order_by(Attachment.id)):
        found.setdefault(attachment.comment_id, []).append(attachment)
    return found


def named(comment_ids: Collection[int]) -> dict[int, list[Any]]:
    """Number and name of each published attachment of those comments; not what it says."""
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(_named(), {"ids": list(comment_ids)}):
        found.setdefault(row.comment_id, []).append(row)
    return found


@cache
def _named() -> Select[int, int, str]:
    return (
        select(Attachment.comment_id, Attachment.id, Attachment.name)
        .where(
            Attachment.comment_id.in_(bindparam("ids", expanding=True)),
            Attachment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(Attachment.id)
    )


def publish(attachment: Attachment, officer: Officer, now: datetime) -> None:
    """The cleaned file can be read by everybody once its comment is public; UndecidableError."""
    _decide(attachment, CommentStatus.PUBLISHED, "", officer, now)


def withhold(attachment: Attachment, reason: str, officer: Officer, now: datetime) -> None:
    """The file is kept and never shown, for a reason of the public list; UndecidableError."""
    _decide(attachment, CommentStatus.WITHHELD, reason, officer, now)


def take_down(attachment: Attachment, reason: str, officer: Officer, now: datetime) -> None:
    """The public file is shown no more, for a reason of the public list; UndecidableError."""
    _decide(attachment, CommentStatus.WITHHELD, reason, officer, now, CommentStatus.PUBLISHED)


def give_back(attachment: Attachment, officer: Officer, now: datetime) -> None:
    """The file that was taken down can be read again with its comment; UndecidableError."""
    _decide(attachment, CommentStatus.PUBLISHED, "", officer, now, CommentStatus.WITHHELD)


def _decide(
    attachment: Attachment,
    status: CommentStatus,
    reason: str,
    officer: Officer,
    now: datetime,
    before: CommentStatus = CommentStatus.WAITING,
) -> None:
    db.session.refresh(attachment, with_for_update=True)
    shown = status is CommentStatus.PUBLISHED
    if attachment.status != before or (shown and not attachment.clean_sha256):
        raise UndecidableError
    attachment.status, attachment.reason = status.value, reason
    attachment.decided_by, attachment.decided_at = officer.id, now
    db.session.flush()
    comment = db.session.get_one(Comment, attachment.comment_id)
    record(
        Verb.ATTACHMENT_PUBLISHED if shown else Verb.ATTACHMENT_WITHHELD,
        f"attachment:{attachment.id}",
        actor_id=officer.id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        attachment_id=attachment.id,
        **({} if shown else {"reason": reason}),
    )


def path(attachment: Attachment) -> Path:
    """Where the cleaned file is."""
    return files.path(attachment.clean_sha256)


def clean_waiting(now: datetime) -> int:
    """A few files are made safe and read, or told to be neither; returns how many.

    A file as it came is deleted a round later: it may hold what its sender never meant to tell.
    """
    _forget()
    waiting = db.session.execute(
        select(Attachment.id, Attachment.name, Attachment.media_type)
        .where(Attachment.looked_at.is_(None))
        .order_by(Attachment.id)
        .limit(BATCH)
    ).all()
    db.session.rollback()  # what follows takes seconds, and everybody else writes too
    found: dict[int, dict[str, str | int]] = {}
    with suppress(ScannerDownError):  # the scanner does not answer: the files wait
        for row in waiting:
            found[row.id] = _cleaned(_raw(row.id), row.name, row.media_type)
    for attachment_id, facts in found.items():
        db.session.execute(
            update(Attachment).where(Attachment.id == attachment_id).values(looked_at=now, **facts)
        )
    return len(found)


def _cleaned(raw: Path, name: str, media_type: str) -> dict[str, str | int]:
    try:
        data = raw.read_bytes()
    except OSError:
        return {"problem": "unreadable"}
    scanner = current_app.extensions["settings"].clamav
    if scanner and infected(data, scanner):
        return {"problem": INFECTED}
    try:
        clean = stripped(data, media_type)
    except StripError as error:
        return {"problem": error.fault.value}
    digest = hashlib.sha256(clean).hexdigest()
    files.keep(clean, digest)
    text = ""
    with suppress(Refused, UnreadableError):  # a scan, or a page of pictures: nothing to search
        text = words_of(clean, Upload(name, media_type, len(clean), digest))[:TEXT]
    return {"clean_sha256": digest, "clean_size": len(clean), "text": text}


def _raw(attachment_id: int) -> Path:
    return Path(current_app.extensions["settings"].files_dir) / "incoming" / str(attachment_id)


def _forget() -> None:
    """What was looked at and committed is no longer there as it came."""
    here = {int(file.name): file for file in _raw(0).parent.glob("[0-9]*") if file.name.isdigit()}
    done = db.session.scalars(
        select(Attachment.id).where(Attachment.id.in_(here), Attachment.looked_at.is_not(None))
    ).all()
    for attachment_id in done:
        here[attachment_id].unlink(missing_ok=True)


DUTIES = (clean_waiting,)
