"""P6: the same pages with a thousand comments and with many more, in turns."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.client import Visitor
from bench.processes import Web, flask, web
from bench.ratios import Figure, interleave, ratio
from bench.reads import Furnished, Load, per_request, sign_in

FEW = 1000
BATCH = 20_000
GROWN = " with many"


def grown(
    environ: Mapping[str, str], made: Furnished, many: int, load: Load, folder: Path
) -> list[Figure]:
    """Each page's CPU at `many` comments ÷ at a thousand, from two portals that run at once."""
    small, large = Path(environ["INSTANCE_DIR"]), folder / "large"
    _flood(environ, 0, FEW)
    shutil.copytree(small, large)
    grown_environ = {**environ, "INSTANCE_DIR": str(large)}
    begun = time.monotonic()
    _flood(grown_environ, FEW, many)
    took = time.monotonic() - begun
    log = folder / "scale.log"
    with web("wsgi:app", environ, log) as few, web("wsgi:app", grown_environ, log) as lot:
        before, after = _pages(few, made, load), _pages(lot, made, load)
        turns = {}
        for name in before:
            turns[name] = before[name]
            turns[name + GROWN] = after[name]
        found = interleave(turns, load.rounds)
    figures = [Figure("", f"comments, made in {took:.0f} s", many / FEW, unit="thousand")]
    for name in before:
        less, more = found[name], found[name + GROWN]
        remark = f"{median(more):.2f} ÷ {median(less):.2f} ms CPU"
        measure = f"{name}, {many:,} ÷ {FEW:,} comments"
        figures.append(Figure("P6", measure, ratio(more, less), 1.5, remark=remark))
    return figures


def _flood(environ: Mapping[str, str], start: int, end: int) -> None:
    """The portal holds that many comments more, sealed, counted and indexed."""
    for seed in range(start, end, BATCH):
        size = min(BATCH, end - seed)
        flask("demo", "load", "--comments", str(size), "--seed", str(seed), environ=environ)
        flask("work", "--once", environ=environ)


def _pages(portal: Web, made: Furnished, load: Load) -> dict[str, Callable[[], float]]:
    """For each page a measure of its CPU milliseconds, rendered."""
    reader, moderator = Visitor(portal.port), sign_in(portal.port, made)
    numbers = count(1)
    paths = {
        "home": "/",
        "list of drafts": "/consultations",
        "draft": made.draft,
        "article": f"{made.draft}/articles/dieu-3",
        "comments": f"{made.draft}/comments",
        "comment form": made.form,
        "moderation queue": "/desk/moderation",
        "published queue": "/desk/moderation?state=published",
        "search": f"/search?q={quote(made.search)}",
    }

    def measure(path: str) -> Callable[[], float]:
        visitor = moderator if path.startswith("/desk") else reader
        start = path + ("&" if "?" in path else "?")

        def act() -> object:
            return visitor.ask(f"{start}fresh={next(numbers)}")

        act()
        return lambda: per_request(portal, act, load.slow)

    return {name: measure(path) for name, path in paths.items()}
