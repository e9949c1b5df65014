"""While the database is silent pages go on being shown, marked as old, for a day at most."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.kit import clock
from app.web import pages, turns
from tests.comments.writing import TYPED, form_at, hidden

HIDDEN, SHOWN = pages.UNMARKED.decode(), f"{pages.MARKED.decode()}>"


@pytest.fixture
def silence(app, monkeypatch):
    """From its call on the database answers nobody; what is given lets it answer again."""

    def fail(*_words, **_more):
        raise OperationalError("SELECT 1", {}, Exception())

    def begin():
        broken = pytest.MonkeyPatch()
        broken.setattr(app.extensions["revisions"], "ask", fail)
        broken.setattr(db.session, "execute", fail)
        broken.setattr(db.session, "scalar", fail)
        broken.setattr(db.session, "scalars", fail)
        app.extensions["revisions"].asked = float("-inf")
        begun.append(broken)

        def end():
            broken.undo()
            app.extensions["revisions"].asked = float("-inf")

        return end

    begun: list[pytest.MonkeyPatch] = []
    yield begin
    for one in begun:
        one.undo()
    app.extensions["revisions"].silent = False


def test_a_page_that_is_known_is_shown_and_says_that_it_is_old(client, silence):
    before = client.get("/consultations")
    end = silence()
    for encoding in ("", "gzip", "br"):
        answer = client.head("/consultations", headers={"Accept-Encoding": encoding})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["ETag"] != before.headers["ETag"]
    text = client.get("/consultations").get_data(as_text=True)
    assert SHOWN in text
    assert HIDDEN in before.get_data(as_text=True)
    end()
    after = client.get("/consultations")
    assert HIDDEN in after.get_data(as_text=True)
    assert after.headers["ETag"] == before.headers["ETag"]


def test_a_slow_database_holds_up_nobody_who_reads(app, client, monkeypatch):
    """G05: the question is under way for longer than anybody waits for it."""
    client.get("/consultations")
    revisions, answer = app.extensions["revisions"], threading.Event()
    ask = revisions.ask
    with monkeypatch.context() as slow:
        slow.setattr(pages, "WAIT", 0.001)
        slow.setattr(pages, "SLOW", 0.0)
        slow.setattr(revisions, "ask", lambda after: [answer.wait(60), *ask(after)][1:])
        revisions.asked = float("-inf")
        assert SHOWN in client.get("/consultations").get_data(as_text=True)
        answer.set()
        with revisions.lock:  # it has come by now
            assert SHOWN in client.get("/consultations").get_data(as_text=True)
    revisions.asked = float("-inf")
    assert HIDDEN in client.get("/consultations").get_data(as_text=True)


def test_while_it_is_slow_few_write_at_once_and_the_others_keep_their_words(
    app, client, world, monkeypatch
):
    """G05: who waits to write takes a thread from those who read."""
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED}
    revisions = app.extensions["revisions"]
    monkeypatch.setattr(revisions, "asked", float("inf"))
    monkeypatch.setattr(turns, "AT_ONCE", 0)
    monkeypatch.setattr(revisions, "silent", True)
    refused = client.post(path, data=fields)
    assert refused.status_code == 503
    assert TYPED["body"] in refused.get_data(as_text=True)
    monkeypatch.setattr(revisions, "silent", False)
    assert client.post(path, data=fields).status_code == 303
    monkeypatch.setattr(revisions, "silent", True)
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    # none of those before has kept its turn
    assert client.post(path, data=fields).status_code == 303


def test_a_page_past_its_hour_is_shown_all_the_same(app, client, silence):
    """A day left less is better than no draft at all."""
    client.get("/consultations")
    cache = app.extensions["pages"].pages
    for key, page in list(cache.items()):
        cache[key] = pages.replace(page, until=0.0)
    silence()
    assert client.get("/consultations").status_code == 200


def test_after_a_day_nothing_old_is_shown_any_more(app, client, silence, monkeypatch):
    client.get("/consultations")
    silence()
    now = clock.now()
    for hours, status in ((23, 200), (25, 503)):
        later = now + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        assert client.get("/consultations").status_code == status


def test_a_page_that_is_not_known_says_when_to_come_again(client, silence):
    silence()
    answer = client.get("/consultations")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
