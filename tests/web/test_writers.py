"""Everybody who writes gets a turn: SQLite has one pen, and nobody may sit on it."""

from __future__ import annotations

import io
import sqlite3
import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import extensions
from app.accounts.models import Role
from app.extensions import db
from tests.moderation.staff import enter

# PostgreSQL locks rows, not the database: it has no pen to wait for
pytestmark = pytest.mark.sqlite


@pytest.fixture
def pen(database):
    """Another process that holds the pen of SQLite."""
    db.session.rollback()
    other = sqlite3.connect(database.file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_writer_looks_as_often_after_a_long_wait_as_at_first(app, pen, monkeypatch):
    naps = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 300:
            pen.execute("COMMIT")

    monkeypatch.setattr(extensions.time, "sleep", nap)
    db.session.execute(text("UPDATE agency SET name = name"))
    assert len(naps) == 300
    assert max(naps) <= extensions.NAPS[1]


def test_a_writer_who_waited_in_vain_is_told_so(app, pen, monkeypatch):
    monkeypatch.setattr(extensions, "LOCK_WAIT", 0.05)
    with pytest.raises(OperationalError, match="locked"):
        db.session.execute(text("UPDATE agency SET name = name"))
    db.session.rollback()
    pen.execute("COMMIT")
    db.session.execute(text("UPDATE agency SET name = name"))


def test_a_page_waits_for_less_than_five_seconds_and_then_hardly_at_all(app, pen, monkeypatch):
    """Where nobody gets to write, threads that wait would be missing to those who read."""
    now = 0.0

    def nap(seconds: float) -> None:
        nonlocal now
        now += seconds

    hands = SimpleNamespace(monotonic=lambda: now, sleep=nap)
    monkeypatch.setattr(extensions, "time", hands)

    def waited() -> float:
        begun = now
        with app.test_request_context(), pytest.raises(OperationalError, match="locked"):
            db.session.execute(text("UPDATE agency SET name = name"))
        db.session.rollback()
        return now - begun

    assert 2.5 < waited() < 4
    assert waited() < 1
    pen.execute("COMMIT")
    db.session.execute(text("UPDATE agency SET name = name"))
    db.session.rollback()
    pen.execute("BEGIN IMMEDIATE")
    assert 2.5 < waited() < 4


def test_many_writers_at_once_all_come_to_write(app, database):
    def write() -> None:
        with app.app_context():
            for _ in range(10):
                db.session.execute(text("UPDATE ledger_cursor SET seq = seq + 1"))
                db.session.commit()

    db.session.execute(text("INSERT INTO ledger_cursor (name, seq) VALUES ('test', 0)"))
    db.session.commit()
    writers = [threading.Thread(target=write) for _ in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert db.session.scalar(text("SELECT seq FROM ledger_cursor WHERE name = 'test'")) == 120


class Watched(io.BytesIO):
    """A body that notes, when it is read, whether the request has begun a transaction."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.begun: list[bool] = []

    def read(self, *size: int) -> bytes:  # type: ignore[override]
        self.begun.append(db.session().in_transaction())
        return super().read(*size)

    def readinto(self, buffer) -> int:  # type: ignore[override]
        self.begun.append(db.session().in_transaction())
        return super().readinto(buffer)


def test_all_that_is_sent_has_arrived_before_the_database_is_asked(app, world):
    dossier = world.dossier()
    client = enter(app, world.officer(dossier.agency, Role.DRAFTER))
    body = Watched(b"title=" + b"x" * 200_000)
    answer = client.post(
        f"/desk/dossiers/{dossier.id}/content",
        input_stream=body,
        content_length=len(body.getvalue()),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code in (400, 422)
    assert body.begun
    assert not any(body.begun)


def test_a_portal_that_cannot_write_says_so_to_staff_at_once(app, world, pen, monkeypatch):
    pen.execute("COMMIT")
    client = enter(app, world.officer(world.agency(), Role.DRAFTER))
    db.session.rollback()
    pen.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(extensions, "LOCK_WAIT", 0.2)
    begin, waits = extensions._begin_writing, []
    monkeypatch.setattr(extensions, "_begin_writing", lambda on: (waits.append(on), begin(on)))
    answer = client.post("/desk/dossiers/new", data={"title": "x"})
    assert answer.status_code == 503
    # one wait for the pen, not one more for each page that would tell of it
    assert len(waits) == 1
    pen.execute("COMMIT")
