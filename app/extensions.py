"""Extensions and the table base: a leaf that knows no room."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import current_app, has_request_context
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Text, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.kit.sealing import Sealer

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused, so no row ever depends on a machine's zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are stored with a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text that is encrypted in the database and plain in Python; "" stays "".

    Equal texts are sealed differently each time: keep `sealer().mark(text)` beside it to find one.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return sealer().seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return sealer().open(value) if value else value


def sealer() -> Sealer:
    """What seals and opens with the keys of the running portal."""
    made: Sealer = current_app.extensions["sealer"]
    return made


db = SQLAlchemy(model_class=Base)
migrate = Migrate(render_as_batch=False, compare_type=True)
babel = Babel()
csrf = CSRFProtect()
login = LoginManager()

# A deferred SQLite transaction that turns writer late fails with "database is locked"; so
# transactions begin as writers, unless the door knows that the request only reads.
reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)

# How long a writer waits for its turn, and how long it naps between two looks, in seconds. Who
# waits for a page is told within five (G05); while nobody has got the pen for so long, threads
# that wait as long again would only be missing where somebody wants to read.
LOCK_WAIT = 10.0
PAGE_WAIT, PAGE_WAIT_AGAIN = 3.0, 0.5
NAPS = (0.001, 0.006)
_nobody_writes = threading.Event()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # without it REPLACE deletes the old row unseen by the triggers that keep the record
        "recursive_triggers=ON",
        f"busy_timeout={LOCK_WAIT * 1000:.0f}",
        "cache_size=-32000",
        # what is taken away is overwritten: an erased person is in no byte of the file
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if reads_only.get():
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection)


def _begin_writing(connection: Connection) -> None:
    """The transaction holds the only pen; raises OperationalError after a wait in vain.

    SQLite's own wait naps longer the longer it has waited, so in a rush newcomers overtake
    until somebody's time is over; here all who wait look equally often.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        until = time.monotonic() + _patience()
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                _nobody_writes.clear()
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            time.sleep(random.uniform(*NAPS))
        _nobody_writes.set()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={LOCK_WAIT * 1000:.0f}")


def _patience() -> float:
    """How many seconds this writer waits for the pen."""
    if not has_request_context():
        return LOCK_WAIT
    return min(LOCK_WAIT, PAGE_WAIT_AGAIN if _nobody_writes.is_set() else PAGE_WAIT)
