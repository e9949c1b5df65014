"""Each fault that is planted is named in a sentence, with what to do; a sound portal has none."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import OperationalError

from app.config import IDENTITY_FILE, MailServer, Tls
from app.consultations.models import Holiday
from app.documents import files
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.operations import checks
from app.operations.checks import Level
from app.site import health
from app.work.turn import only_worker
from tests.factories import DRAFT


@pytest.fixture
def here(app):
    return replace(
        app.extensions["settings"],
        public_url="https://gopy.example.vn",
        mail=MailServer("127.0.0.1", 9, Tls.OFF),
    )


def found(settings, *looked, now=None):
    return checks.look(settings, now or clock.now(), looked or checks.CHECKS)


def worst(settings, check, now=None):
    one = max(found(settings, check, now=now), key=lambda one: one.level)
    assert one.words.endswith((".", "name}")) or one.level is Level.GOOD or one.advice
    return one


def test_a_sound_portal_has_no_fault(here, world, drain, monkeypatch):
    world.comment(world.consultation(), "Một góp ý.")
    db.session.commit()
    drain()
    # a test's server is told not to wait for the disk, and catalogues are compiled by `prepare`
    quiet = {"commits", "archive", "languages"}
    with only_worker(here):
        faults = [one for one in found(here) if one.level is Level.BAD and one.part not in quiet]
    assert not faults
    assert {one.part for one in found(here)} >= {"disk", "database", "clock", "search", "log"}


@pytest.mark.parametrize(
    ("free", "level"),
    [(10**8, Level.BAD), (2 * 10**9, Level.DOUBTFUL), (10**11, Level.GOOD)],
)
def test_a_full_disk_is_told_of_before_it_is_full(here, monkeypatch, free, level):
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: usage)
    assert worst(here, checks.disk).level is level


def test_keys_that_others_can_read_are_told_of(here, tmp_path):
    there = replace(here, instance_dir=tmp_path)
    assert worst(there, checks.keys).level is Level.GOOD
    path = tmp_path / IDENTITY_FILE
    path.touch(mode=0o600)
    assert worst(there, checks.keys).level is Level.DOUBTFUL
    path.chmod(0o644)
    assert worst(there, checks.keys).advice == f"chmod 600 {path}"


def test_an_address_without_encryption_is_a_fault(here):
    assert worst(replace(here, public_url="http://gopy.example.vn"), checks.address).level == 2
    assert worst(replace(here, public_url="http://127.0.0.1:8000"), checks.address).level == 1


def test_a_database_that_is_down_is_the_last_thing_that_is_looked_at(here, monkeypatch):
    def fail(*_words, **_more):
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr(db.session, "scalar", fail)
    told = found(here, checks.database, checks.worker, checks.log)
    assert [one.part for one in told] == ["database"]
    assert told[0].level is Level.BAD


def test_an_older_schema_is_told_of(here, monkeypatch):
    monkeypatch.setattr(health, "newest_migration", lambda: "9999")
    (late,) = [one for one in found(here, checks.database) if "9999" in one.words]
    assert late.level is Level.BAD


@pytest.mark.sqlite
def test_commits_that_do_not_wait_for_the_disk_are_a_fault(here):
    db.session.rollback()
    connection = db.session.connection()
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("PRAGMA synchronous=OFF")
    connection.exec_driver_sql("BEGIN")
    (one,) = [one for one in checks._of_sqlite() if one.part == "commits"]
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("PRAGMA synchronous=FULL")
    connection.exec_driver_sql("BEGIN")
    assert one.level is Level.BAD
    assert [one.level for one in checks._of_sqlite()] == [Level.GOOD]


def test_a_server_that_does_not_wait_for_the_disk_is_told_of(here):
    """The server of these tests is one."""
    if here.is_sqlite:
        return
    told = {one.words.split()[0]: one.level for one in checks._of_postgres()}
    assert told["fsync"] is Level.BAD
    assert told["full_page_writes"] is Level.GOOD


def test_a_clock_that_went_back_is_told_of(here, world, drain):
    world.consultation()
    db.session.commit()
    before = clock.now() - timedelta(days=400)
    assert worst(here, checks.timekeeping, now=before).level is Level.BAD
    assert worst(here, checks.timekeeping).level is Level.GOOD


def test_days_off_that_run_out_are_told_of_in_time(here):
    last = db.session.scalar(text("SELECT max(day) FROM holiday"))
    at = {
        days: clock.vn_midnight(clock.date.fromisoformat(str(last)) + timedelta(days=days))
        for days in (-500, -100, 1)
    }
    levels = [worst(here, checks.calendar, now=at[days]).level for days in at]
    assert levels == [Level.GOOD, Level.DOUBTFUL, Level.BAD]
    db.session.execute(delete(Holiday))
    assert worst(here, checks.calendar, now=at[-500]).level is Level.BAD


def test_a_worker_that_is_missing_or_behind_is_told_of(here, world):
    assert "No worker" in found(here, checks.worker)[0].words
    world.consultation()
    db.session.commit()
    with only_worker(here):
        late = clock.now() + timedelta(hours=1)
        assert worst(here, checks.worker, now=late).level is Level.BAD
        soon = clock.now() + timedelta(seconds=60)
        assert worst(here, checks.worker, now=soon).level is Level.DOUBTFUL


def test_a_file_that_changed_on_disk_is_found(here, world):
    world.version(world.dossier(), DRAFT)
    db.session.commit()
    (kept,) = [path for path in checks.stored(here.files_dir) if len(path.name) == checks.NAME]
    assert worst(here, checks.files).level is Level.GOOD
    assert files.path(kept.name) == kept
    kept.write_bytes(b"changed")
    assert str(kept) in worst(here, checks.files).words


def test_an_entry_that_changed_in_the_log_is_found(here, world, drain, monkeypatch):
    world.consultation()
    db.session.commit()
    drain()
    assert worst(here, checks.log).level is Level.GOOD
    number = db.session.scalar(db.select(db.func.max(Entry.seq)))
    real = checks.leaf_input
    monkeypatch.setattr(
        checks,
        "leaf_input",
        lambda seq, row, salt: real(seq, row, salt) + (b"!" if seq == number else b""),
    )
    assert f"Entry {number} " in worst(here, checks.log).words


def test_the_command_speaks_or_gives_json_and_ends_with_the_worst(app):
    run = app.test_cli_runner().invoke
    told = run(args=["check"])
    assert told.exit_code == Level.BAD  # no worker
    assert "BAD   worker: No worker is at work." in told.output
    assert "→ Start" in told.output
    rows = json.loads(run(args=["check", "--json"]).output)
    assert {"part", "level", "words", "advice"} == set().union(*rows)


def test_a_mail_server_is_greeted_only_on_demand(app, here, monkeypatch):
    monkeypatch.setitem(app.extensions, "settings", here)
    run = app.test_cli_runner().invoke
    assert "127.0.0.1:9" not in run(args=["check"]).output
    assert "127.0.0.1:9 does not answer" in run(args=["check", "--mail"]).output
