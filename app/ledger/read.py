"""Readers: every effect of a fact happens here, in the order of `seq`, once per fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.ledger.models import Cursor, Entry
from app.ledger.verbs import Verb

BATCH = 1000


@dataclass(frozen=True)
class Reader:
    """A room's reaction to sealed entries.

    `handle` gets the entries of its verbs, oldest first; it must bear being called again with
    the same ones. `after` names readers that must have passed an entry before this one sees it.
    """

    name: str
    verbs: frozenset[Verb]
    handle: Callable[[Sequence[Entry]], None]
    after: tuple[str, ...] = ()
    # a slow reader takes small bites, so that the quick ones come round again soon
    batch: int = BATCH


def position(name: str) -> int:
    """The last `seq` that the reader called `name` has dealt with, 0 before its first."""
    return db.session.scalar(select(Cursor.seq).where(Cursor.name == name)) or 0


def head() -> int:
    """The newest sealed `seq`, 0 for an empty ledger."""
    return db.session.scalar(select(func.max(Entry.seq))) or 0


def advance(reader: Reader) -> int:
    """The reader has dealt with up to a batch of further entries; returns how many; commits."""
    start = position(reader.name)
    end = min([head(), *(position(name) for name in reader.after)])
    end = min(end, start + reader.batch)
    if end <= start:
        db.session.rollback()
        return 0
    entries = db.session.scalars(
        select(Entry)
        .where(Entry.seq > start, Entry.seq <= end, Entry.verb.in_(list(reader.verbs)))
        .order_by(Entry.seq)
    ).all()
    if entries:
        reader.handle(entries)
    cursor = db.session.get(Cursor, reader.name)
    if cursor is None:
        db.session.add(Cursor(name=reader.name, seq=end))
    else:
        cursor.seq = end
    db.session.commit()
    return end - start
