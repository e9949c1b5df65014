"""What stood before the record was begun is noted in spans, so that no migration waits for it.

A migration leaves one mark a table, `from 1 until 1000001`; the worker notes its rows by their
keys, some at a time, in the transaction that moves the mark: after a crash it goes on there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from app.extensions import db
from app.ledger import plan
from app.ledger.models import Waiting

MARK = "from "


@dataclass(frozen=True)
class Noted:
    """What waits for its digest: rows, and spans of tables that nobody walked yet."""

    keys: frozenset[tuple[str, str]]
    spans: dict[str, range]

    def has(self, table: str, key: str) -> bool:
        """Whether this row is noted; a row of several keys is named `a|b|c`."""
        return (table, key) in self.keys

    def reaches(self, table: str, number: int) -> bool:
        """Whether rows with that first key are still to be noted."""
        return number in self.spans.get(table, ())


def noted() -> Noted:
    """Everything that waits now."""
    rows = db.session.execute(select(Waiting.name, Waiting.key)).all()
    return Noted(
        frozenset((row.name, row.key) for row in rows if not row.key.startswith(MARK)),
        {row.name: span(row.key) for row in rows if row.key.startswith(MARK)},
    )


def span(key: str) -> range:
    """The numbers that a mark speaks of."""
    first, end = key.split()[1::2]
    return range(int(first), int(end))


def go_on(many: int) -> bool:
    """About that many rows of marked spans are noted, if there are any; flushes."""
    marks = select(Waiting).where(Waiting.key.startswith(MARK)).order_by(Waiting.id)
    found = db.session.scalars(marks).all()
    for mark in found:
        if many > 0:
            many -= _note(mark, many)
    return bool(found)


def _note(mark: Waiting, many: int) -> int:
    due, named = span(mark.key), plan.key_columns(mark.name)
    columns = [plan.table_of(mark.name).c[name] for name in named]
    first = columns[0]
    rest = first >= due.start, first < due.stop
    some = db.session.scalars(select(first).where(*rest).order_by(first).limit(many)).all()
    # a number may stand in several rows: they are noted together
    end = some[-1] + 1 if len(some) == many else due.stop
    rows = db.session.execute(select(*columns).where(*rest, first < end).order_by(first)).all()
    keys = ["|".join(map(str, row)) for row in rows]
    if keys:
        db.session.execute(insert(Waiting), [{"name": mark.name, "key": key} for key in keys])
    if end < due.stop:
        mark.key = f"{MARK}{end} until {due.stop}"
    else:
        db.session.delete(mark)
    db.session.flush()
    return len(keys)
