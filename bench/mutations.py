"""A thousand ways to touch a copied database, each found from outside (G14).

A copy of a sample portal is changed in one place at a time, as somebody with the database file and
none of its guards could: a value edited, a row removed, put in, its place exchanged with another's,
in every table and column of the record and of the log. tools/verify_log.py must find each, and
nothing on the copy as it was.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

TOOL = Path(__file__).resolve().parent.parent / "tools" / "verify_log.py"
LOG = ("ledger_entry", "log_node", "checkpoint", "row_digest")
# what proves nothing: a note carries no time of its own, and the newest one is worth the older ones
UNPROVEN = {("checkpoint", "signed_at")}
UNIQUE = ("receipt", "idempotency_key", "seq", "round", "decision_id", "slug", "email")
REMOVED_UNSEEN = {"checkpoint"}

Change = tuple[str, str]


class Copy:
    """A database of a portal at rest, without its triggers, with what an auditor has beside it."""

    def __init__(self, database: Path, key: str, directory: Path) -> None:
        self.key = key
        self.directory = directory
        self.file = directory / "sample.sqlite3"
        shutil.copyfile(database, self.file)
        with closing(sqlite3.connect(self.file)) as db:
            db.execute("PRAGMA journal_mode=DELETE")
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                db.execute(f"DROP TRIGGER {name}")
            note = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"
            (directory / "since").write_text(db.execute(note).fetchone()[0], "utf-8")
            summed = "SELECT DISTINCT facts FROM ledger_entry WHERE verb = 'record.summed'"
            facts = [json.loads(row[0]) for row in db.execute(summed)]
            record = sorted({fact["table"] for fact in facts})
            self.tables = {
                name: self._columns(db, name)
                for name in (*record, *LOG)
                if self._has_rows(db, name)
            }

    @staticmethod
    def _has_rows(db: sqlite3.Connection, table: str) -> bool:
        if table in LOG:
            return db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
        asked = "SELECT 1 FROM row_digest WHERE name IN (?, ?) AND key <> '' LIMIT 1"
        return db.execute(asked, [table, f"{table}_state"]).fetchone() is not None

    @staticmethod
    def _columns(db: sqlite3.Connection, table: str) -> dict[str, tuple[str, bool]]:
        """Name → type and whether it names the row."""
        info = db.execute(f"PRAGMA table_info({table})")
        return {row[1]: (row[2], bool(row[5])) for row in info}

    def told(self, file: Path) -> tuple[bool, str]:
        """Whether the tool finds fault with a file, and its words."""
        words = [str(TOOL), "--key", self.key, "--settled", "--since"]
        asked = [sys.executable, *words, str(self.directory / "since"), str(file)]
        run = subprocess.run(asked, capture_output=True, text=True)
        if run.returncode not in (0, 1) or "Traceback" in run.stderr:
            raise RuntimeError(run.stderr)
        return run.returncode == 1, run.stdout

    def changed(self, number: int, change: Change, dice: random.Random) -> tuple[str, bool]:
        """One change made on a fresh copy, and whether it was found."""
        file = self.directory / f"{number}.sqlite3"
        try:
            while True:
                shutil.copyfile(self.file, file)
                with closing(sqlite3.connect(file)) as db:
                    done = WAYS[change[0]](db, change[1], self.tables[change[1]], dice)
                    db.commit()
                if done:
                    return f"{change[0]} {done}", self.told(file)[0]
                change = drawn(self, dice)  # this row cannot be changed so
        finally:
            file.unlink(missing_ok=True)


def _some_row(db: sqlite3.Connection, table: str, dice: random.Random) -> tuple[str, list[Any]]:
    """A condition that names one row, with its values."""
    info = db.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
    rows = db.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall()
    if table not in LOG:
        # a draft of an answer is not on record before it is published
        names = [table, f"{table}_state"]
        final = db.execute("SELECT key FROM row_digest WHERE name IN (?, ?)", names)
        known = {key for (key,) in final}
        rows = [row for row in rows if "|".join(map(str, row)) in known]
    row = dice.choice(rows)
    return " AND ".join(f'"{key}" = ?' for key in keys), list(row)


def _bound(db: sqlite3.Connection, table: str, columns: Any, key: list[Any]) -> list[str]:
    """The columns of a row that are on record by now; what a row says later is not yet."""
    if table in LOG:
        return [name for name in columns if (table, name) not in UNPROVEN]
    names = db.execute("SELECT name FROM row_digest WHERE key = ?", ["|".join(map(str, key))])
    digested = {name for (name,) in names}
    found: set[str] = set()
    facts = db.execute("SELECT facts FROM ledger_entry WHERE verb = 'record.summed'")
    for fact in (json.loads(row[0]) for row in facts):
        if fact["table"] == table and fact["sum"] in digested:
            found |= set(fact["columns"])
    return sorted(found)


def _other(value: Any, kind: str, dice: random.Random) -> Any:
    """A value like it that says something else."""
    if value is None:
        return dice.choice([1, "2020-01-01 00:00:00.000000"]) if kind != "JSON" else "[1]"
    if kind == "JSON":
        known = json.loads(value)
        if isinstance(known, dict):
            return json.dumps({**known, "x": dice.random()})
        return json.dumps([known, dice.random()])
    if isinstance(value, bytes):
        place = dice.randrange(len(value))
        return value[:place] + bytes([value[place] ^ 1 << dice.randrange(8)]) + value[place + 1 :]
    if isinstance(value, int):
        return value + dice.choice([-1, 1, 1000])
    if isinstance(value, float):
        return value + 0.5
    if not value:
        return "x"
    place = dice.randrange(len(value))
    sign = dice.choice("0123456789abcxyz".replace(value[place], ""))
    if kind in ("DATETIME", "DATE"):
        return value.replace(value[:4], str(int(value[:4]) + dice.choice([-1, 1])), 1)
    return dice.choice([value[:place] + sign + value[place + 1 :], value + " ", value[:-1], ""])


def edit(db: sqlite3.Connection, table: str, columns: Any, dice: random.Random) -> str:
    """One value is another."""
    where, key = _some_row(db, table, dice)
    column = dice.choice(_bound(db, table, columns, key))
    (value,) = db.execute(f'SELECT "{column}" FROM {table} WHERE {where}', key).fetchone()
    new = _other(value, columns[column][0].split("(")[0], dice)
    if new == value:
        return ""
    try:
        db.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', [new, *key])
    except sqlite3.IntegrityError:
        return ""
    return f"{table}.{column}"


def empty(db: sqlite3.Connection, table: str, columns: Any, dice: random.Random) -> str:
    """One value is gone."""
    where, key = _some_row(db, table, dice)
    column = dice.choice(_bound(db, table, columns, key))
    (value,) = db.execute(f'SELECT "{column}" FROM {table} WHERE {where}', key).fetchone()
    if value in (None, ""):
        return ""
    try:
        db.execute(f'UPDATE {table} SET "{column}" = NULL WHERE {where}', key)
    except sqlite3.IntegrityError:
        return ""
    return f"{table}.{column}"


def remove(db: sqlite3.Connection, table: str, _columns: Any, dice: random.Random) -> str:
    """A row is gone."""
    where, key = _some_row(db, table, dice)
    db.execute(f"DELETE FROM {table} WHERE {where}", key)
    return table


def put_in(db: sqlite3.Connection, table: str, columns: Any, dice: random.Random) -> str:
    """A row more, like another one but for its key and what must be unique."""
    where, key = _some_row(db, table, dice)
    names = list(columns)
    row = dict(
        zip(names, db.execute(f"SELECT * FROM {table} WHERE {where}", key).fetchone(), strict=True)
    )
    unique = [name for name in UNIQUE if name in row]
    for name in [*unique, [name for name in names if columns[name][1]][-1]]:
        old = row[name]
        row[name] = old + 1_000_000 if isinstance(old, int) else f"{str(old)[:-2]}zz"
    marks = ", ".join("?" * len(names))
    try:
        db.execute(f"INSERT INTO {table} VALUES ({marks})", list(row.values()))
    except sqlite3.IntegrityError:
        return ""
    return table


def exchange(db: sqlite3.Connection, table: str, columns: Any, dice: random.Random) -> str:
    """Two rows have each other's values, all but their keys: the order is another."""
    first, second = (_some_row(db, table, dice) for _ in range(2))
    bound = _bound(db, table, columns, first[1])
    names = [name for name in bound if not columns[name][1] and name not in UNIQUE]
    if first[1] == second[1] or not names:
        return ""
    chosen = ", ".join(f'"{name}"' for name in names)
    one, two = (
        db.execute(f"SELECT {chosen} FROM {table} WHERE {where}", key).fetchone()
        for where, key in (first, second)
    )
    if one == two:
        return ""
    sets = ", ".join(f'"{name}" = ?' for name in names)
    try:
        for (where, key), values in ((first, two), (second, one)):
            db.execute(f"UPDATE {table} SET {sets} WHERE {where}", [*values, *key])
    except sqlite3.IntegrityError:
        return ""
    return table


Way = Callable[[sqlite3.Connection, str, Any, random.Random], str]
WAYS: dict[str, Way] = {
    "edit": edit,
    "empty": empty,
    "remove": remove,
    "put in": put_in,
    "exchange": exchange,
}


def drawn(copy: Copy, dice: random.Random) -> Change:
    """A way and a table, each table as likely as the next."""
    table = dice.choice(list(copy.tables))
    ways = [way for way in WAYS if not (way == "remove" and table in REMOVED_UNSEEN)]
    return dice.choice(ways), table


def drill(database: Path, key: str, times: int, seed: int) -> tuple[list[str], list[str]]:
    """What was done, and what of it was not found; raises where the untouched copy is blamed."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Copy(database, key, Path(directory))
        blamed, words = copy.told(copy.file)
        if blamed:
            raise RuntimeError(f"the untouched copy is blamed: {words}")

        def one(number: int) -> tuple[str, bool]:
            dice = random.Random(f"{seed}:{number}")
            return copy.changed(number, drawn(copy, dice), dice)

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(one, range(times)))
    return [what for what, _ in done], [what for what, found in done if not found]


def main(arguments: Sequence[str] | None = None) -> int:
    """The drill on a copy, told in words; 1 where a change was not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="a copy of a portal at rest, in SQLite")
    parser.add_argument("--key", required=True, help="the vkey of its log")
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    done, missed = drill(asked.database, asked.key, asked.times, asked.seed)
    for what, count in sorted(Counter(done).items()):
        print(f"{count:5}  {what}")
    seconds = time.monotonic() - begun
    print(f"{len(done)} changes, {len(done) - len(missed)} found, in {seconds:.0f} s.")
    print("\n".join(f"not found: {what}" for what in missed))
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
