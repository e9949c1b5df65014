"""A trigger that somebody put in, took away, changed or switched off is found."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.extensions import db
from app.kit import clock
from app.operations import checks, guards
from app.operations.checks import Level

PUT_IN = "CREATE TRIGGER more AFTER INSERT ON comment BEGIN DELETE FROM checkpoint; END"
NO_GUARD = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
CHANGES = {
    "sqlite": {
        PUT_IN: "more (comment) is not of the portal",
        "DROP TRIGGER comment_kept": "comment_kept (comment) is missing",
        "DROP TRIGGER entry_kept": "entry_kept (ledger_entry) is changed",
        "CREATE TRIGGER entry_kept AFTER UPDATE ON ledger_entry BEGIN SELECT 1; END": "",
    },
    "postgresql": {
        "CREATE TRIGGER more BEFORE TRUNCATE ON checkpoint EXECUTE FUNCTION never_emptied()": (
            "more (checkpoint) is not of the portal"
        ),
        "DROP TRIGGER comment_kept ON comment": "comment_kept (comment) is missing",
        "ALTER TABLE comment DISABLE TRIGGER comment_stays": "comment_stays (comment) is changed",
        f"CREATE OR REPLACE FUNCTION entry_kept() {NO_GUARD}": "entry_kept (function) is changed",
        f"CREATE FUNCTION more() {NO_GUARD}": "more (function) is not of the portal",
        "CREATE RULE quiet AS ON DELETE TO comment DO INSTEAD NOTHING": (
            "quiet (comment) is not of the portal"
        ),
    },
}


def test_what_somebody_did_to_the_triggers_is_found(app, database):
    settings = app.extensions["settings"]
    (found,) = checks.look(settings, clock.now(), (checks.triggers,))
    assert found.level is Level.GOOD
    changes = CHANGES[db.engine.dialect.name]
    for statement in changes:
        db.session.execute(text(statement))
    db.session.commit()
    told = sorted(said for said in changes.values() if said)
    assert guards.differences() == told
    (found,) = checks.look(settings, clock.now(), (checks.triggers,))
    assert found.level is Level.BAD
    assert told[0] in found.words


def test_a_role_that_may_make_no_schema_is_told(app, monkeypatch):
    def fail() -> None:
        raise ProgrammingError("CREATE SCHEMA", {}, Exception())

    monkeypatch.setattr(guards, "differences", fail)
    (found,) = checks.look(app.extensions["settings"], clock.now(), (checks.triggers,))
    assert found.level is Level.DOUBTFUL


def test_looking_leaves_nothing_behind(app, database):
    def there() -> list[str]:
        schemas = "SELECT nspname FROM pg_namespace ORDER BY 1"
        files = "SELECT name FROM sqlite_master ORDER BY 1"
        sql = schemas if db.engine.dialect.name == "postgresql" else files
        return list(db.session.scalars(text(sql)))

    before = there()
    db.session.rollback()
    assert guards.differences() == []
    assert there() == before
