"""Exports on disk: a version that was posted is written out once in each format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path

from flask import current_app

from app.documents.exports import FORMATS
from app.documents.exports.source import cover_of, edition_of
from app.documents.files import write_whole
from app.documents.models import DraftVersion

Write = Callable[[], bytes]

SOURCES = {".py", ".typ", ".ttf"}


def kept(version: DraftVersion, form: str, address: str) -> Path:
    """The file of the version in that format, a key of FORMATS; written if it was not there yet.

    `address` is the absolute URL of its public page.
    """
    target = place(version, form, address)
    if not target.is_file():
        write_whole(target, FORMATS[form].write(edition_of(version, address)))
    return target


def place(version: DraftVersion, form: str, address: str) -> Path:
    """Where that file is, or would be, found without reading the text.

    Its name says what it holds, down to each word of the cover and of the code that wrote it.
    """
    cover = json.dumps(asdict(cover_of(version, address)), default=str, ensure_ascii=False)
    return _place(cover, form)


def kept_changes(older: DraftVersion, newer: DraftVersion, said: str, write: Write) -> Path:
    """The Word file of what changed between two versions; `said` is all it says besides them."""
    covers = [asdict(cover_of(version, "")) for version in (older, newer)]
    target = _place(json.dumps([covers, said], default=str, ensure_ascii=False), "docx")
    if not target.is_file():
        write_whole(target, write())
    return target


def _place(holds: str, form: str) -> Path:
    name = hashlib.sha256(holds.encode()).hexdigest()
    shelf = Path(current_app.extensions["settings"].files_dir) / "exports" / _writers()
    return shelf / name[:2] / f"{name}.{form}"


@cache
def _writers() -> str:
    """A name for the code that writes exports, and all it leans on: another code, another shelf."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in SOURCES:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
