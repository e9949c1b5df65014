"""The file of a version whose words were written here: it began from another and gets its own."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from app.documents import files
from app.documents.exports import FORMATS
from app.documents.exports.source import edition_of
from app.documents.models import DraftEdit, DraftVersion
from app.documents.naming import free_name
from app.extensions import db

BEGIN, REWORD = "begin", "reword"
FORM = "docx"
FILE = ("file_name", "media_type", "size", "sha256")


def file_of(version: DraftVersion) -> dict[str, Any]:
    """The file of a version as the first edit of its words remembers it."""
    return {name: getattr(version, name) for name in FILE}


def first_written(version: DraftVersion) -> DraftEdit | None:
    """The edit since which the version says other words than the file it came in."""
    return db.session.scalar(
        select(DraftEdit)
        .where(DraftEdit.version_id == version.id, DraftEdit.operation.in_([BEGIN, REWORD]))
        .order_by(DraftEdit.id)
        .limit(1)
    )


def came_in(version: DraftVersion) -> tuple[str, str]:
    """SHA-256 and name of the file whose lines the units of the version stand on."""
    edit = first_written(version)
    file = edit.facts["file"] if edit is not None else file_of(version)
    return file["sha256"], file["file_name"]


def give_file(version: DraftVersion) -> None:
    """A version written here has a Word file of its very words; every other keeps its own."""
    edit = first_written(version)
    if edit is None:
        return
    db.session.flush()
    # without an address: the file is made before anybody can visit its page
    data = FORMATS[FORM].write(edition_of(version, ""))
    if version.file_name == edit.facts["file"]["file_name"]:
        version.file_name = free_name(version.dossier_id, f"du-thao-{version.number}.{FORM}")
    version.media_type = FORMATS[FORM].media_type
    version.size = len(data)
    version.sha256 = hashlib.sha256(data).hexdigest()
    files.keep(data, version.sha256)


def give_back(version: DraftVersion, undone: DraftEdit) -> None:
    """A version that says again what its file says has that file again."""
    first = first_written(version)
    if first is not None and first.id == undone.id:
        for name, value in undone.facts["file"].items():
            setattr(version, name, value)
