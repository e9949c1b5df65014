"""Whether the rows on record are still what the log says of them: on either database, in batches.

What `tools/verify_log.py` finds of rows without trusting the portal, the portal finds of itself.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, distinct, func, select

from app.extensions import db
from app.ledger import noting, plan, summing
from app.ledger.models import Entry, RowDigest
from app.ledger.noting import Noted
from app.ledger.plan import Sum
from app.ledger.verbs import Verb

BATCH = 2000
Erased = dict[tuple[str, str], int]


@dataclass
class Told:
    """What the log says of one sum: how it was taken last, and each batch with its entry."""

    name: str
    newest: int = 0
    table: str = ""
    once: str = ""
    batches: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    @property
    def state(self) -> bool:
        return self.name.endswith("_state")

    def hear(self, seq: int, fact: dict[str, Any]) -> None:
        self.batches[fact["batch"]] = seq, fact
        if seq > self.newest:
            self.newest, self.table, self.once = seq, fact["table"], fact["once"]


@dataclass
class Matched:
    """How many rows were held against their digests, and what still waits for one."""

    rows: int = 0
    waiting: int = 0
    older: int = 0


def faults(matched: Matched) -> Iterator[str]:
    """A sentence for each part of the record that is not what the log has; counts in `matched`."""
    told, erased, noted = _told(), _erased(), noting.noted()
    matched.waiting = len(noted.keys)
    matched.older = sum(map(len, noted.spans.values()))
    for name in sorted({*told, *db.session.scalars(select(RowDigest.name).distinct())}):
        if name not in told:
            yield f"The log knows nothing of the digests of {name}."
            continue
        yield from _digests(told[name], erased)
        yield from _rows(told[name], noted, matched)


def _told() -> dict[str, Told]:
    found: dict[str, Told] = {}
    query = select(Entry.seq, Entry.facts).where(Entry.verb == Verb.RECORD_SUMMED.value)
    for seq, fact in db.session.execute(query.execution_options(yield_per=BATCH)):
        found.setdefault(fact["sum"], Told(fact["sum"])).hear(seq or sys.maxsize, fact)
    return found


def _erased() -> Erased:
    """The newest entry that says of a row that it may differ."""
    query = select(Entry.seq, Entry.facts).where(Entry.verb == Verb.RECORD_ERASED.value)
    return {
        (fact["table"], key): seq or sys.maxsize
        for seq, fact in db.session.execute(query.order_by(Entry.id))
        for key in fact["keys"]
    }


def _digests(told: Told, erased: Erased) -> Iterator[str]:
    """Each batch of digests is what its entry says, and no salt is gone without a reason."""
    left = set(told.batches)
    query = select(RowDigest.batch, RowDigest.key, RowDigest.salt, RowDigest.digest)
    query = query.where(RowDigest.name == told.name).order_by(RowDigest.batch)
    rows = db.session.execute(query.execution_options(yield_per=BATCH))
    for batch, group in groupby(rows, attrgetter("batch")):
        digests = sorted(group, key=attrgetter("key"))
        seq, fact = told.batches.get(batch, (0, {"digest": ""}))
        left.discard(batch)
        if fact["digest"] != hashlib.sha256(b"".join(row.digest for row in digests)).hexdigest():
            yield f"Digests of {told.name}, batch {batch}, are not those in the log."
        for row in digests:
            if row.salt is None and erased.get((told.table, row.key), 0) < seq:
                yield f"{told.name} {row.key}: its salt is gone, and no entry says why."
    for batch in sorted(left):
        yield f"Digests of {told.name}, batch {batch}, are gone."


def _rows(told: Told, noted: Noted, matched: Matched) -> Iterator[str]:
    """Every final row is what its digest says, and every digest has its row."""
    # all columns of today: which of them a digest is of, its entry says
    every = tuple(column.name for column in plan.table_of(told.table).columns)
    one = Sum(told.name, told.table, every, told.once, told.state)
    bound, absent = 0, {key for table, key in noted.keys if told.state and table == told.table}
    rows = db.session.execute(summing.final(one).execution_options(yield_per=BATCH))
    for page in rows.partitions(BATCH):
        live, twice = _live(told, [summing.key_of(one, row) for row in page])
        bound += len(live)
        yield from (f"{told.name} {key}: it was recorded twice." for key in twice)
        for row in page:
            key = summing.key_of(one, row)
            absent.discard(key)
            if not _excused(one, row, key, live.get(key), noted):
                matched.rows += 1
                if fault := _fault(told, row, live.get(key)):
                    yield f"{told.name} {key}: {fault}"
    query = select(func.count(distinct(RowDigest.key))).where(
        RowDigest.name == told.name, RowDigest.key != summing.NO_ROW
    )
    if gone := (db.session.scalar(query) or 0) - bound - _went(told, absent):
        yield f"{told.name}: of {gone} recorded rows nothing is there."


def _went(told: Told, absent: set[str]) -> int:
    """How many recorded rows went by a verb: the log has the digest of nothing, or it waits."""

    def empty(row: Any) -> bool:
        return bool(row.digest == summing.digest(told.name, row.salt or b"", summing.NOTHING))

    if not told.state:
        return 0
    query = select(RowDigest.key, RowDigest.salt, RowDigest.digest)
    query = query.where(RowDigest.name == told.name, RowDigest.key != summing.NO_ROW)
    rows = db.session.execute(query.execution_options(yield_per=BATCH))
    keys = sorted(absent | {row.key for row in rows if empty(row)})
    went = 0
    for begin in range(0, len(keys), BATCH):
        live, _twice = _live(told, keys[begin : begin + BATCH])
        went += sum(key in absent or empty(row) for key, row in live.items())
    return went


def _live(told: Told, keys: Sequence[str]) -> tuple[dict[str, Row[Any]], list[str]]:
    """The digest in force of each key, and keys that were recorded twice for good."""
    query = select(RowDigest.key, RowDigest.batch, RowDigest.salt, RowDigest.digest)
    live: dict[str, Row[Any]] = {}
    twice = []
    named = RowDigest.name == told.name, RowDigest.key.in_(keys)
    found: Any = db.session.execute(query.where(*named)).all()
    for row in sorted(found, key=lambda row: told.batches.get(row.batch, (0,))[0]):
        if row.salt and not told.state and row.key in live and live[row.key].salt:
            twice.append(row.key)
        live[row.key] = row
    return live, twice


def _excused(one: Sum, row: Any, key: str, digest: Row[Any] | None, noted: Noted) -> bool:
    """Whether the row waits for a digest: its own, or that of what it belongs to."""
    bare = digest is None or not digest.salt
    column, _, above = one.once.partition(">")
    of = above.partition(".")[0] or one.table
    number = getattr(row, column if above else plan.key_columns(one.table)[0])
    waits = noted.has(one.table, key) or noted.has(of, str(number))
    return (waits and (bare or one.state)) or (bare and noted.reaches(of, number))


def _fault(told: Told, row: Any, digest: Row[Any] | None) -> str:
    if digest is None:
        return "the log knows nothing of it."
    columns = told.batches.get(digest.batch, (0, {"columns": []}))[1]["columns"]
    values = {name: summing.plain(getattr(row, name, None)) for name in columns}
    if summing.digest(told.name, digest.salt or b"", values) != digest.digest:
        return "it is not as the log has it."
    return ""
