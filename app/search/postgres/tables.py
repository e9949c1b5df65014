"""Where the index lies in the database: one schema that points, one that holds.

The schema `search` has a single row, the name of the schema in use; that one holds documents,
pages and vocabulary. A rebuild fills another one beside it and changes the row. Nothing here is
for Alembic: it is all derived, and whoever finds it missing builds it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.search.engine import IndexUnavailable

FORMAT = 3  # one more whenever what stands in the tables, or how, is another
READ_SECONDS = 2.0  # no search takes longer, whatever was asked
LOCK_SECONDS = 10.0  # for another writer to finish
POOL = 8  # as many threads as may search at once in a process

_POINTER = """
CREATE SCHEMA IF NOT EXISTS {name};
CREATE TABLE IF NOT EXISTS {name}.live
    (one boolean PRIMARY KEY DEFAULT true CHECK (one), schema text NOT NULL, format int NOT NULL)
"""
_TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.state
    (position bigint NOT NULL, documents bigint NOT NULL, last_number int NOT NULL);
INSERT INTO {schema}.state VALUES (0, 0, 0);
CREATE TABLE {schema}.traits
    (id int NOT NULL, kind text NOT NULL, dossier_id int NOT NULL, language text NOT NULL,
     commenter text NOT NULL, month text NOT NULL, documents int NOT NULL);
CREATE TABLE {schema}.documents
    (number int NOT NULL, traits int NOT NULL, dossier_id int NOT NULL,
     at timestamptz NOT NULL, turn bigint NOT NULL, key text COLLATE "C" NOT NULL,
     words tsvector NOT NULL)
    WITH (fillfactor = 100, toast_tuple_target = 8160);
ALTER TABLE {schema}.documents ALTER words SET STORAGE MAIN;
CREATE TABLE {schema}.pages
    (number int NOT NULL, title text NOT NULL, body text NOT NULL, context text NOT NULL,
     stored text NOT NULL, told text NOT NULL);
CREATE TABLE {schema}.vocabulary (word text COLLATE "C" NOT NULL, documents int NOT NULL)
"""
_INDEXES = """
ALTER TABLE {schema}.traits ADD PRIMARY KEY (id);
ALTER TABLE {schema}.traits ADD UNIQUE (dossier_id, kind, language, commenter, month);
CREATE INDEX ON {schema}.traits (month);
ALTER TABLE {schema}.documents ADD PRIMARY KEY (number);
ALTER TABLE {schema}.documents ADD UNIQUE (key);
CREATE INDEX ON {schema}.documents (at);
CREATE INDEX ON {schema}.documents (dossier_id);
CREATE INDEX words ON {schema}.documents USING gin (words) WITH (gin_pending_list_limit = 1024);
ALTER TABLE {schema}.pages ADD PRIMARY KEY (number);
ALTER TABLE {schema}.vocabulary ADD PRIMARY KEY (word);
ANALYZE {schema}.documents;
ANALYZE {schema}.traits;
ANALYZE {schema}.vocabulary
"""


class TablesGone(IndexUnavailable):
    """The tables are missing: dropped by a rebuild just now, or damaged."""


class Tables:
    """The way to the tables of the index, by connections of our own."""

    def __init__(self, database_url: str, name: str = "search") -> None:
        self.name = name
        self._engine: Engine = create_engine(
            database_url,
            poolclass=QueuePool,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=READ_SECONDS,
            pool_pre_ping=True,
            # every query has other words: a plan made for all of them would serve none
            connect_args={"prepare_threshold": None},
        )

    def close(self) -> None:
        """No connection is left open."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, str]]:
        """A read-only transaction that ends in READ_SECONDS, and the schema in use.

        Raises IndexUnavailable when there is none, or when whatever is asked inside fails.
        """
        with _said(), self._engine.connect() as connection, connection.begin():
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            connection.execute(_SETTINGS, {"timeout": f"{READ_SECONDS * 1000:.0f}"})
            schema = self._live(connection)
            if schema is None:
                raise IndexUnavailable("there is no search index in the database")
            yield connection, schema

    @contextmanager
    def writing(self, lock: str) -> Iterator[Connection]:
        """A transaction of the only writer that holds this lock.

        Raises IndexUnavailable when another does not let go of it, or when anything inside fails.
        """
        with _said(), self._engine.connect() as connection, connection.begin():
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            self.lock(connection, lock)
            yield connection

    def lock(self, connection: Connection, lock: str) -> None:
        """This transaction alone holds the lock; raises DBAPIError after LOCK_SECONDS in vain."""
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_SECONDS * 1000:.0f}"))
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('gopy search'), hashtext(:lock))"),
            {"lock": f"{self.name} {lock}"},
        )

    def writable(self, connection: Connection) -> str:
        """The schema in use, an empty one when there was none."""
        schema = self._live(connection)
        if schema is None:
            schema = self.made(connection)
            self.finished(connection, schema)
            self.take_over(connection, schema)
        return schema

    def made(self, connection: Connection) -> str:
        """A schema with empty tables and no index, not in use."""
        schema = f"{self.name}_{secrets.token_hex(4)}"
        run(connection, _TABLES.format(schema=schema))
        return schema

    def finished(self, connection: Connection, schema: str) -> None:
        """The tables have their indexes; the planner knows them."""
        run(connection, _INDEXES.format(schema=schema))

    def take_over(self, connection: Connection, schema: str) -> None:
        """Whoever looks after this transaction looks into that schema."""
        run(connection, _POINTER.format(name=self.name))
        connection.execute(
            text(
                f"INSERT INTO {self.name}.live (schema, format) VALUES (:schema, :format)"
                " ON CONFLICT (one) DO UPDATE SET schema = :schema, format = :format"
            ),
            {"schema": schema, "format": FORMAT},
        )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(text(f"COMMENT ON SCHEMA {schema} IS '{now}'"))

    def sweep(self) -> None:
        """Schemas that are not in use are gone, unless somebody still reads there."""
        with self.writing("write") as connection:
            live = self._live(connection)
            names = connection.scalars(
                text("SELECT nspname FROM pg_namespace WHERE nspname ~ :ours AND nspname <> :live"),
                {"ours": f"^{self.name}_[0-9a-f]{{8}}$", "live": live or ""},
            ).all()
            for name in names:
                run(connection, f"DROP SCHEMA {name} CASCADE")

    def _live(self, connection: Connection) -> str | None:
        if connection.scalar(_EXISTS, {"table": f"{self.name}.live"}) is None:
            return None
        found = connection.execute(text(f"SELECT schema, format FROM {self.name}.live")).first()
        return found.schema if found is not None and found.format == FORMAT else None


_EXISTS = text("SELECT to_regclass(:table)")
_SETTINGS = text(
    "SELECT set_config('statement_timeout', :timeout, true), set_config('jit', 'off', true),"
    # a table of 2 GB is never read from end to end, however common the words
    " set_config('enable_seqscan', 'off', true), set_config('random_page_cost', '1.1', true),"
    " set_config('work_mem', '32MB', true)"
)


def run(connection: Connection, statements: str) -> None:
    """Each of the statements was executed."""
    for statement in statements.split(";\n"):
        connection.execute(text(statement))


@contextmanager
def _said() -> Iterator[None]:
    """Turn whatever the database refuses into IndexUnavailable, in words for whoever runs it."""
    try:
        yield
    except DBAPIError as problem:
        raise _in_words(problem.orig) from problem
    except psycopg.Error as problem:  # of a COPY, which goes past SQLAlchemy
        raise _in_words(problem) from problem
    except SQLAlchemyError as problem:
        raise IndexUnavailable("the database of the search index cannot be reached") from problem


def _in_words(problem: BaseException | None) -> IndexUnavailable:
    state = getattr(problem, "sqlstate", None) or ""
    kind = TablesGone if state in _GONE else IndexUnavailable
    return kind(_WORDS.get(state, "the search index in the database failed"))


_GONE = {"42P01", "3F000", "XX000"}  # a table, a schema, or one that was there a moment ago
_WORDS = {
    "42501": "the database does not let this role make a schema: GRANT CREATE ON DATABASE to it",
    "55P03": "another process writes the search index",
    "57014": "the search took too long",
    "42P01": "a table of the search index is missing",
    "3F000": "a schema of the search index is missing",
}
