"""Counters in a small SQLite file, shared by every process of one machine.

The file holds nothing that is missed when it is lost, so it is never waited for (`synchronous=OFF`)
and is apart from the portal's database: to count takes nobody the pen.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from limits.storage import Storage

from app.kit import clock

SCHEME = "embedded"
WAIT = 1.0  # seconds for a turn; a counter is held for some microseconds
SWEEP_EVERY = 60.0
TABLE = """CREATE TABLE IF NOT EXISTS bucket
    (key TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID"""
# one statement, and so one transaction: of two who come at once each gets a number of its own
COUNT = """INSERT INTO bucket (key, count, until) VALUES (:key, :amount, :until)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN until <= :now THEN :amount ELSE count + :amount END,
        until = CASE WHEN until <= :now THEN :until ELSE until END
    RETURNING count"""
ENDINGS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Step:
    """One window to be counted in; where it is `last`, no further one is once it has its most."""

    key: str
    expiry: int
    most: int
    last: bool
    amount: int = 1


def count(storage: Storage, steps: Sequence[Step]) -> list[int]:
    """What each window has counted by now; shorter than `steps` when a last one was over."""
    if isinstance(storage, EmbeddedStorage):
        return storage.count(steps)
    found = list[int]()
    for step in steps:
        found.append(storage.incr(step.key, step.expiry, amount=step.amount))
        if step.last and found[-1] > step.most:
            break
    return found


def address(file: Path) -> str:
    """What names the file to `limits.storage.storage_from_string`."""
    return f"{SCHEME}://{file.as_posix()}"


class EmbeddedStorage(Storage):
    """Fixed windows, each begun by the first that is counted in it."""

    STORAGE_SCHEME = [SCHEME]

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.file = Path(unquote(urlsplit(uri or "").path))
        self.lines = threading.local()
        self.swept = 0.0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return sqlite3.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """The count of the window with `amount` more in it; a window lasts `expiry` seconds."""
        now = clock.now().timestamp()
        return self._count(key, amount, now, now + expiry)

    def count(self, steps: Sequence[Step]) -> list[int]:
        """The counts of several windows, all in one transaction, as `limits_store.count` has it."""
        now, found = clock.now().timestamp(), list[int]()
        line = self._line()
        line.execute("BEGIN IMMEDIATE")
        try:
            if now - self.swept >= SWEEP_EVERY:
                self.swept = now
                line.execute("DELETE FROM bucket WHERE until <= ?", (now,))
            for step in steps:
                found.append(self._count(step.key, step.amount, now, now + step.expiry))
                if step.last and found[-1] > step.most:
                    break
        finally:
            line.execute("COMMIT")
        return found

    def _count(self, key: str, amount: int, now: float, until: float) -> int:
        words = {"key": key, "amount": amount, "now": now, "until": until}
        return int(self._line().execute(COUNT, words).fetchall()[0][0])

    def get(self, key: str) -> int:
        """What the window has counted so far, 0 for none."""
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now for none."""
        return float(self._row(key)[1])

    def _row(self, key: str) -> tuple[int, float]:
        now = clock.now().timestamp()
        asked = "SELECT count, until FROM bucket WHERE key = ? AND until > ?"
        row: tuple[int, float] | None = self._line().execute(asked, (key, now)).fetchone()
        return row or (0, now)

    def check(self) -> bool:
        """Whether the file can be counted in."""
        try:
            self.incr("check", 1)
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int | None:
        """Nothing is counted any more; how many windows there were."""
        return self._line().execute("DELETE FROM bucket").rowcount

    def clear(self, key: str) -> None:
        """The window is as if it had not begun."""
        self._line().execute("DELETE FROM bucket WHERE key = ?", (key,))

    def close(self) -> None:
        """This thread holds no connection any more."""
        if (held := self.lines.__dict__.pop("held", None)) is not None:
            held[1].close()

    def _line(self) -> sqlite3.Connection:
        """The connection of this thread; one made before a fork is never used after it."""
        held = getattr(self.lines, "held", None)
        if held is None or held[0] != os.getpid():
            held = self.lines.held = os.getpid(), self._connect()
        line: sqlite3.Connection = held[1]
        return line

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._prepared()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # torn when the machine lost its power: who comes next begins to count anew
            for ending in ENDINGS:
                with suppress(OSError):
                    Path(f"{self.file}{ending}").unlink()
            return self._prepared()

    def _prepared(self) -> sqlite3.Connection:
        line = sqlite3.connect(
            self.file, timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY"):
                line.execute(f"PRAGMA {pragma}")
            line.execute(TABLE)
        except sqlite3.Error:
            line.close()
            raise
        return line
