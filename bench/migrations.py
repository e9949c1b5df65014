"""Every later migration up, down and up again over a million comments and entries (G39).

The schema stops at 0012; comments, entries of the ledger and addresses for letters are put in by
SQL. Then the migrations go up to the newest, down to 0012 and up again, and each column that was
there before is summed after each leg. Somebody keeps on inserting comments with their entries (and
taking them back) meanwhile: how long the longest had to wait is how long a migration locks.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import JSON

from app import create_app
from bench.processes import ROOT, surroundings

OLD = "0012"
KNOWN = {
    "status": "'waiting'",
    "language": "'vi'",
    "channel": "'portal'",
    "body": "'Tôi đề nghị tăng mức hỗ trợ, ý kiến số ' || n",
    "display_name": "CASE WHEN n % 3 = 0 THEN 'Bế Văn ' || n ELSE '' END",
    "email": "'an' || n || '@example.vn'",
    "subject": "'comment:' || n",
    "verb": "'comment.submitted'",
}
FILLED = ("comment", "ledger_entry", "contact_address")
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {})",
    "postgresql": "WITH s AS (SELECT generate_series(1, {}) AS n)",
}
# the address of a letter is sealed by 0017: on the way up it reads differently
SEALED = {("contact_address", "email")}


@dataclass
class Waits:
    """Inserts beside a migration: the longest wait in seconds, and what was refused."""

    longest: float = 0.0
    refused: set[str] = field(default_factory=set)


class Filler:
    """Rows of a schema that no model of today knows."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.metadata = MetaData()
        self.metadata.reflect(engine)
        self.made: dict[str, Any] = {}

    def fill(self, name: str, many: int) -> None:
        """The table has that many rows, all about one row of each table it points to."""
        sql = self.sql(name, many)
        with self.engine.begin() as connection:
            connection.execute(text(sql))

    def sql(self, name: str, many: int) -> str:
        """The statement that puts rows 1 to `many` in."""
        table = self.metadata.tables[name]
        chosen = {c.name: self._value(table, c, many > 1) for c in table.columns if self._due(c)}
        columns = ", ".join(f'"{column}"' for column in chosen)
        series = SERIES[self.engine.dialect.name].format(many)
        values = ", ".join(chosen.values())
        return f"INSERT INTO {name} ({columns}) {series} SELECT {values} FROM s"

    def one_more(self, name: str, number: int) -> str:
        """The statement that puts the row of that number in."""
        sql = self.sql(name, 1).replace("SELECT 1 UNION", f"SELECT {number} UNION")
        return sql.replace("generate_series(1, 1)", f"{number}")

    def _due(self, column: Column[Any]) -> bool:
        return column.primary_key or not column.nullable or column.name == "seq"

    def _value(self, table: Table, column: Column[Any], many: bool) -> str:
        for key in column.foreign_keys:
            if key.column.table.name in FILLED:
                return "n"
            return self._parent(key.column.table, key.column.name)
        if column.name == "purpose":
            # there was one; 0017 takes the column away, and gives it back on the way down
            return "'{}'".format(_script().get_revision("0017").module.PURPOSE)
        if column.name in KNOWN:
            return KNOWN[column.name]
        unique = any(
            column.name in one["column_names"]
            for one in inspect(self.engine).get_unique_constraints(table.name)
        )
        if isinstance(column.type, Boolean):
            return "false"
        if isinstance(column.type, Integer):
            return "n" if column.primary_key or unique or column.name == "seq" else "0"
        if isinstance(column.type, JSON):
            return "'{}'"
        if isinstance(column.type, LargeBinary):
            return "''"
        if isinstance(column.type, DateTime):
            return "CAST('2026-05-04 01:02:03+00:00' AS {})".format(
                "TEXT" if self.engine.dialect.name == "sqlite" else "TIMESTAMPTZ"
            )
        if str(column.type).upper() == "DATE":
            return "'2026-05-04'" if self.engine.dialect.name == "sqlite" else "DATE '2026-05-04'"
        return f"'{column.name[:8]}' || n" if unique or column.primary_key else "'x'"

    def _parent(self, table: Table, column: str) -> str:
        if table.name not in self.made:
            with self.engine.begin() as connection:
                found = connection.scalar(select(table.c[column]).limit(1))
            if found is None:
                self.fill(table.name, 1)
                with self.engine.begin() as connection:
                    found = connection.scalar(select(table.c[column]).limit(1))
            self.made[table.name] = found
        return repr(self.made[table.name])


def summed(engine: Engine, columns: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and the digest of those columns in the order of the rows."""
    found = {}
    with engine.connect().execution_options(stream_results=True) as connection:
        for table, names in columns.items():
            digest, many = hashlib.sha256(), 0
            told = ", ".join(f'"{name}"' for name in names)
            rows = connection.execute(text(f"SELECT {told} FROM {table} ORDER BY 1"))
            for some in rows.partitions(5000):
                digest.update(repr([tuple(row) for row in some]).encode())
                many += len(some)
            found[table] = (many, digest.hexdigest()[:16])
    return found


@contextmanager
def inserting(engine: Engine, statements: list[str]) -> Iterator[Waits]:
    """Somebody puts a comment and its entry in and takes them back, again and again."""
    waits, over = Waits(), threading.Event()

    def go_on() -> None:
        while not over.wait(0.02):
            began = time.monotonic()
            try:
                with engine.connect() as connection:
                    for sql in statements:
                        connection.execute(text(sql))
                    waits.longest = max(waits.longest, time.monotonic() - began)
                    connection.rollback()
            except DBAPIError as refusal:
                waits.refused.add(str(refusal.orig).splitlines()[0][:120])

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def revisions() -> list[str]:
    """Those after OLD, the oldest first."""
    every = [one.revision for one in _script().walk_revisions()][::-1]
    return every[every.index(OLD) + 1 :]


def drill(url: str, many: int, letters: int) -> bool:
    """Whether all that was there is there after each leg; every step is printed."""
    upgrade(revision=OLD)
    engine = create_engine(url)
    filler = Filler(engine)
    for table, rows in zip(FILLED, (many, many, letters), strict=True):
        filler.fill(table, rows)
    one_more = [filler.one_more(name, many + 1) for name in ("comment", "ledger_entry")]
    before = {name: [c.name for c in filler.metadata.tables[name].columns] for name in FILLED}
    known = {
        name: [column for column in names if (name, column) not in SEALED]
        for name, names in before.items()
    }
    whole = summed(engine, before)
    print("before:", whole, flush=True)
    ways = revisions()
    sound = True
    for leg, steps in (("up", ways), ("down", ways[::-1]), ("up again", ways)):
        for revision in steps:
            began = time.monotonic()
            with inserting(engine, one_more) as waits:
                if leg == "down":
                    downgrade(revision=f"{revision}-1")
                else:
                    upgrade(revision=revision)
            took = time.monotonic() - began
            print(
                f"{leg} {revision}: {took:.1f} s; an insert waited {waits.longest:.2f} s"
                f"{'; refused: ' + '; '.join(waits.refused) if waits.refused else ''}",
                flush=True,
            )
        there = {
            name: {one["name"] for one in inspect(engine).get_columns(name)} for name in FILLED
        }
        left = {name: [one for one in names if one in there[name]] for name, names in known.items()}
        told = summed(engine, before if leg == "down" else left)
        equal = all(told[name][0] == whole[name][0] for name in FILLED)
        # what a later schema has dropped or sealed is compared on the leg that brings it back
        equal &= all(
            told[name] == whole[name]
            for name in FILLED
            if leg == "down" or left[name] == before[name]
        )
        sound &= equal
        print(f"{leg}: {'equal' if equal else 'NOT EQUAL'} {told}", flush=True)
    engine.dispose()
    return sound


def main() -> None:
    """Seconds of each migration, waits of others, and whether every old column stayed."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.migrations")
    parser.add_argument("--rows", type=int, default=1_000_000, help="comments, and entries")
    parser.add_argument("--letters", type=int, default=100_000, help="addresses to seal")
    parser.add_argument(
        "--url", default="", help="an empty PostgreSQL database; SQLite unless given"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gopy-migrations-") as directory:
        url = asked.url or f"sqlite:///{directory}/portal.sqlite3"
        os.environ.update(surroundings(Path(directory), url))
        with create_app().app_context():
            sound = drill(url, asked.rows, min(asked.letters, asked.rows))
    raise SystemExit(0 if sound else 1)


if __name__ == "__main__":
    main()
