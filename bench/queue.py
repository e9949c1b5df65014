"""`python -m bench.queue`: the queue of review with a thousand comments and with a million.

p95 of the answer's time and the CPU of the server, each as a ratio of the two portals that are
asked in turns. `--database postgresql` runs the same on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import BenchBroken, Visitor
from bench.door import enter
from bench.processes import Web, flask, run, surroundings, web
from bench.ratios import Figure, table, verdict
from bench.speed import postgres

FEW, MANY = 1000, 1_000_000
ROUNDS, WARM = 200, 10
HELLO = 400  # requests whose CPU is one hello-world's
ONWARD = re.compile(r'rel="next" href="([^"]+)"')
DEEP = 12  # pages from the start to where a list is read in its middle


@dataclass(frozen=True)
class Filled:
    """A portal with that many comments, running."""

    portal: Web
    told: Mapping[str, str]

    def sign_in(self, who: str) -> Visitor:
        return enter(Visitor(self.portal.port), self.told[who], self.told["password"])


def lists(told: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What is measured: who asks, and for which list."""
    draft, part = f"draft={told['draft']}", f"part={told['part']}"
    return {
        "all that wait": ("moderator", ""),
        "published": ("moderator", "state=published"),
        "one draft": ("moderator", draft),
        "one article": ("moderator", f"{draft}&{part}"),
        "the draft as a whole": ("moderator", f"{draft}&part=0"),
        "a flag": ("moderator", "flag=personal_data"),
        "a flag nobody has": ("moderator", "flag=replied"),
        "a flag in one article": ("moderator", f"{draft}&{part}&flag=link"),
        "older than 7 days": ("moderator", "age=over-7"),
        "newer than 1 day": ("moderator", "age=under-1"),
        "one article, flag, newer": ("moderator", f"{draft}&{part}&flag=copy&age=under-3"),
        "published, one article, old": ("moderator", f"state=published&{draft}&{part}&age=over-7"),
        "small agency: all that wait": ("small", ""),
        "small agency: published": ("small", "state=published"),
        "small agency: a flag": ("small", "flag=link"),
        "small agency: one draft, newer": ("small", f"draft={told['own']}&age=under-3"),
    }


@contextmanager
def filled(folder: Path, many: int, database: str) -> Iterator[Filled]:
    """A portal with that many comments runs inside."""
    instance = folder / str(many)
    instance.mkdir()
    with ExitStack() as stack:
        url = stack.enter_context(postgres(folder / f"pg{many}")) if database != "sqlite" else ""
        environ = surroundings(instance, url)
        flask("prepare", "--no-sample", environ=environ)
        begun = time.monotonic()
        told = json.loads(run("-m", "bench.queue_fill", str(many), environ=environ))
        print(f"{many:,} comments in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        log = instance / "web.log"
        yield Filled(stack.enter_context(web("wsgi:app", environ, log)), told)


def p95(times: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return statistics.quantiles(times, n=20)[-1]


def hello_ms(folder: Path) -> float:
    """CPU milliseconds of a hello-world in the same gunicorn."""
    environ = surroundings(folder)
    with web("bench.hello:app", environ, folder / "hello.log", path="/") as hello:
        visitor, spent = Visitor(hello.port), []
        for _ in range(5):
            before = hello.cpu()
            for _ in range(HELLO):
                visitor.ask("/")
            spent.append((hello.cpu() - before) / HELLO * 1000)
        return statistics.median(spent)


def middle(visitor: Visitor) -> str:
    """The address of a page far from the start, where there are so many."""
    path = "/desk/moderation"
    for _ in range(DEEP):
        onward = ONWARD.search(visitor.ask(path).text())
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    return path


def compare(few: Filled, many: Filled, rounds: int, hello: float) -> list[Figure]:
    """For each list p95 and CPU with many comments ÷ with few."""
    sides = [few, many]
    people = [{who: side.sign_in(who) for who in ("moderator", "small")} for side in sides]
    asked = [lists(side.told) for side in sides]
    figures = []
    for name in [*asked[0], "far from the start"]:
        turns = []
        for n in range(2):
            who, query = asked[n].get(name, ("moderator", ""))
            path = f"/desk/moderation?{query}" if name in asked[n] else middle(people[n][who])
            turns.append((people[n][who], path))
        figures += _one(name, turns, sides, rounds, hello)
    return figures


def _one(
    name: str, turns: list[tuple[Visitor, str]], sides: list[Filled], rounds: int, hello: float
) -> list[Figure]:
    for visitor, path in turns * WARM:
        visitor.ask(path)
    times: list[list[float]] = [[], []]
    before = [side.portal.cpu() for side in sides]
    for _ in range(rounds):
        for n, (visitor, path) in enumerate(turns):
            begun = time.perf_counter()
            visitor.ask(path)
            times[n].append((time.perf_counter() - begun) * 1000)
    cpu = [
        (side.portal.cpu() - start) / rounds * 1000
        for side, start in zip(sides, before, strict=True)
    ]
    slow = [p95(spent) for spent in times]
    remark = (
        f"p95 {slow[1]:.1f} ÷ {slow[0]:.1f} ms; CPU {cpu[1]:.2f} ÷ {cpu[0]:.2f} ms = "
        f"{cpu[1] / cpu[0]:.2f} ×; {cpu[1] / hello:.1f} × hello-world"
    )
    return [Figure("P6", name, slow[1] / slow[0], 1.5, remark=remark)]


def main() -> int:
    """Both portals are filled, asked in turns, and gone; the table is printed."""
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gopy-queue-"))
    folder.chmod(0o755)
    try:
        hello = hello_ms(folder)
        with (
            filled(folder, FEW, asked.database) as few,
            filled(folder, asked.many, asked.database) as many,
        ):
            figures = compare(few, many, asked.rounds, hello)
    except BenchBroken as error:
        print(f"The bench broke: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{asked.database}\n\n{table(figures)}\n\n{verdict(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
