"""An index that is lost, older, newer or being replaced is made whole, and nothing is skipped."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.extensions import db
from app.ledger.models import Cursor
from app.ledger.read import head, position
from app.search import entries, following, healing
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import IndexUnavailable
from app.search.following import NAME
from app.search.sources.everything import everything
from app.search.turns import turn
from app.work import loop


@pytest.fixture
def said(world, drain):
    """Says and publishes one more comment each time it is called; returns its key."""
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)

    def say() -> str:
        comment = world.comment(consultation, "Giếng khoan bị nhiễm phèn nặng.")
        world.publish(comment, moderator)
        db.session.commit()
        return f"comment:{comment.id}"

    say()
    drain()
    return say


@pytest.fixture
def directory(app):
    return app.extensions["settings"].search_dir


def forget(app) -> None:
    """As a process that begins, or one that looks again."""
    app.extensions.pop("search").close()
    entries._healer._whole = (-1, -1)


def known() -> set[str]:
    return set(entries.index().keys())


def test_an_older_copy_is_followed_from_where_it_was_made(app, said, drain, directory, tmp_path):
    shutil.copytree(directory, tmp_path / "copy")
    later = {said(), said()}
    drain()
    app.extensions["search"].close()
    shutil.rmtree(directory)
    shutil.copytree(tmp_path / "copy", directory)
    forget(app)
    assert not known() & later
    loop.do_duties()
    drain()
    assert known() >= later


def test_an_index_of_a_ledger_that_is_gone_is_built_anew(said):
    found = next(one for one in everything() if one.key.startswith("comment"))
    entries.index().apply([replace(found, key="comment:999")], [], head() + 50)
    assert "comment:999" in known()
    loop.do_duties()
    assert "comment:999" not in known()
    assert entries.index().position == position(NAME)


def test_without_an_index_the_reader_waits_instead_of_beginning_an_empty_one(
    app, said, drain, directory
):
    before = known()
    forget(app)
    shutil.rmtree(directory)
    later = said()
    loop.step()
    loop.step()
    with pytest.raises(IndexUnavailable):
        known()
    assert position(NAME) < head()
    loop.do_duties()
    drain()
    assert known() == before | {later}


def test_what_happens_while_it_is_rebuilt_is_in_the_new_index_too(said, drain, monkeypatch):
    """The worker goes on in the middle of the reading, and once more when all was read."""
    happened: list[str] = []

    def in_the_middle(documents):
        for number, document in enumerate(documents):
            yield document
            if number == 2:
                happened.append(said())
                drain()
        happened.append(said())
        drain()

    whole = entries.everything
    monkeypatch.setattr(entries, "everything", lambda: in_the_middle(whole()))
    entries.rebuild()
    drain()
    assert len(happened) == 2
    assert known() >= set(happened)


def test_killed_before_it_takes_over_a_rebuild_leaves_only_facts_to_read_twice(
    said, drain, monkeypatch
):
    before, later = known(), []

    def killed(documents):
        yield from documents
        later.append(said())
        drain()

    index = entries.index()
    whole = entries.everything
    monkeypatch.setattr(entries, "everything", lambda: killed(whole()))

    def rebuild(_index, documents, *_):
        for _ in documents:
            pass
        raise KeyboardInterrupt

    monkeypatch.setattr(EmbeddedIndex, "rebuild", rebuild)
    start = position(NAME)
    with pytest.raises(KeyboardInterrupt):
        entries.rebuild()
    assert position(NAME) == start
    drain()
    assert entries.index() is index
    assert known() == before | set(later)


def test_while_a_rebuilt_index_takes_over_the_reader_waits_and_others_do_not(said, drain):
    seen = position(NAME)
    with turn(wait=True):
        later = said()
        loop.step()
        loop.step()
        assert position(NAME) == seen
        assert position("tally") == head()
    drain()
    assert later in known()


def test_a_fact_between_two_looks_at_the_cursor_is_not_passed_over(said):
    """Set back by a rebuild, the cursor does not jump ahead with a batch that had begun before."""
    row = db.session.scalars(select(Cursor).where(Cursor.name == NAME)).one()
    seen = row.seq
    said()
    loop.seal()
    follow = following.follow

    def interrupted(*asked) -> None:
        follow(*asked)
        following.set_back(seen - 3)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "follow", interrupted)
        loop.step()
    assert position(NAME) == seen - 3


def test_a_large_index_is_rebuilt_by_a_process_of_its_own(app, said, directory, monkeypatch):
    started = []

    class Process:
        pid, status = 0, None

        def __init__(self, command, **_) -> None:
            started.append((self, command))

        def poll(self):
            return self.status

    monkeypatch.setattr(healing, "SMALL", 0)
    monkeypatch.setattr(healing.subprocess, "Popen", Process)
    monkeypatch.setattr(healing.os, "setpriority", lambda *_: None)
    healer = healing.Healer(entries.index, entries.rebuild)
    forget(app)
    shutil.rmtree(directory)
    healer.look()
    healer.look()
    assert [command[-2:] for _, command in started] == [("search", "rebuild")]
    started[0][0].status = 1
    healer.look()
    assert len(started) == 1, "it failed a moment ago"
    healer._resting_until = 0.0
    healer.look()
    assert len(started) == 2
    started[1][0].status = 0
    entries.rebuild()
    healer.look()
    assert len(started) == 2


class TestCommands:
    def test_rebuild_and_status(self, app, said):
        count = len(known())
        done = app.test_cli_runner().invoke(args=["search", "rebuild"])
        assert done.exit_code == 0, done.output
        assert f"{count} documents." in done.output
        said_of = app.test_cli_runner().invoke(args=["search", "status"]).output
        assert "engine      whoosh" in said_of
        assert f"documents   {count}" in said_of
        assert "behind      0 entries, 0.0 s" in said_of

    def test_status_counts_what_waits(self, app, said):
        said()
        output = app.test_cli_runner().invoke(args=["search", "status"]).output
        assert "behind      1 entries" in output

    def test_a_missing_index_is_said_in_words(self, app, said, directory):
        forget(app)
        shutil.rmtree(directory)
        done = app.test_cli_runner().invoke(args=["search", "status"])
        assert done.exit_code == 1
        assert "cannot be read" in done.output
        assert "search rebuild" in done.output
