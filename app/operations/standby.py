"""A database of PostgreSQL that is filled beside the portal's own, and then takes its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.config import Settings
from app.extensions import db
from app.operations.copying import CopyError

MAINTENANCE = "postgres"  # the database from which others are renamed
LONGEST = 63  # bytes of a name


def kept_as(settings: Settings, stamp: str) -> str:
    """How the former database is called, for people; "" where it was a file."""
    return "" if settings.is_sqlite else f", database {_names(settings, stamp)[2]}"


@contextmanager
def beside(settings: Settings, stamp: str) -> Iterator[str]:
    """The address of a new, empty database; gone afterwards unless it took over."""
    _own, new, _old = _names(settings, stamp)
    _run(settings, f'CREATE DATABASE "{new}" TEMPLATE template0')
    try:
        where = make_url(settings.database_url).set(database=new)
        yield where.render_as_string(hide_password=False)
    finally:
        _run(settings, f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')


def take_over(settings: Settings, url: str, stamp: str, *, keep: bool) -> None:
    """The portal's address leads to the new database; the former has another name or is gone.

    Raises CopyError, and all is as before. Of SQLite nothing is to be done: files were moved.
    """
    if settings.is_sqlite:
        return
    db.engine.dispose()
    own, new, old = _names(settings, stamp)
    assert make_url(url).database == new
    _run(settings, f'ALTER DATABASE "{own}" RENAME TO "{old}"')
    try:
        _run(settings, f'ALTER DATABASE "{new}" RENAME TO "{own}"')
    except CopyError:
        _run(settings, f'ALTER DATABASE "{old}" RENAME TO "{own}"')
        raise
    if not keep:
        _run(settings, f'DROP DATABASE "{old}"')


def _names(settings: Settings, stamp: str) -> tuple[str, str, str]:
    own = make_url(settings.database_url).database or ""
    short = own[: LONGEST - len(stamp) - 10]
    return own, f"{short}_restored_{stamp}", f"{short}_before_{stamp}"


def _run(settings: Settings, statement: str) -> None:
    where = make_url(settings.database_url).set(database=MAINTENANCE)
    engine = create_engine(where, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        raise CopyError(
            f"The server refused “{statement}”: {error.orig}. The portal's role needs CREATEDB "
            f"and the database {MAINTENANCE}, and nobody may be connected to its own."
        ) from None
