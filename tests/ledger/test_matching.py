"""The portal finds of its own rows what the auditors' program finds, also while it is still summing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from app.consultations.models import Holiday
from app.extensions import db
from app.kit import clock
from app.ledger import exporting, growing, noting, plan, summing
from app.ledger.matching import Matched, faults
from app.ledger.models import RowDigest, Waiting
from app.work import loop
from tests.house import test_record as house
from tests.ledger.test_log import run, vkey

record = house.record


def looked() -> tuple[list[str], Matched]:
    matched = Matched()
    found = list(faults(matched))
    db.session.rollback()
    return found, matched


def past_the_triggers(statement: str) -> None:
    """As somebody with all rights to the database would do it."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in db.session.scalars(text(names)).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    assert db.session.execute(text(statement)).rowcount  # type: ignore[attr-defined]
    db.session.commit()


def test_a_portal_at_rest_is_as_the_log_has_it(app, record):
    loop.settle()
    found, matched = looked()
    assert found == []
    assert matched.waiting == matched.older == 0
    tables = {plan.sums()[name].table for name in plan.sums()}
    assert matched.rows > len(tables)


NEWEST = "(SELECT max(id) FROM comment)"
TAMPERED = {
    "UPDATE comment SET body = 'Khác' WHERE id = " + NEWEST: "not as the log has it",
    "UPDATE comment SET status = 'withdrawn' WHERE id = " + NEWEST: "not as the log has it",
    "UPDATE provision SET text = 'Khác'": "not as the log has it",
    "UPDATE dossier_file SET title = 'Khác'": "not as the log has it",
    "DELETE FROM declaration": "nothing is there",
    "UPDATE row_digest SET digest = salt WHERE name = 'comment' AND key <> ''": "not those",
    "UPDATE row_digest SET salt = NULL WHERE name = 'comment' AND key <> ''": "salt is gone",
    "DELETE FROM row_digest WHERE name = 'consultation'": "are gone",
    "UPDATE row_digest SET name = 'nobody' WHERE name = 'consultation'": "knows nothing",
}


@pytest.mark.parametrize(("statement", "said"), TAMPERED.items(), ids=range(len(TAMPERED)))
def test_what_somebody_did_past_the_triggers_is_found(app, record, statement, said):
    loop.settle()
    past_the_triggers(statement)
    found, _matched = looked()
    assert any(said in one for one in found), found


def test_a_row_put_in_past_the_triggers_is_found(app, world):
    comment = world.comment(world.consultation())
    loop.settle()
    names = [c.name for c in plan.table_of("comment").columns]
    new = {"id": "id + 1", "receipt": "'GY-0000-0000'", "idempotency_key": "'x'"}
    values = ", ".join(new.get(name, name) for name in names)
    columns = ", ".join(names)
    past_the_triggers(f"INSERT INTO comment ({columns}) SELECT {values} FROM comment")
    found, _matched = looked()
    assert f"comment {comment.id + 1}: the log knows nothing of it." in found


@pytest.fixture
def older(app, database, world, monkeypatch):
    """A portal from before the record was begun, migrated a moment ago; sums ten rows a time."""
    consultation = world.consultation()
    for words in "abcdefgh":
        world.comment(consultation, words)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    downgrade(revision="0012")
    upgrade()
    monkeypatch.setattr(summing, "BATCH", 10)


def marks() -> int:
    begun = Waiting.key.startswith(noting.MARK)
    return db.session.scalar(select(func.count()).select_from(Waiting).where(begun)) or 0


def test_what_stood_before_is_summed_a_little_at_a_time_and_goes_on_after_a_crash(
    app, older, tmp_path
):
    """At each step, also one that is lost, neither the portal nor the auditors' program complains."""
    # a day is no number that a mark could speak of
    days = db.session.scalar(select(func.count()).select_from(Waiting)) - marks()
    assert days == db.session.scalar(select(func.count()).select_from(Holiday)) > 0
    assert marks() > 3
    steps = 0
    while summing.sum_waiting(clock.now()):
        if steps % 2:  # the worker dies before it commits
            db.session.rollback()
        db.session.commit()
        steps += 1
        assert steps < 500
        found, matched = looked()
        assert found == []
        assert matched.waiting <= days + summing.BATCH
    assert steps > 5
    assert marks() == 0
    loop.settle()
    file = tmp_path / "record.sqlite3"
    exporting.write_record(file)
    told = run("verify_log.py", "--key", vkey(app), "--settled", file)
    assert told.returncode == 0, told.stdout
    keys = select(RowDigest.key).where(RowDigest.name == "comment", RowDigest.key != "")
    assert len(set(db.session.scalars(keys))) == 8
    found, matched = looked()
    assert (found, matched.waiting, matched.older) == ([], 0, 0)


def test_the_auditors_program_bears_a_portal_that_is_still_summing(app, older, tmp_path):
    for _ in range(4):
        summing.sum_waiting(clock.now())
    db.session.commit()
    loop.drain()
    growing.sign_due(clock.now(), at_once=True)
    db.session.commit()
    file = tmp_path / "record.sqlite3"
    exporting.write_record(file)
    told = run("verify_log.py", "--key", vkey(app), file)
    assert told.returncode == 0, told.stdout
    assert "until" in told.stdout
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("DELETE FROM record_waiting")
        copy.commit()
    told = run("verify_log.py", "--key", vkey(app), file)
    assert "not in the log" in told.stdout


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_mark_says_which_numbers_are_left(first, many):
    due = noting.span(f"{noting.MARK}{first} until {first + many}")
    assert (due.start, due.stop) == (first, first + many)
