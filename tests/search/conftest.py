"""Both engines for tests of finding: files always, PostgreSQL under --database=postgresql."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.search.embedded.index import EmbeddedIndex
from app.search.engine import Engine
from app.search.postgres.index import PostgresIndex
from tests.conftest import PostgresDatabase

SEARCHED = "gopy_searched"
_names = count()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks for `engine_kind`, or for something that does, runs once for each engine."""
    if "engine_kind" in metafunc.fixturenames:
        on_postgres = metafunc.config.getoption("--database") == "postgresql"
        kinds = ["embedded", "postgres"] if on_postgres else ["embedded"]
        metafunc.parametrize("engine_kind", kinds, scope="module")


@pytest.fixture(scope="session")
def searched_url(database) -> Iterator[str]:
    """The address of a database that tests make their indexes in; "" on SQLite."""
    if not isinstance(database, PostgresDatabase):
        yield ""
        return
    database._run(f"CREATE DATABASE {SEARCHED}")
    yield database.admin.url.set(database=SEARCHED).render_as_string(hide_password=False)
    database._run(f"DROP DATABASE {SEARCHED} WITH (FORCE)")


@pytest.fixture(scope="module")
def postgres_index(searched_url: str) -> Iterator[Callable[..., PostgresIndex]]:
    """Makes PostgreSQL engines, each with an index of its own unless a name is given."""
    made: list[PostgresIndex] = []

    def make(name: str = "") -> PostgresIndex:
        made.append(PostgresIndex(searched_url, name or f"search{next(_names)}"))
        return made[-1]

    yield make
    for index in made:
        index.close()
    cleaner = create_engine(searched_url, isolation_level="AUTOCOMMIT")
    with cleaner.connect() as connection:
        names = connection.scalars(
            text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'search%'")
        ).all()
        for name in names:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    cleaner.dispose()


@pytest.fixture(scope="module")
def new_embedded(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], EmbeddedIndex]]:
    """Makes empty indexes in files."""
    made: list[EmbeddedIndex] = []

    def make() -> EmbeddedIndex:
        made.append(EmbeddedIndex(tmp_path_factory.mktemp("index")))
        return made[-1]

    yield make
    for index in made:
        index.close()


@pytest.fixture(scope="module")
def new_engine(engine_kind: str, database, request: pytest.FixtureRequest) -> Callable[[], Engine]:
    """Makes empty indexes of the engine whose turn it is; they are closed after the module."""
    named = {"postgres": "postgres_index", "embedded": "new_embedded"}
    make: Callable[[], Engine] = request.getfixturevalue(named[engine_kind])
    return make


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    """An empty index; of each engine in turn."""
    return new_engine()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What asks PostgreSQL alone is no test of another run."""
    on_postgres = config.getoption("--database") == "postgresql"
    return True if collection_path.match("test_postgres_*.py") and not on_postgres else None
