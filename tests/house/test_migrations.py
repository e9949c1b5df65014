"""Models and migrations say the same, and every migration goes down and up again with data in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.extensions import Instant, db
from app.kit import clock
from app.responses import answering
from app.responses.models import Disposition
from tests.factories import World
from tests.house.source import ROOT

BOOKKEEPING = "alembic_version"


@pytest.fixture
def with_data(app: Flask, database, world: World, drain: Callable[[], None]) -> Iterator[None]:
    """A consultation with comments, decisions and answers, sealed and counted; nothing open."""
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator = world.officer(agency, Role.MODERATOR)
    drafter, approver = (world.officer(agency, role) for role in (Role.DRAFTER, Role.HEAD))
    good, bad = (world.comment(consultation, words, email="a@example.vn") for words in "ab")
    now = clock.now()
    world.publish(good, moderator, now)
    world.withhold(bad, moderator, at=now)
    answer = answering.draft(consultation, [good.id], Disposition.NOTED, "Đã rõ.", drafter, now)
    answering.finish(answer, approver, now)
    db.session.commit()
    drain()
    db.session.remove()
    db.engine.dispose()
    yield
    db.session.remove()
    db.engine.dispose()


# All that SQLAlchemy would ask table by table: columns with their types, keys to other tables, and
# indexes with their columns, unique or not, made by a constraint or by themselves.
TOLD_BY_SQLITE = """
SELECT 'column', m.name, c.name, c.type, c."notnull", c.pk, '', ''
FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
UNION ALL
SELECT 'key', m.name, k."from", k."table", k."to", k.seq, k.on_delete, k.on_update
FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
UNION ALL
SELECT 'index', m.name, CASE i.origin WHEN 'c' THEN i.name ELSE '' END, c.name, i."unique",
  c.seqno, i.origin, i.partial
FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
WHERE m.type = 'table'
UNION ALL
SELECT 'trigger', m.name, m.sql, '', '', '', '', '' FROM sqlite_master m WHERE m.type = 'trigger'
"""
TRIGGERS = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"


def _schema() -> list[str]:
    """Tables, columns, keys, indexes and triggers, as the database tells them."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return sorted(map(repr, connection.execute(text(TOLD_BY_SQLITE))))
        looked = inspect(connection)
        found = [repr(row) for row in connection.execute(text(TRIGGERS))]
        for (_schema, table), columns in looked.get_multi_columns().items():
            found += [repr((table, c["name"], str(c["type"]), c["nullable"])) for c in columns]
        for (_schema, table), key in looked.get_multi_pk_constraint().items():
            found.append(repr((table, key["constrained_columns"] if key else None)))
        for told in (
            looked.get_multi_foreign_keys(),
            looked.get_multi_unique_constraints(),
            looked.get_multi_indexes(),
        ):
            found += [repr((table, one)) for (_schema, table), some in told.items() for one in some]
        return sorted(found)


def _rows() -> dict[str, list[str]]:
    """Every table's rows, without knowing its model: an older schema has none of ours."""
    with db.engine.connect() as connection:
        return {
            table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"'))))
            for table in inspect(connection).get_table_names()
            if table != BOOKKEEPING
        }


def _revisions() -> list[str]:
    """All revisions, the newest first; one line without branches."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    return [revision.revision for revision in script.walk_revisions()]


def _same_type(_context: object, _column: Column, model: Column, *_types: object) -> bool | None:
    # an Instant is a timestamp on both databases; all else Alembic compares itself
    return False if isinstance(model.type, Instant) else None


def test_models_equal_migrations(app: Flask, database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
        differences = compare_metadata(context, db.metadata)
    assert not differences, f"write a migration: {differences}"


def test_each_migration_goes_down_and_up_with_data(with_data: None) -> None:
    *later, first = _revisions()
    for revision in later:
        schema, above = _schema(), _rows()
        downgrade(revision=f"{revision}-1")
        below = _rows()
        below.pop("record_waiting", None)  # a step up notes once more what stands already
        upgrade(revision=revision)
        again = _rows()
        assert _schema() == schema, f"{revision} does not build what it tore down"
        for name, rows in below.items():
            assert len(again[name]) == len(rows), f"{revision} loses rows of {name}"
            if rows == above[name]:
                assert again[name] == rows, f"{revision} changes rows of {name} on its way"
        downgrade(revision=f"{revision}-1")
    assert _rows()["comment"], "there was nothing to carry"
    downgrade(revision="base")
    assert not _rows(), f"going below {first} leaves tables"
    upgrade()
    assert set(_rows()) == {table.name for table in db.metadata.sorted_tables}


def test_a_migration_gives_way_to_who_is_writing_and_comes_again(
    with_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    downgrade(revision="0018")
    with db.engine.connect() as writing:
        writing.execute(text("LOCK TABLE takedown IN ROW EXCLUSIVE MODE"))
        # who writes ends where the migration waits before it tries again
        gave_way: list[float] = []
        monkeypatch.setattr(time, "sleep", lambda s: gave_way.append(s) or writing.rollback())
        upgrade()
    assert len(gave_way) == 1
    with db.engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0"


def test_what_the_database_refuses_it_still_refuses_afterwards(with_data: None) -> None:
    downgrade(revision="0001")
    upgrade()
    entries = Table("ledger_entry", MetaData(), autoload_with=db.engine)
    with pytest.raises(DatabaseError, match="entry_stays"), db.engine.begin() as connection:
        connection.execute(entries.delete())
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entries))
