"""Everything on record is bound: the rows that triggers noted get a salted digest, in the ledger.

A row that is changed, removed or put in afterwards, whoever did it, no longer fits its digest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select, update

from app.extensions import db
from app.ledger import noting, plan
from app.ledger.models import RowDigest, Waiting
from app.ledger.plan import Sum
from app.ledger.record import record
from app.ledger.seal import SALT
from app.ledger.verbs import Verb

BATCH = 2000  # noted rows at a time
EVERY = 60.0  # seconds between two sums of what trickles in
BUDGET = 2.0  # seconds of work in one go: somebody else waits for the pen
NO_ROW = ""
NOTHING: dict[str, Any] = {}  # what a row says that is gone, and that of no row
INSTANT = "%Y-%m-%d %H:%M:%S.%f"


class Pace:
    """When this worker summed last."""

    last = float("-inf")


def sum_due(now: datetime) -> None:
    """The noted rows are summed, at most once in EVERY and for about BUDGET; flushes."""
    begun = time.monotonic()
    if begun - Pace.last < EVERY:
        return
    while sum_waiting(now) == BATCH:
        if time.monotonic() - begun > BUDGET:
            return
    Pace.last = begun


def sum_waiting(now: datetime) -> int:
    """Up to BATCH noted rows have their digests, and each sum its fact; returns how many; flushes.

    A row that was summed as final before is left alone: what somebody did to it stays visible.
    """
    noted = _noted()
    if len(noted) < BATCH and noting.go_on(BATCH - len(noted)):
        noted = _noted()
    if not noted:
        return 0
    batch = noted[-1].id
    _announce(batch, now)
    keys: dict[str, dict[str, None]] = {}
    for row in noted:
        keys.setdefault(row.name, {})[row.key] = None
    for table, of_table in keys.items():
        for one in plan.of_table(table):
            _sum(one, _chosen(one, list(of_table)), batch, now, of_table)
        for child in plan.children(table):
            _sum(child, _below(child, list(of_table)), batch, now)
    db.session.execute(delete(Waiting).where(Waiting.id.in_([row.id for row in noted])))
    return len(noted)


def _noted() -> Sequence[Row[int, str, str]]:
    """The oldest rows that wait."""
    query = select(Waiting.id, Waiting.name, Waiting.key).order_by(Waiting.id).limit(BATCH)
    return db.session.execute(query.where(~Waiting.key.startswith(noting.MARK))).all()


def forget(
    table: str,
    keys: Sequence[int | str],
    subject: str,
    *,
    actor_id: int | None = None,
    consultation_id: int | None = None,
    at: datetime | None = None,
) -> None:
    """Nobody can confirm any more what these rows held; what is left of them waits to be summed.

    To be called in the transaction that erases; the fact says which rows may differ from their
    digests. A row of several keys is named `a|b|c`.
    """
    named = [str(key) for key in keys]
    if not named:
        return
    names = [one.name for one in plan.of_table(table)]
    db.session.execute(
        update(RowDigest)
        .where(RowDigest.name.in_(names), RowDigest.key.in_(named))
        .values(salt=None)
        .execution_options(synchronize_session=False)
    )
    record(
        Verb.RECORD_ERASED,
        subject,
        actor_id=actor_id,
        consultation_id=consultation_id,
        at=at,
        table=table,
        keys=named,
    )
    db.session.add_all(Waiting(name=table, key=key) for key in named)


def digest(name: str, salt: bytes, row: dict[str, Any]) -> bytes:
    """The digest of the columns of one row under its salt."""
    packed = json.dumps(
        {"sum": name, "row": row}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(salt + packed.encode()).digest()


def plain(value: Any) -> Any:
    """A value as verifiers on either database write it: instants in UTC, truth as 0 or 1."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(INSTANT)
    if isinstance(value, date):
        return value.isoformat()
    return value


def key_of(one: Sum, row: Any) -> str:
    """What names a row, `a|b|c` where it has several keys."""
    return "|".join(str(getattr(row, name)) for name in plan.key_columns(one.table))


def final(one: Sum) -> Select[Any]:
    """The rows of a sum that are final."""
    table = plan.table_of(one.table)
    chosen = select(*(table.c[name] for name in one.columns))
    if not one.once:
        return chosen
    column, _, above = one.once.partition(">")
    if not above:
        return chosen.where(table.c[column].is_not(None))
    parent, filled = above.split(".")
    of = plan.table_of(parent)
    return chosen.where(table.c[column].in_(select(of.c.id).where(of.c[filled].is_not(None))))


def _chosen(one: Sum, keys: Sequence[str]) -> list[Any]:
    """The final rows among those of the keys."""
    first = plan.table_of(one.table).c[plan.key_columns(one.table)[0]]
    read = date.fromisoformat if first.type.python_type is date else int
    begun = {read(key.split("|")[0]) for key in keys}
    wanted = set(keys)
    rows = db.session.execute(final(one).where(first.in_(begun)))
    return [row for row in rows if key_of(one, row) in wanted]


def _below(one: Sum, parents: Sequence[str]) -> list[Any]:
    """The final rows that belong to the rows of the keys."""
    column: ColumnElement[int] = plan.table_of(one.table).c[one.once.partition(">")[0]]
    return list(db.session.execute(final(one).where(column.in_([int(key) for key in parents]))))


def _sum(
    one: Sum, rows: Iterable[Any], batch: int, now: datetime, noted: Iterable[str] = ()
) -> None:
    found = {key_of(one, row): row for row in rows}
    values: dict[str, dict[str, Any]] = dict.fromkeys(noted, NOTHING) if one.state else {}
    for key in [] if one.state else _summed(one, list(found)):
        del found[key]
    for key, row in found.items():
        values[key] = {name: plain(getattr(row, name)) for name in one.columns}
    if values:
        _write(one, dict(sorted(values.items())), batch, now)


def _announce(batch: int, now: datetime) -> None:
    """The log says what is on record before any row of it: by a digest of no row, its key empty."""
    begun = select(RowDigest.name).where(RowDigest.name.in_(plan.sums()), RowDigest.key == NO_ROW)
    known = set(db.session.scalars(begun))
    for name, one in plan.sums().items():
        if name not in known:
            _write(one, {NO_ROW: NOTHING}, -batch, now)


def _write(one: Sum, rows: dict[str, dict[str, Any]], batch: int, now: datetime) -> None:
    made: list[dict[str, Any]] = []
    for key, values in rows.items():
        salt = secrets.token_bytes(SALT)
        told = digest(one.name, salt, values)
        made.append({"name": one.name, "key": key, "batch": batch, "salt": salt, "digest": told})
    db.session.execute(insert(RowDigest), made)
    record(
        Verb.RECORD_SUMMED,
        f"record:{one.name}",
        at=now,
        sum=one.name,
        table=one.table,
        once=one.once,
        columns=list(one.columns),
        batch=batch,
        rows=len(made),
        digest=hashlib.sha256(b"".join(row["digest"] for row in made)).hexdigest(),
    )


def _summed(one: Sum, keys: Sequence[str]) -> list[str]:
    """Those of the keys that have a digest in force."""
    found: list[str] = []
    for begin in range(0, len(keys), BATCH):
        some = keys[begin : begin + BATCH]
        found += db.session.scalars(
            select(RowDigest.key).where(
                RowDigest.name == one.name, RowDigest.key.in_(some), RowDigest.salt.is_not(None)
            )
        )
    return found


DUTIES = (sum_due,)
