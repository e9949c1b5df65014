"""Originals on disk, named by what they contain and never by what a sender called them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from flask import current_app


def path(sha256: str) -> Path:
    """Where the file with that SHA-256 (hex) is kept."""
    return Path(current_app.extensions["settings"].files_dir) / sha256[:2] / sha256


def keep(data: bytes, sha256: str) -> None:
    """The bytes are on disk for good before any row speaks of them."""
    target = path(sha256)
    if not target.is_file():
        write_whole(target, data)


def write_whole(target: Path, data: bytes) -> None:
    """The file holds all the bytes; nobody ever sees it with less."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)
