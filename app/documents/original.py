"""The lines of an uploaded file as they were read, to stand beside what became of them."""

from __future__ import annotations

from functools import lru_cache

from app.documents import files
from app.documents.parsers import apart
from app.documents.parsers.blocks import UnreadableError
from app.documents.units import Line, lines_of
from app.web.refusals import Refused

KEPT = 4  # texts; the largest law takes some megabytes


def original(sha256: str, name: str) -> tuple[Line, ...]:
    """The lines of the kept file; none where it can no longer be read.

    Asks the database nothing, for the first time it may take seconds.
    """
    try:
        return _lines(sha256, name)
    except (OSError, UnreadableError, Refused):
        return ()


@lru_cache(maxsize=KEPT)
def _lines(sha256: str, name: str) -> tuple[Line, ...]:
    return tuple(lines_of(apart.blocks(files.path(sha256).read_bytes(), name)))
