"""P6: the same pages with a thousand comments and with many more."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.client import Visitor
from bench.processes import Web, flask, web
from bench.ratios import Figure
from bench.reads import Furnished, Load, per_request, sign_in

FEW = 1000
BATCH = 20_000


def grown(
    environ: Mapping[str, str], made: Furnished, many: int, load: Load, log: Path
) -> list[Figure]:
    """Each page's CPU at `many` comments ÷ at a thousand; the portal is left with all of them."""
    flask("demo", "load", "--comments", str(FEW), environ=environ)
    flask("work", "--once", environ=environ)
    with web("wsgi:app", environ, log) as portal:
        before = _pages(portal, made, load)
    begun = time.monotonic()
    for start in range(FEW, many, BATCH):
        size = min(BATCH, many - start)
        flask("demo", "load", "--comments", str(size), "--seed", str(start), environ=environ)
        flask("work", "--once", environ=environ)
    took = time.monotonic() - begun
    with web("wsgi:app", environ, log) as portal:
        after = _pages(portal, made, load)
    figures = [Figure("", f"comments made, {took:.0f} s", many / FEW, unit="thousand")]
    figures += [
        Figure(
            "P6",
            f"{name}, {many:,} ÷ {FEW:,} comments",
            after[name] / before[name],
            1.5,
            remark=f"{after[name]:.2f} ÷ {before[name]:.2f} ms CPU",
        )
        for name in before
    ]
    return figures


def _pages(portal: Web, made: Furnished, load: Load) -> dict[str, float]:
    """CPU milliseconds of each page, rendered."""
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
    found = {}
    for name, path in paths.items():
        visitor = moderator if path.startswith("/desk") else reader
        joint = "&" if "?" in path else "?"

        def act(visitor: Visitor = visitor, start: str = path + joint) -> object:
            return visitor.ask(f"{start}fresh={next(numbers)}")

        act()
        found[name] = median(per_request(portal, act, load.slow) for _ in range(load.rounds))
    return found
