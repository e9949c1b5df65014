"""The log in files: what /log shows, and for auditors the record in a database of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select

from app.extensions import Base, db, reads_only
from app.ledger import growing, plan, summing, tiles, witness

RECORD = "record.sqlite3"
AT_ONCE = 2000
LOG = (
    *("ledger_entry", "log_node", "checkpoint", "cosignature", "witness"),
    *("row_digest", "record_waiting"),
)


def write_tiles(directory: Path) -> int:
    """The newest signed head and all tiles below it lie in the directory; returns its size.

    Full tiles that lie there already are left alone: they never change.
    """
    directory.mkdir(parents=True, exist_ok=True)
    newest = growing.newest()
    if newest is None:
        return 0
    for level in range(tiles.MAX_LEVEL + 1):
        entries = tiles.entries_at(level, newest.size)
        for begin in range(0, entries, tiles.WIDTH):
            width = min(tiles.WIDTH, entries - begin)
            file = directory / tiles.path(level, begin // tiles.WIDTH, width)
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(b"".join(growing.stored(level, begin, begin + width)))
    # last, so that whoever reads meanwhile finds every tile of the head
    (directory / "checkpoint").write_text(witness.cosigned(newest), encoding="utf-8")
    db.session.rollback()
    return newest.size


def write_record(file: Path) -> None:
    """The tables of the record and of the log stand in a SQLite file of their own, at one moment.

    Values are written as SQLite would have them, whichever database the portal uses.
    """
    token = reads_only.set(True)  # whoever writes meanwhile is not kept waiting
    try:
        _copy(file)
    finally:
        reads_only.reset(token)


def _copy(file: Path) -> None:
    names = sorted({one.table for one in plan.sums().values()} | set(LOG))
    with db.engine.connect() as source, closing(sqlite3.connect(file)) as target:
        if source.dialect.name == "postgresql":
            source.execution_options(isolation_level="REPEATABLE READ")
        for name in names:
            columns = _shown(Base.metadata.tables[name])
            target.execute(_made(name, columns))
            marks = ", ".join("?" * len(columns))
            rows = source.execution_options(yield_per=AT_ONCE).execute(select(*columns))
            for part in rows.partitions(AT_ONCE):
                target.executemany(
                    f"INSERT INTO {name} VALUES ({marks})", [tuple(_plain(row)) for row in part]
                )
        target.commit()


def _shown(table: Table) -> list[Column[Any]]:
    """The columns that are on record: of an officer the name, and not what opens the account."""
    named = {name for one in plan.of_table(table.name) for name in one.columns}
    return [column for column in table.columns if not named or column.name in named]


def _made(name: str, columns: Sequence[Column[Any]]) -> str:
    """The statement that makes a bare table of these columns: kinds and key, no more."""
    kinds = ", ".join(f'"{one.name}" {_kind(one.type)}' for one in columns)
    key = ", ".join(f'"{one.name}"' for one in columns if one.primary_key)
    return f"CREATE TABLE {name} ({kinds}, PRIMARY KEY ({key}))"


def _kind(kind: Any) -> str:
    name = kind.__visit_name__.upper()
    return "JSON" if name == "JSON" else "BLOB" if "BINARY" in name else ""


def _plain(row: Any) -> Iterator[Any]:
    for value in row:
        plain = summing.plain(value)
        yield json.dumps(plain) if isinstance(plain, dict | list) else plain
