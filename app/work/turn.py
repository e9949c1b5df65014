"""Whose turn it is: of all workers of a portal one works, the others stand by."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.extensions import db

ADVISORY_LOCK = 0x676F7079
LOOK_EVERY = 1.0  # seconds between two looks of one that stands by

Holds = Callable[[], bool]


class AnotherWorkerError(Exception):
    """Raised when a worker is at work on this portal already, and this one is not to stand by."""


class TurnLostError(Exception):
    """Raised when the turn was lost with the connection that held it: another may be at work."""


@contextmanager
def only_worker(settings: Settings, stop: threading.Event | None = None) -> Iterator[Holds]:
    """No second worker runs inside; what is given says whether that still holds.

    With `stop` it waits for its turn until that is set; without it raises AnotherWorkerError. The
    system ends the turn of a worker that dies: the file is closed, or the connection.
    """
    taking = _of_this_machine(settings) if settings.is_sqlite else _of_the_database(stop)
    with taking as (take, holds):
        while not take():
            if stop is None:
                raise AnotherWorkerError
            if stop.wait(LOOK_EVERY):
                break
        yield holds


@contextmanager
def _of_this_machine(settings: Settings) -> Iterator[tuple[Holds, Holds]]:
    with (settings.instance_dir / "worker.lock").open("w") as file:
        yield lambda: _locked(file), lambda: True


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _of_the_database(stop: threading.Event | None) -> Iterator[tuple[Holds, Holds]]:
    """The lock is the connection's: it ends with it, and nobody need clear it away."""
    held: list[Connection] = []
    key = {"key": ADVISORY_LOCK}

    def take() -> bool:
        try:
            if not held:
                held.append(db.engine.connect())
            taken = bool(held[0].scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
            held[0].commit()
        except SQLAlchemyError:
            if stop is None:
                raise
            _let_go(held)  # one that stands by outlives a database that is being moved
            return False
        return taken

    def holds() -> bool:
        try:
            held[0].scalar(text("SELECT 1"))
            held[0].commit()
        except SQLAlchemyError:
            return False
        return True

    try:
        yield take, holds
    finally:
        _let_go(held)


def _let_go(held: list[Connection]) -> None:
    for connection in held:
        # not given back: the next to use it would hold the lock
        connection.invalidate()
        connection.close()
    held.clear()
