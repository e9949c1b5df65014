"""Tables on disk: written once for each state of the consultation, in each format."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from flask import current_app

from app.consultations.models import Consultation
from app.extensions import db
from app.ledger.models import Revision
from app.responses.table import cover_of
from app.responses.tables import FORMATS
from app.responses.tables.reading import table

PATIENCE_SECONDS = 20.0
KEPT = 2  # of one consultation and format: somebody may still be loading the one before

# a large table takes a while, and the other threads have pages to serve
_turn = BoundedSemaphore(1)


class BusyError(Exception):
    """Raised when another table has been in the making for too long."""


def kept(consultation: Consultation, form: str, address: str, now: datetime) -> Path:
    """The table in that format, a key of FORMATS; written if it was not there yet.

    `address` is the absolute URL of the public page. Raises BusyError.
    """
    target = place(consultation, form, address, now)
    if target.is_file():
        return target
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise BusyError
    try:
        if not target.is_file():
            with _whole(target) as file, table(consultation, address, now) as made:
                FORMATS[form].write(made, file)
            _clear(target)
    finally:
        _turn.release()
    return target


def place(consultation: Consultation, form: str, address: str, now: datetime) -> Path:
    """Where that file is, or would be; its name says all that the table depends on."""
    seen = db.session.get(Revision, consultation.id)
    cover = asdict(cover_of(consultation, address, now))
    holds = json.dumps([seen.seq if seen else 0, cover], default=str, ensure_ascii=False)
    name = hashlib.sha256(holds.encode()).hexdigest()
    shelf = Path(current_app.extensions["settings"].files_dir) / "tables" / _writers()
    return shelf / str(consultation.id) / f"{name}.{form}"


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that nobody sees before all of it is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _clear(newest: Path) -> None:
    """Tables that nobody can ask for any more are gone."""
    older = sorted(
        (path for path in newest.parent.glob(f"*{newest.suffix}") if path != newest),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in older[KEPT - 1 :]:
        path.unlink(missing_ok=True)


@cache
def _writers() -> str:
    """A name for the code that writes tables: another code, another shelf."""
    digest = hashlib.sha256()
    for path in sorted(
        [*Path(__file__).parent.glob("*.py"), Path(__file__).parents[1] / "table.py"]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
