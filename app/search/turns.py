"""Whose turn it is to move the index: the reader that follows the ledger, or a rebuilt index.

Both in turn, so that a rebuilt index that takes over is followed from where it was begun, at
whatever moment either process is killed.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import text

from app.config import Settings
from app.extensions import db

ADVISORY_LOCK = 0x676F7073
FILE = "search.lock"


@contextmanager
def turn(*, wait: bool) -> Iterator[bool]:
    """Whether it is ours until the end of the block; always, for those who `wait` for it."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_sqlite:
        with (settings.instance_dir / FILE).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True
        return
    with db.engine.connect() as connection:
        key = {"key": ADVISORY_LOCK}
        if wait:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        elif not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
            yield False
            return
        connection.commit()
        try:
            yield True
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
            connection.commit()
