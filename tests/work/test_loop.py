"""The worker: one at a time, in the order of seq, and patient with faults."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.comments.models import Tally
from app.extensions import db
from app.ledger import read, seal
from app.ledger.models import Cursor, Entry
from app.ledger.read import Reader, advance
from app.ledger.verbs import Verb
from app.work import loop


def test_an_entry_committed_late_with_a_low_id_is_not_lost(world, drain):
    """Readers follow seq: what was committed after a higher id was sealed still comes."""
    consultation = world.consultation()
    drain()
    first = world.comment(consultation)
    second = world.comment(consultation)
    drain()
    assert db.session.get(Tally, (consultation.id, 0)).received == 2
    ids = db.session.scalars(select(Entry.seq).order_by(Entry.seq)).all()
    assert ids == list(range(1, len(ids) + 1))
    assert first.id != second.id


def test_a_reader_is_told_of_its_verbs_only_and_stops_where_it_must(world, drain):
    heard: list[str] = []
    reader = Reader(
        "listener",
        frozenset({Verb.CONSULTATION_OPENED}),
        lambda entries: heard.extend(entry.verb for entry in entries),
        after=("tally",),
    )
    world.consultation()
    seal.seal()
    assert advance(reader) == 0
    drain()
    while advance(reader):
        pass
    assert heard == ["consultation.opened"]
    assert read.position("listener") == read.head()


def test_a_reader_that_fails_moves_nothing(world, drain):
    def fail(entries):
        db.session.add(Cursor(name="half", seq=1))
        raise OSError("disk full")

    world.consultation()
    drain()
    with pytest.raises(OSError, match="disk full"):
        advance(Reader("broken", frozenset(Verb), fail))
    db.session.rollback()
    assert read.position("broken") == 0
    assert db.session.scalar(select(func.count()).where(Cursor.name == "half")) == 0


def test_the_worker_goes_on_after_an_error(app, monkeypatch):
    stop = threading.Event()
    rounds = []

    def seal_nothing() -> int:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OSError("the database is away")
        stop.set()
        return 0

    monkeypatch.setattr(loop, "seal", seal_nothing)
    monkeypatch.setattr(loop, "BACK_OFF", 0)
    loop.work(stop)
    assert rounds == [0, 1]


def test_a_reader_and_a_duty_that_fail_hold_up_nobody_else(world, monkeypatch):
    """The disk of the search index is full: comments are counted and the clock goes on."""
    stop = threading.Event()
    tries, later = [], []

    def broken(*_: object) -> None:
        tries.append(1)
        raise OSError("disk full")

    def last(_now: object) -> None:
        later.append(1)

    search = replace(next(one for one in loop.READERS if one.name == "search"), handle=broken)
    behind = tuple(one for one in loop.READERS if one.name != "search")
    monkeypatch.setattr(loop, "READERS", (search, *behind))
    monkeypatch.setattr(loop, "DUTIES", (broken, last))
    consultation = world.consultation()
    world.comment(consultation)
    whole = consultation.id, 0
    # nothing is left to do but what fails
    monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())
    loop.work(stop)
    assert db.session.get(Tally, whole).received == 1
    assert {name for name in _cursors() if name != "search"} == {one.name for one in behind}
    assert len(tries) == 2, "the one who fails was not left alone for a while"
    assert later == [1]
    assert read.position("search") == 0


def _cursors() -> set[str]:
    head = read.head()
    return set(db.session.scalars(select(Cursor.name).where(Cursor.seq == head)))
