"""Exports on disk: a version that was posted is written out once in each format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from flask import current_app

from app.documents.exports import FORMATS
from app.documents.exports.source import cover_of, edition_of
from app.documents.files import write_whole
from app.documents.models import DraftVersion

SOURCES = {".py", ".typ", ".ttf"}


def kept(version: DraftVersion, form: str, address: str) -> Path:
    """The file of the version in that format, a key of FORMATS; written if it was not there yet.

    `address` is the absolute URL of its public page. A file found is sent without reading the
    text: its name says what it holds, down to each word of the cover and of the code that wrote it.
    """
    cover = json.dumps(asdict(cover_of(version, address)), default=str, ensure_ascii=False)
    name = hashlib.sha256(cover.encode()).hexdigest()
    shelf = Path(current_app.extensions["settings"].files_dir) / "exports" / _writers()
    target = shelf / name[:2] / f"{name}.{form}"
    if not target.is_file():
        write_whole(target, FORMATS[form].write(edition_of(version, address)))
    return target


@cache
def _writers() -> str:
    """A name for the code that writes exports: another code, another shelf."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in SOURCES:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
