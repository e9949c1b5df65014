"""Of all workers of a portal one works; who stands by goes on when that one is gone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from app.extensions import db
from app.work import loop, turn
from app.work.turn import AnotherWorkerError, TurnLostError, only_worker


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "LOOK_EVERY", 0.01)


def stand_by(app, stop: threading.Event, heard: threading.Event) -> threading.Thread:
    """One that waits in a thread of its own and says when it is its turn."""

    def wait() -> None:
        with app.app_context(), only_worker(app.extensions["settings"], stop) as holds:
            if not stop.is_set() and holds():
                heard.set()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_second_worker_is_refused(app):
    settings = app.extensions["settings"]
    with only_worker(settings), pytest.raises(AnotherWorkerError), only_worker(settings):
        pass
    with only_worker(settings) as holds:
        assert holds()


def test_who_stands_by_goes_on_when_the_other_ends(app):
    stop, heard = threading.Event(), threading.Event()
    with only_worker(app.extensions["settings"]):
        waiting = stand_by(app, stop, heard)
        assert not heard.wait(0.1)
    waiting.join(30)
    assert heard.is_set()


def test_who_stands_by_can_be_sent_home(app):
    stop, heard = threading.Event(), threading.Event()
    with only_worker(app.extensions["settings"]):
        waiting = stand_by(app, stop, heard)
        stop.set()
        waiting.join(30)
    assert not waiting.is_alive()
    assert not heard.is_set()


def test_a_worker_whose_turn_was_lost_ends(app, monkeypatch):
    asked = []

    def holds() -> bool:
        asked.append(True)
        return len(asked) < 2

    monkeypatch.setattr(loop, "DUTY_EVERY", 0.0)
    with pytest.raises(TurnLostError):
        loop.work(threading.Event(), holds)
    assert len(asked) == 2


def test_the_database_that_lets_go_of_a_worker_gives_its_turn_to_another(app):
    """On SQLite the turn is a file's, and only its process can lose it."""
    settings = app.extensions["settings"]
    with only_worker(settings) as holds:
        if not settings.is_sqlite:
            ended = db.session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND objid = :key"
                ),
                {"key": turn.ADVISORY_LOCK},
            )
            assert ended.all()
            db.session.commit()
        assert holds() == settings.is_sqlite
    with only_worker(settings) as holds:
        assert holds()
