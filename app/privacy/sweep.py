"""What the database and the index still hold in their files of what is gone, and whether any is.

A row that is deleted is not yet out of a file: pages are used again later, an index keeps words
of documents that are no more until it is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import JSON, String, Text, cast, or_, select

from app.comments.erasing import erased_since
from app.config import Settings
from app.extensions import Base, Sealed, db
from app.kit import clock
from app.search import entries
from app.search.engine import IndexUnavailable

NIGHT = range(1, 5)  # hours in Viet Nam in which an index may take its time
CHUNK = 1024 * 1024


def sweep() -> None:
    """Neither the index nor a freed page of the database holds what was erased; takes its time."""
    entries.rebuild()
    _free()


def nightly(now: datetime) -> None:
    """The duty: once in a night that follows an erasure."""
    if now.astimezone(clock.VN).hour not in NIGHT:
        return
    try:
        since = entries.index().condition().since
    except IndexUnavailable:
        return  # healing makes a new one
    if erased_since(since - timedelta(seconds=1)):
        db.session.rollback()
        sweep()


def _free() -> None:
    """SQLite: what was overwritten is out of the write-ahead log too; PostgreSQL: rows that are
    dead are no more."""
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM")
            return
        driver: Any = connection.connection.driver_connection
    # outside any transaction: a checkpoint in one is refused
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def vacuum() -> None:
    """The database file is written anew, without a trace of what was there."""
    db.session.commit()
    db.session.remove()
    raw: Any = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "postgresql":
            raw.driver_connection.autocommit = True
            raw.driver_connection.execute("VACUUM FULL")
        else:
            raw.driver_connection.execute("VACUUM")
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def left(words: Collection[str]) -> list[str]:
    """Where any of these words can still be found: "table.column: number", or a file."""
    asked = [word for word in words if word.strip()]
    return [*_in_rows(asked), *_in_files(asked)] if asked else []


def _in_rows(words: Collection[str]) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        key = next(iter(table.primary_key))
        for column in table.columns:
            if isinstance(column.type, Sealed) or not isinstance(column.type, String | Text | JSON):
                continue
            held = cast(column, Text)
            hits = or_(*(held.contains(word, autoescape=True) for word in words))
            for number in db.session.scalars(select(key).where(hits).limit(20)):
                yield f"{table.name}.{column.name}: {number}"


def _in_files(words: Collection[str]) -> Iterator[str]:
    settings: Settings = current_app.extensions["settings"]
    signs = [word.encode() for word in words]
    places = [settings.instance_dir.rglob("*")]
    for path in sorted(one for place in places for one in place if one.is_file()):
        if holds(path, signs):
            yield str(path.relative_to(settings.instance_dir))


def holds(path: Path, signs: Collection[bytes]) -> bool:
    """Whether any of these bytes stand in the file."""
    longest = max(len(sign) for sign in signs)
    before = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if any(sign in before + chunk for sign in signs):
                    return True
                before = chunk[-longest:]
    except OSError:
        return False  # gone meanwhile
    return False


DUTIES: tuple[Callable[[datetime], object], ...] = (nightly,)
