"""A portal in SQLite grown to a million comments: rows, entries, leaves and digests as its own.

What `demo load` made is taken as a pattern. The same functions as in the portal say what an entry,
a leaf and a digest is; only the database is written past it, in bulk and without waiting for disk.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.kit import codes
from app.ledger import plan
from app.ledger.record import entry
from app.ledger.seal import SALT, leaf_input
from app.ledger.summing import INSTANT, digest
from app.ledger.tree import leaf_hash
from app.ledger.verbs import Verb

SLICE = 2000
PLAIN = "proposed_wording = '' AND quote = '{}' AND channel = 'portal'"
DECIDED = {Verb.COMMENT_PUBLISHED.value, Verb.COMMENT_WITHHELD.value}
Row = dict[str, Any]


@dataclass
class Pattern:
    """A comment with its entries and its decision, as they stand."""

    comment: Row
    entries: list[Row] = field(default_factory=list)
    decision: Row | None = None


class Grower:
    """Writes copies; knows the next number of everything."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.comment, self.decision, self.entry, self.seq, self.batch = (
            db.execute(f"SELECT COALESCE(max({column}), 0) FROM {table}").fetchone()[0]
            for column, table in (
                ("id", "comment"),
                ("id", "decision"),
                ("id", "ledger_entry"),
                ("seq", "ledger_entry"),
                ("batch", "row_digest"),
            )
        )
        # a batch that the portal sums later is named after a note: those numbers go on from here
        notes = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record_waiting'")
        self.batch = max(self.batch, *(row[0] for row in notes))

    def write(self, patterns: list[Pattern]) -> None:
        """One more of each stands there, sealed and summed."""
        made: dict[str, list[Row]] = {"comment": [], "decision": [], "ledger_entry": []}
        for one in patterns:
            comment = self._comment(one.comment)
            made["comment"].append(comment)
            if one.decision is not None:
                self.decision += 1
                copy = {**one.decision, "id": self.decision, "comment_id": self.comment}
                made["decision"].append(copy)
            for old in one.entries:
                facts = {**old["facts"], "comment_id": self.comment}
                if "digest" in facts:
                    facts["digest"] = comment["digest"]
                subject = f"comment:{self.comment}"
                made["ledger_entry"].append(
                    self._sealed({**old, "facts": facts, "subject": subject})
                )
        self.batch += len(patterns) * 2
        digests: list[Row] = []
        for table in ("comment", "decision"):
            for one in plan.of_table(table):
                summed = self._summed(one, made[table])
                digests += summed
                made["ledger_entry"].append(self._sealed(_fact(one, self.batch, summed)))
        for table, rows in {**made, "row_digest": digests}.items():
            self._put(table, rows)
        self.db.execute("DELETE FROM record_waiting")
        number = "UPDATE sqlite_sequence SET seq = ? WHERE name = 'record_waiting'"
        self.db.execute(number, [self.batch])

    def _comment(self, old: Row) -> Row:
        self.comment += 1
        salt, body = codes.new_key(), f"{old['body']} ({self.comment})"
        new = {"id": self.comment, "receipt": codes.new_receipt(), "body": body, "salt": salt}
        new["idempotency_key"] = codes.new_key()
        return {**old, **new, "digest": codes.salted_digest(body, salt)}

    def _sealed(self, row: Row) -> Row:
        self.entry += 1
        self.seq += 1
        salt = secrets.token_bytes(SALT)
        numbered = {**row, "id": self.entry}
        at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
        leaf = leaf_hash(leaf_input(self.seq, SimpleNamespace(**{**numbered, "at": at}), salt))
        return {**numbered, "seq": self.seq, "salt": salt, "leaf": leaf}

    def _summed(self, one: plan.Sum, rows: list[Row]) -> list[Row]:
        digests = []
        for row in sorted(rows, key=lambda row: str(row["id"])):
            salt = secrets.token_bytes(SALT)
            told = digest(one.name, salt, {name: row[name] for name in one.columns})
            named = {"name": one.name, "key": str(row["id"]), "batch": self.batch}
            digests.append({**named, "salt": salt, "digest": told})
        return digests

    def _put(self, table: str, rows: list[Row]) -> None:
        if rows:
            names = list(rows[0])
            places = ", ".join(f":{name}" for name in names)
            packed = (
                {n: json.dumps(v) if isinstance(v, dict) else v for n, v in row.items()}
                for row in rows
            )
            self.db.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", packed
            )


def _fact(one: plan.Sum, batch: int, digests: list[Row]) -> Row:
    whole = hashlib.sha256(b"".join(row["digest"] for row in digests)).hexdigest()
    told: Mapping[str, Any] = {"sum": one.name, "table": one.table, "once": one.once}
    words = {"columns": list(one.columns), "batch": batch, "rows": len(digests), "digest": whole}
    made = entry(Verb.RECORD_SUMMED, f"record:{one.name}", **told, **words)
    return {**made, "at": made["at"].astimezone(UTC).strftime(INSTANT)}


def _patterns(db: sqlite3.Connection) -> list[Pattern]:
    """Comments as the load makes them: taken in, and decided or not, with nothing else to them."""
    found = {
        row["id"]: Pattern({**row, "quote": {}})
        for row in map(dict, db.execute(f"SELECT * FROM comment WHERE {PLAIN}"))
    }
    strange = set()
    for row in map(dict, db.execute("SELECT * FROM ledger_entry WHERE subject LIKE 'comment:%'")):
        facts = json.loads(row["facts"])
        number = facts.get("comment_id")
        if number not in found:
            continue
        if row["verb"] not in DECIDED | {Verb.COMMENT_SUBMITTED.value}:
            strange.add(number)
        found[number].entries.append({**row, "facts": facts})
    for row in map(dict, db.execute("SELECT * FROM decision")):
        if (one := found.get(row["comment_id"])) is not None:
            if one.decision is not None:
                strange.add(row["comment_id"])
            one.decision = row
    return [one for number, one in found.items() if number not in strange and _whole(one)]


def _whole(one: Pattern) -> bool:
    return len(one.entries) == 1 + (one.decision is not None)


def multiply(file: Path, wanted: int) -> Iterator[int]:
    """The portal has that many comments; says how many after each slice.

    Nobody else is at the file, and everything in it was sealed and summed.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        have = db.execute("SELECT count(*) FROM comment").fetchone()[0]
        patterns, grower = _patterns(db), Grower(db)
        while have < wanted:
            for begin in range(0, min(len(patterns), wanted - have), SLICE):
                some = patterns[begin : begin + min(SLICE, wanted - have)]
                db.execute("BEGIN")
                grower.write(some)
                db.execute("COMMIT")
                have += len(some)
                yield have
