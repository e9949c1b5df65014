"""The documents of a dossier beside its draft: added, corrected, taken out, posted for good."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from app.accounts.models import Officer
from app.documents import files
from app.documents.models import (
    ComparisonRow,
    Dossier,
    DossierFile,
    DraftVersion,
    RequiredDocument,
)
from app.documents.naming import free_name
from app.documents.parsers import apart
from app.documents.parsers.blocks import Block, UnreadableError
from app.documents.required import COMPARISON, Posted, held, required
from app.extensions import db
from app.kit.text import clean, slugify
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web.uploads import DOCX, ODT, PDF, SUPPORTING, TEXT, Upload, inspect

# what the words can be read from; of a picture or a scan somebody has to type them
READABLE = frozenset({DOCX, ODT, PDF, TEXT})
LONGEST_NAME = 80


class PostedFileError(Exception):
    """Raised when a posted file would be changed or taken away."""


class NoWordsError(Exception):
    """Raised for a file that nobody could read who cannot open or see it."""


def looked_at(data: bytes, filename: str, limit: int) -> tuple[Upload, str]:
    """The facts of a file that may stand beside a draft, and what it says; asks no database.

    The words are "" where none can be read: of a picture, or of a file whose reader gives up on
    it. Raises Refused for a file that is not taken.
    """
    upload = inspect(data, filename, limit, SUPPORTING)
    try:
        return upload, words_of(data, upload)
    except UnreadableError:
        return upload, ""


def words_of(data: bytes, upload: Upload) -> str:
    """What the file says, a paragraph a line; "" for a picture.

    Raises Refused and UnreadableError for a damaged file, or a scan.
    """
    if upload.media_type not in READABLE:
        return ""
    return "\n".join(filter(None, map(_line, apart.blocks(data, upload.name)))).strip()


def _line(block: Block) -> str:
    if block.rows:
        return "\n".join(" | ".join(" ".join(cell.split()) for cell in row) for row in block.rows)
    return clean(f"{block.number} {block.text}").strip()


def add_file(
    dossier: Dossier,
    upload: Upload,
    data: bytes,
    *,
    title: str,
    text: str,
    stage: str,
    officer: Officer,
    now: datetime,
    code: str = "",
) -> DossierFile:
    """The dossier has the file, kept byte for byte, unseen until it is posted.

    `stage` is what it is posted with: "proposal", "draft", or a later stage of the dossier; `code`
    names the required document it is. Raises NoWordsError without a text alternative.
    """
    if not text.strip():
        raise NoWordsError
    files.keep(data, upload.sha256)
    file = DossierFile(
        dossier_id=dossier.id,
        code=code,
        title=title,
        stage=stage,
        name=_free_name(dossier.id, title, upload.name),
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        text=text.strip(),
        added_at=now,
        added_by=officer.id,
    )
    db.session.add(file)
    db.session.flush()
    _record(Verb.FILE_ADDED, file, officer, now)
    return file


def change_file(file: DossierFile, title: str, text: str, officer: Officer, now: datetime) -> None:
    """The unposted file is called and described so; raises PostedFileError, NoWordsError."""
    if file.posted_at is not None:
        raise PostedFileError
    if not text.strip():
        raise NoWordsError
    file.title, file.text = title, text.strip()
    _record(Verb.FILE_CHANGED, file, officer, now)


def remove_file(file: DossierFile, officer: Officer, now: datetime) -> None:
    """The unposted file is no longer in the dossier; raises PostedFileError."""
    if file.posted_at is not None:
        raise PostedFileError
    _record(Verb.FILE_REMOVED, file, officer, now)
    db.session.delete(file)
    db.session.flush()


def post_files(
    dossier: Dossier, officer: Officer, now: datetime, consultation_id: int | None
) -> None:
    """Every file that was waiting is public, and stays as it is."""
    for file in unposted(dossier.id):
        post_file(file, officer, now, consultation_id)


def post_file(
    file: DossierFile, officer: Officer, now: datetime, consultation_id: int | None
) -> None:
    """The file is public, and stays as it is; raises PostedFileError for the second time."""
    if file.posted_at is not None:
        raise PostedFileError
    file.posted_at = now
    record(
        Verb.FILE_POSTED,
        f"file:{file.id}",
        actor_id=officer.id,
        consultation_id=consultation_id,
        at=now,
        dossier_id=file.dossier_id,
        file_id=file.id,
        sha256=file.sha256,
        digest=_digest([file.sha256, file.title, file.text]),
    )
    db.session.flush()


def unposted(dossier_id: int) -> Sequence[DossierFile]:
    """The files that go out with what is posted next."""
    return _of(dossier_id, DossierFile.posted_at.is_(None))


def all_files(dossier_id: int) -> Sequence[DossierFile]:
    """All files of the dossier, in the order in which they came."""
    return _of(dossier_id)


def missing(dossier: Dossier, version: DraftVersion | None, day: date) -> list[RequiredDocument]:
    """The required documents that are not there yet for posting the version, or the proposal."""
    posted = Posted.PROPOSAL if version is None else Posted.DRAFT
    there = held(dossier.id)
    if version is not None and _compared(version.id):
        there.add(COMPARISON)
    wanted = required(dossier.document_type, posted, day)
    return [document for document in wanted if document.code not in there]


def beside_digest(
    dossier: Dossier, version: DraftVersion | None, posted_at: datetime | None
) -> str:
    """SHA-256 (hex) of all that goes or went out with the words themselves; "" for nothing."""
    when = (
        DossierFile.posted_at.is_(None) if posted_at is None else DossierFile.posted_at == posted_at
    )
    parts = [
        piece for file in _of(dossier.id, when) for piece in (file.sha256, file.title, file.text)
    ]
    if version is not None:
        rows = select(ComparisonRow).where(ComparisonRow.version_id == version.id)
        for row in db.session.scalars(rows.order_by(ComparisonRow.position, ComparisonRow.id)):
            parts += [row.kind, row.source, row.current, row.anchor, row.reason]
    return _digest(parts) if parts else ""


def _of(dossier_id: int, *which: ColumnElement[bool]) -> Sequence[DossierFile]:
    found = select(DossierFile).where(DossierFile.dossier_id == dossier_id, *which)
    return db.session.scalars(found.order_by(DossierFile.id)).all()


def _compared(version_id: int) -> bool:
    row = select(ComparisonRow.id).where(ComparisonRow.version_id == version_id).limit(1)
    return db.session.scalar(row) is not None


def _free_name(dossier_id: int, title: str, sent: str) -> str:
    """A name for the address, from the title, that no other file of the dossier has."""
    ending = sent.rpartition(".")[2]
    stem = slugify(title, LONGEST_NAME) or "tai-lieu"
    return free_name(dossier_id, f"{stem}.{ending}")


def _record(verb: Verb, file: DossierFile, officer: Officer, now: datetime) -> None:
    record(
        verb,
        f"file:{file.id}",
        actor_id=officer.id,
        at=now,
        dossier_id=file.dossier_id,
        file_id=file.id,
        sha256=file.sha256,
    )


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
