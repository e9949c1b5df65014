"""A copy of the whole database as it is at one moment, while people go on writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

PAGES = 4096  # of SQLite, copied between two words of progress
# the index of words is derived, and is built again
DERIVED = "search*"
DEBIAN = Path("/usr/lib/postgresql")


class CopyError(Exception):
    """Raised with a sentence about what is missing or went wrong."""


def from_sqlite(source: Path, target: Path, progress: Callable[[int], None]) -> None:
    """The target is a database of its own, as the source was when this began.

    The snapshot is held open, so that no writer makes SQLite begin its copy anew.
    """
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.execute("BEGIN")
        size = old.execute("PRAGMA page_size").fetchone()[0]
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        done = 0

        def tell(_status: int, remaining: int, total: int) -> None:
            nonlocal done
            progress((total - remaining - done) * size)
            done = total - remaining

        old.backup(new, pages=PAGES, progress=tell)
        # one file, without the log of writes beside it
        new.execute("PRAGMA journal_mode=DELETE")


def from_postgres(url: str, target: Path) -> None:
    """The target holds pg_dump's own format; raises CopyError."""
    command = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
    run("pg_dump", url, *command, f"--exclude-schema={DERIVED}", f"--file={target}")


def into_postgres(url: str, source: Path) -> None:
    """The empty database at `url` holds what was dumped; raises CopyError."""
    wish = ["--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2"]
    run("pg_restore", url, *wish, str(source))


def run(program: str, url: str, *arguments: str) -> None:
    """PostgreSQL's program has done its work on that database; raises CopyError."""
    where = make_url(url)
    environ = dict(os.environ)
    if where.password:
        environ["PGPASSWORD"] = str(where.password)  # arguments can be read by anybody here
    there = ["--dbname", libpq(where)]
    command = [found(program), *there, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise CopyError(f"{program} did not succeed: {done.stderr.strip() or done.returncode}")


def libpq(where: URL) -> str:
    """The address as PostgreSQL's own programs take it, without the password."""
    plain = where.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def found(program: str) -> str:
    """The path of one of PostgreSQL's programs; raises CopyError."""
    if there := shutil.which(program):
        return there
    versions = [one for one in DEBIAN.glob("*") if one.name.isdecimal()]
    for version in sorted(versions, key=lambda one: -int(one.name)):
        if (path := version / "bin" / program).is_file():
            return str(path)
    raise CopyError(
        f"{program} is not on this machine. Install PostgreSQL's client programs "
        "(apt-get install postgresql-client), no older than the server, or put them on the PATH."
    )
