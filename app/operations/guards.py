"""Whether the database keeps the record with the very triggers that the migrations make.

Every migration is done once more beside the portal, in memory or in a schema that is rolled back,
and what came of it is compared: names, tables, texts, and whether they are switched on.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import StaticPool

from app.config import ROOT
from app.extensions import db

ASKED = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid, true) || CAST(t.tgenabled AS text)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT p.proname, 'function', pg_get_function_arguments(p.oid) || p.prosrc
        FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS
        (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL
        SELECT rulename, tablename, definition FROM pg_rules WHERE schemaname = current_schema()
    """,
}


def differences() -> list[str]:
    """A name and what is wrong with it, of each trigger, function and rule; nothing is changed."""
    with db.engine.connect() as connection:
        there = _guards(connection)
    with _beside() as connection:
        made = _guards(connection)
    found = [f"{name} is missing" for name in made.keys() - there.keys()]
    found += [f"{name} is not of the portal" for name in there.keys() - made.keys()]
    found += [
        f"{name} is changed" for name in made.keys() & there.keys() if made[name] != there[name]
    ]
    return sorted(found)


def _guards(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text(ASKED[connection.dialect.name]))
    return {f"{name} ({table})": definition for name, table, definition in rows}


@contextmanager
def _beside() -> Iterator[Connection]:
    """A schema that every migration has just made; nothing of it is left."""
    if db.engine.dialect.name == "sqlite":
        engine = create_engine("sqlite://", poolclass=StaticPool)
        try:
            with engine.connect() as connection:
                _migrate(connection)
                yield connection
        finally:
            engine.dispose()
        return
    schema = f"beside_{secrets.token_hex(4)}"
    with db.engine.connect() as connection:
        try:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            connection.execute(text(f"SET LOCAL search_path TO {schema}"))
            _migrate(connection)
            yield connection
        finally:
            connection.rollback()


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    around = EnvironmentContext(config, script)
    context = MigrationContext.configure(connection, environment_context=around)
    with Operations.context(context):
        for one in reversed(list(script.walk_revisions())):
            one.module.upgrade()
