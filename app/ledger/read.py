"""Readers: every effect of a fact happens here, in the order of `seq`, once per fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from app.extensions import db
from app.ledger.models import Cursor, Entry
from app.ledger.verbs import Verb

BATCH = 1000
_CURSORS = select(Cursor.name, Cursor.seq)


@dataclass(frozen=True)
class Reader:
    """A room's reaction to sealed entries.

    `handle` gets the entries of its verbs, oldest first; it must bear being called again with
    the same ones. `after` names readers that must have passed an entry before this one sees it.
    Where somebody else may move its cursor, `turn` keeps the two apart: a context that says
    whether the reader may go on.
    """

    name: str
    verbs: frozenset[Verb]
    handle: Callable[[Sequence[Entry]], None]
    after: tuple[str, ...] = ()
    # a slow reader takes small bites, so that the quick ones come round again soon
    batch: int = BATCH
    turn: Callable[[], AbstractContextManager[bool]] = lambda: nullcontext(True)


def position(name: str) -> int:
    """The last `seq` that the reader called `name` has dealt with, 0 before its first."""
    return db.session.scalar(select(Cursor.seq).where(Cursor.name == name)) or 0


def head() -> int:
    """The newest sealed `seq`, 0 for an empty ledger."""
    return db.session.scalar(select(func.max(Entry.seq))) or 0


def lagging(readers: Collection[Reader]) -> list[Reader]:
    """Those of the readers that further entries concern; the others have passed over them; commits.

    Most facts concern few readers: a commit for each of the others would be a wait for the disk.
    """
    newest = head()
    known: dict[str, int] = {n: seq for n, seq in db.session.execute(_CURSORS)}
    if all(known.get(reader.name, 0) == newest for reader in readers):
        db.session.rollback()
        return []
    recent = newest - BATCH
    rows = db.session.execute(select(Entry.seq, Entry.verb).where(Entry.seq > recent))
    facts = [(seq or 0, verb) for seq, verb in rows]
    concerned = []
    for reader in readers:
        start = known.get(reader.name, 0)
        end = min([newest, *(known.get(name, 0) for name in reader.after)])
        if end <= start:
            continue
        if start < recent or any(start < s <= end and verb in reader.verbs for s, verb in facts):
            concerned.append(reader)
        else:
            known[reader.name] = end
            _move(reader.name, start, end)
    db.session.commit()
    return concerned


def advance(reader: Reader) -> int:
    """The reader has dealt with up to a batch of further entries; returns how many; commits."""
    with reader.turn() as ours:
        return _advance(reader) if ours else 0


def _advance(reader: Reader) -> int:
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
    _move(reader.name, start, end)
    db.session.commit()
    return end - start


def _move(name: str, start: int, end: int) -> None:
    """The cursor goes from the one to the other, unless somebody has moved it meanwhile."""
    going = update(Cursor).where(Cursor.name == name, Cursor.seq == start).values(seq=end)
    moved: Any = db.session.execute(going)
    if not moved.rowcount and db.session.get(Cursor, name) is None:
        db.session.add(Cursor(name=name, seq=end))
