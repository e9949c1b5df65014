"""One application per test process, a fresh database per test, on SQLite or PostgreSQL."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings as examples
from sqlalchemy import inspect

from app import create_app, extensions
from app.accounts import passwords
from app.cli.portal import compile_catalogues
from app.config import Settings
from app.consultations.rules import seed
from app.extensions import Base, db, reads_only
from app.kit.sealing import new_key
from app.work import loop
from tests.databases import PostgresDatabase, SqliteDatabase, quick_directory
from tests.factories import LIGHT, World
from tests.page_client import PageClient

# how long an example takes says how busy the machine is
examples.register_profile("house", deadline=None)
examples.load_profile("house")


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


# one for all: rows that a test kept are read by the application of another
IDENTITY_KEY = new_key()
LOG_KEY = new_key()


def settings_for(url: str, directory: Path) -> Settings:
    return Settings(
        secret_key="test " * 10,
        database_url=url,
        instance_dir=directory,
        identity_keys=(IDENTITY_KEY,),
        log_key=LOG_KEY,
        public_url="http://127.0.0.1:8000",
        testing=True,
    )


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteDatabase | PostgresDatabase]:
    kind = request.config.getoption("--database")
    with quick_directory(kind) as directory:
        made = (SqliteDatabase if kind == "sqlite" else PostgresDatabase)(directory)
        builder = create_app(settings_for(made.template_url, tmp_path_factory.mktemp("builder")))
        with builder.app_context():
            upgrade()
            seed()
            db.session.commit()
            db.engine.dispose()
        made.seeded()
        yield made
        made.stop()


@pytest.fixture(scope="session")
def the_app(database) -> Iterator[Flask]:
    with quick_directory("instance") as directory:
        app = create_app(settings_for(database.url, directory))
        app.test_client_class = PageClient
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(the_app: Flask, database) -> Iterator[Flask]:
    """The application on a fresh, migrated, seeded database, inside its context."""
    database.refresh()
    for directory in directories(the_app):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    forget_pages(the_app)
    with the_app.app_context():
        reads_only.set(False)
        yield the_app
        leave(the_app, stays=database.stays)


def directories(app: Flask) -> tuple[Path, ...]:
    """Where the portal keeps what is no row: the index of words, and files."""
    settings: Settings = app.extensions["settings"]
    return settings.search_dir, settings.files_dir


def leave(app: Flask, stays: bool = False) -> None:
    """Nobody is connected to the database, or only rests; no file of the index is open."""
    db.session.rollback()
    db.session.remove()
    if not stays:
        db.engine.dispose()
    if (index := app.extensions.pop("search", None)) is not None:
        index.close()


def forget_pages(app: Flask) -> None:
    """Nothing of an earlier test is left in what a process keeps."""
    app.extensions.pop("standings", None)
    app.extensions["log_head"].forget()
    cache = app.extensions["pages"]
    cache.pages.clear()
    cache.bytes = 0
    cache.revisions.known.clear()
    app.extensions["notices"].put_up(())
    cache.revisions.head = 0
    cache.revisions.asked = float("-inf")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the pen waits as long as a busy machine takes, instead of being told."""
    for name in ("PAGE_WAIT", "PAGE_WAIT_AGAIN"):
        monkeypatch.setattr(extensions, name, extensions.LOCK_WAIT)


@pytest.fixture
def another_portal(app: Flask) -> Iterator[Callable[[Settings], Flask]]:
    """Makes a portal of other settings; afterwards it is connected to no database."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        made.append(create_app(settings))
        return made[-1]

    yield make
    for portal in made:
        with portal.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that refuses any page that is not valid or not accessible."""
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """Makes what a test needs through the real verbs."""
    return World()


@pytest.fixture
def kept(app: Flask, database, world: World) -> Callable[..., Any]:
    """Makes what takes long to make once a run: from then on its rows and files are copied.

    What is made is a dataclass; its rows are read anew.
    """

    def get(name: str, make: Callable[[], Any]) -> Any:
        photographs = database.photographs
        if name not in photographs:
            photographs[name] = frozen(make()), next(world.numbers)
            leave(app)
            database.photograph(name, directories(app))
        else:
            leave(app)
            database.restore(name, directories(app))
            forget_pages(app)
        made, number = photographs[name]
        world.numbers = count(number)
        return made()

    return get


def frozen(made: Any) -> Callable[[], Any]:
    """Makes the dataclass again, with its rows as the session of that moment has them."""
    plain = {one.name: getattr(made, one.name) for one in fields(made)}
    rows = {
        name: (type(value), inspect(value).identity)
        for name, value in plain.items()
        if isinstance(value, Base)
    }

    def again() -> Any:
        read = {name: db.session.get_one(*key) for name, key in rows.items()}
        return type(made)(**{**plain, **read})

    return again


@pytest.fixture
def drain(app: Flask) -> Callable[[], None]:
    """Everything committed is sealed and read, and the page cache asks anew."""

    def run() -> None:
        loop.drain()
        app.extensions["revisions"].asked = float("-inf")

    return run


HERE = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> Iterator[None]:
    """A new password is hashed with little work, except by portals in processes of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", LIGHT)
        yield


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
