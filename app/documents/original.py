"""The lines of an uploaded file as they were read, to stand beside what became of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from app.documents import files
from app.documents.lines import lines_from, plain
from app.documents.parsers import apart
from app.documents.parsers.blocks import UnreadableError
from app.documents.units import Line, lines_of
from app.web.refusals import Refused

KEPT = 4  # texts; the largest law takes some megabytes


def keep_lines(sha256: str, lines: Iterable[Line]) -> None:
    """The lines stand beside the file, so that nobody waits until it is read once more."""
    written = json.dumps(plain(lines), ensure_ascii=False).encode()
    files.write_whole(_beside(sha256), zlib.compress(written))


def original(sha256: str, name: str) -> tuple[Line, ...]:
    """The lines of the kept file; none where it can no longer be read.

    Asks the database nothing, for a file without its lines may take seconds.
    """
    try:
        return _lines(sha256, name)
    except (OSError, UnreadableError, Refused):
        return ()


@lru_cache(maxsize=KEPT)
def _lines(sha256: str, name: str) -> tuple[Line, ...]:
    try:
        return lines_from(json.loads(zlib.decompress(_beside(sha256).read_bytes())))
    except (OSError, zlib.error, ValueError, TypeError):  # kept by no import, or not as here
        return tuple(lines_of(apart.blocks(files.path(sha256).read_bytes(), name)))


def _beside(sha256: str) -> Path:
    return files.path(f"{sha256}.lines")
