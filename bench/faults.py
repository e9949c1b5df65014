"""A slow, cut, locked or stopped database under a running portal (G05).

    python -m bench.faults [--database sqlite|postgresql] [--only slow|reset|locked|stopped|pen]

Readers read published drafts and authors comment all the while, ordinary pages of gunicorn × 2.
PostgreSQL stands behind a wire of the bench's own (bench/wire.py): every packet 300 ms late each
way; every connection reset; every table locked by somebody else for 30 s; the server stopped.
SQLite, a file, can only be locked: by another process that holds the pen for 30 s. Meanwhile
every draft must be read within five seconds, and every post that is not taken be refused within
five, with its words; no thread may be left over; ten seconds later all is as before. Exit status
1 if not. The figures are of this machine: what it does beside this counts too.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from app import create_app
from app.config import load
from app.extensions import db
from app.web.pages import MARKED
from bench.kills import Portal, open_draft
from bench.wire import Wire
from deploy.exercise.load import Crowd, Seen

READERS, AUTHORS, PAUSE = 4, 6, 0.2
LASTS, LOCKED = 20.0, 30.0  # seconds
WARM = 16  # connections, so that each process has met each page
LATE = 0.3
ANSWERED_IN, BACK_IN = 5.0, 10.0
ASKING = 2  # threads that come and go: one of each process, that asks what is new
SHOWN = MARKED.decode() + ">"


class Wired(Portal):
    """A portal that reaches its PostgreSQL through a wire; `straight` is the way past it."""

    def _postgres(self) -> str:
        self.straight = super()._postgres()
        head, _, port = self.straight.removesuffix("/gopy").rpartition(":")
        self.wire = Wire(int(port))
        return f"{head}:{self.wire.port}/gopy"

    def threads(self) -> int:
        """Of all processes of the web."""
        web = self.parts["web"].process
        assert web is not None
        return sum(child.num_threads() for child in psutil.Process(web.pid).children())


@contextlib.contextmanager
def slow(portal: Wired) -> Iterator[float]:
    portal.wire.late = LATE
    yield LASTS
    portal.wire.mend()


@contextlib.contextmanager
def reset(portal: Wired) -> Iterator[float]:
    portal.wire.cut()
    yield LASTS
    portal.wire.mend()


@contextlib.contextmanager
def locked(portal: Wired) -> Iterator[float]:
    with psycopg.connect(portal.straight) as other:
        tables = other.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname='public'"
        )
        names = ", ".join(row[0] for row in tables)
        held = False
        while not held:
            with contextlib.suppress(psycopg.errors.DeadlockDetected), other.transaction():
                other.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE".encode())
                held = True
        yield LOCKED
        other.rollback()


@contextlib.contextmanager
def stopped(portal: Wired) -> Iterator[float]:
    portal.parts["database"].stop()
    yield LASTS
    portal.parts["database"].start()


@contextlib.contextmanager
def pen_held(portal: Wired) -> Iterator[float]:
    file = portal.directory / "instance" / "gopy.sqlite3"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield LOCKED
        other.execute("ROLLBACK")


Fault = Callable[[Wired], contextlib.AbstractContextManager[float]]
FAULTS: dict[str, dict[str, Fault]] = {
    "postgresql": {"slow": slow, "reset": reset, "locked": locked, "stopped": stopped},
    "sqlite": {"pen": pen_held},
}
SILENT = {"slow", "reset", "locked", "stopped"}  # what is new cannot be known meanwhile


@dataclass(frozen=True)
class Met:
    """What people met between two instants of the monotonic clock."""

    reads: list[Seen]
    posts: list[Seen]

    @classmethod
    def of(cls, crowd: Crowd, begun: float, ended: float) -> Met:
        ours = [one for one in list(crowd.seen) if begun <= one.at < ended]
        return cls(*([one for one in ours if one.what == what] for what in ("read", "comment")))

    def told(self, name: str, marked: bool, back: float) -> str:
        posts = ""
        for code, many in statuses(self.posts).items():
            such = [one for one in self.posts if one.status == code]
            posts += f"{many} × {code} (slowest {slowest(such):.1f} s) "
        return (
            f"{name}: {len(self.reads)} pages, slowest {slowest(self.reads):.1f} s, marked: "
            f"{marked}; posts {posts or 'none'}; "
            f"back after {back:.1f} s"
        )


def statuses(seen: list[Seen]) -> Counter[int]:
    return Counter(one.status for one in seen)


def slowest(seen: list[Seen]) -> float:
    return max((one.took for one in seen), default=0.0)


def suffer(portal: Wired, crowd: Crowd, name: str, draft: str) -> list[str]:
    """What was not as promised during this fault and after it."""
    threads, bare = portal.threads(), len(crowd.bare)
    begun, line = time.monotonic(), crowd.line()
    with FAULTS[portal.database][name](portal) as lasts:
        time.sleep(lasts - 1)
        marked = SHOWN in line.send("GET", draft)[2]
        time.sleep(1)
    ended = time.monotonic()
    # whoever presses at the very end is answered after it
    time.sleep(BACK_IN)
    met, after = Met.of(crowd, begun, ended), Met.of(crowd, ended, ended + BACK_IN)
    good = [one.at + one.took - ended for one in after.posts if one.good]
    back = min(good, default=float("inf"))
    print(met.told(name, marked, back), flush=True)
    wrong = [f"pages answered {dict(statuses(met.reads))}"] * any(not r.good for r in met.reads)
    wrong += ["pages did not say that they may be old"] * ((name in SILENT) != marked)
    wrong += ["nobody read"] * (not met.reads)
    refused = [one for one in met.posts if not one.good]
    for what, seen in (("page", met.reads), ("refusal", refused)):
        wrong += [f"a {what} took {slowest(seen):.1f} s"] * (slowest(seen) > ANSWERED_IN)
    strange = set(statuses(met.posts)) - {303, 503}
    wrong += [f"posts answered {sorted(strange)}"] * bool(strange)
    wrong += [f"{len(crowd.bare) - bare} refusals without the words"] * (len(crowd.bare) > bare)
    wrong += [f"no receipt within {BACK_IN:.0f} s"] * (back > BACK_IN)
    wrong += ["the page is marked as old still"] * (SHOWN in line.send("GET", draft)[2])
    now = portal.threads() - ASKING
    wrong += [f"{now} threads, {threads} before"] * (now > threads)
    return [f"{name}: {one}" for one in wrong]


def drill(portal: Wired, names: list[str]) -> list[str]:
    with create_app(load(portal.environ)).app_context():
        slug = open_draft()
        db.session.rollback()
        db.engine.dispose()
    draft = f"/consultations/{slug}"
    crowd = Crowd(portal.port, None, slug, (draft, "/consultations", f"{draft}/comments"))
    for line in [crowd.line() for _ in range(WARM)]:
        for page in crowd.pages:
            line.send("GET", page)
    crowd.begin(READERS, AUTHORS, PAUSE)
    while len(crowd.receipts) < AUTHORS:  # everybody has a form
        time.sleep(0.1)
    wrong = [one for name in names for one in suffer(portal, crowd, name, draft)]
    crowd.end()
    print(f"{len(crowd.receipts)} receipts; {len(crowd.unanswered)} authors without an answer")
    starts = [p.name for p in portal.parts.values() if p.starts > 1 + (p.name == "database")]
    return wrong + [f"{name} had to be started again" for name in starts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", choices=tuple(FAULTS), default="postgresql")
    parser.add_argument("--only")
    options = parser.parse_args()
    names = [one for one in FAULTS[options.database] if options.only in (None, one)]
    with tempfile.TemporaryDirectory(prefix="gopy-faults-", dir="/tmp") as directory:
        portal = Wired(Path(directory), options.database)
        try:
            wrong = drill(portal, names)
        finally:
            portal.end()
    print("\n".join(wrong) or "as promised")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
