"""The database's machine is lost while people comment; another is made from base and archive.

    python -m bench.lost_machine [--timeout SECONDS] [--posting SECONDS]

G38: a base (pg_basebackup), what was archived since (archive_timeout), and nothing else: the data
directory is removed. Says how many seconds of acknowledged comments are lost; everything before
must be there, once, and the log whole. Exit status 1 if not, or if more is lost than the timeout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import create_app
from app.comments.models import Comment
from app.config import load
from app.extensions import db
from bench.kills import Portal, open_draft
from bench.processes import flask
from deploy.exercise.house import POSTGRES
from deploy.exercise.load import Crowd
from deploy.exercise.machines import program

AUTHORS = 2
PAUSE = 0.2  # seconds, four of them between two comments of an author
SLACK = 10.0  # seconds for a segment on its way into the archive
RECOVERED_IN = 600.0


class Machine:
    """The database server of a portal, its archive on another disk, and a base of it."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.part = portal, portal.parts["database"]
        self.data = portal.directory / "data"
        self.archive, self.base = (portal.directory / name for name in ("archive", "base"))
        url = make_url(portal.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.there = ["-h", "127.0.0.1", "-p", str(url.port), "-U", str(url.username)]

    def keep_an_archive(self, timeout: int) -> None:
        """The server archives as docs/operations.md says, and there is a base."""
        self.archive.mkdir()
        self.archive.chmod(0o777)
        copied = f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f"
        wanted = {"mode": "on", "timeout": str(timeout), "command": copied}
        with self.engine.connect() as connection:
            for name, value in wanted.items():
                connection.execute(text(f"ALTER SYSTEM SET archive_{name} = '{value}'"))
        self.part.stop()
        self.part.start()
        base = [program("pg_basebackup", *POSTGRES), *self.there, "-D", str(self.base)]
        self._as_server(*base, "-X", "stream", "-c", "fast")

    def lose(self) -> None:
        """Killed, and its disk is gone."""
        self.part.lose()
        shutil.rmtree(self.data)

    def come_back(self) -> None:
        """A server made of the base and all that is in the archive takes writes."""
        self._as_server("cp", "-a", str(self.base), str(self.data))
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = 'cp {self.archive}/%f %p'\n")
        self._as_server("touch", str(self.data / "recovery.signal"))
        self.part.start()
        until = time.monotonic() + RECOVERED_IN
        while self._recovering() and time.monotonic() < until:
            time.sleep(0.2)

    def _recovering(self) -> bool:
        try:
            with self.engine.connect() as connection:
                return bool(connection.scalar(text("SELECT pg_is_in_recovery()")))
        except OperationalError:
            return True

    def _as_server(self, *command: str) -> None:
        user = self.part.user
        switched = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        subprocess.run([*(switched if user else []), *command], check=True)


def posting(crowd: Crowd, seconds: float) -> dict[str, float]:
    """Each receipt, and when its author had it."""
    crowd.begin(0, AUTHORS, PAUSE)
    until, had = time.monotonic() + seconds, dict[str, float]()
    while (now := time.monotonic()) < until:
        had |= {one: now for one in list(crowd.receipts.values()) if one not in had}
        time.sleep(0.05)
    return had


def drill(portal: Portal, timeout: int, seconds: float) -> bool:
    machine = Machine(portal)
    machine.keep_an_archive(timeout)
    os.environ.update(portal.environ)
    with create_app(load(portal.environ)).app_context():
        crowd = Crowd(portal.port, None, open_draft())
        db.session.remove()
        db.engine.dispose()
        had = posting(crowd, seconds)
        crowd.over.set()
        machine.lose()
        lost_at, segments = time.monotonic(), len(os.listdir(machine.archive))
        machine.come_back()
        took = time.monotonic() - lost_at
        kept = list(db.session.scalars(select(Comment.receipt)))
        db.session.remove()
    gone = set(had) - set(kept)
    seconds_lost = lost_at - min((had[one] for one in gone), default=lost_at)
    # two authors at once may have had their receipts in another order than the commits
    before = [one for one, at in had.items() if lost_at - at > seconds_lost + 1]
    whole = set(before) <= set(kept) and len(set(kept)) == len(kept)
    print(
        f"{len(had)} receipts in {seconds:.0f} s, {segments} archived segments; back in "
        f"{took:.0f} s: {len(gone)} comments lost, of the last {seconds_lost:.1f} s "
        f"(archive_timeout {timeout} s); {len(had) - len(gone)} kept, each once: {whole}"
    )
    print(flask("ledger", "verify", environ=portal.environ).splitlines()[-1])
    return whole and bool(before) and seconds_lost <= timeout + SLACK


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--timeout", type=int, default=300, help="archive_timeout, in seconds")
    parser.add_argument("--posting", type=float, default=0, help="1.9 timeouts unless given")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gopy-lost-", dir="/tmp") as directory:
        portal = Portal(Path(directory), "postgresql")
        try:
            good = drill(portal, asked.timeout, asked.posting or 1.9 * asked.timeout)
        finally:
            portal.end()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
