"""`python -m bench.moderators`: twenty moderators at once on 5,000 comments, on both databases.

Each is a process of its own. Afterwards every decision that one of them was told of must stand in
the database, and no other; what somebody walked away from must be free when the lease is over.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

from bench.processes import run
from bench.ratios import Figure, table, verdict
from bench.shifts import MODERATORS, Audit, Shift
from bench.speed import Portal, furnish, postgres, say

ITEMS = 5000
AFTERWARDS = 4  # as many come back when the leases are over


def measure(portal: Portal, name: str, items: int) -> list[Figure]:
    """What twenty moderators made of so many comments."""
    environ, folder = portal.environ, portal.instance
    words = ("-m", "bench.shifts")
    made = json.loads(run(*words, "--fill", str(items), environ=environ))
    officers = made["officers"]
    shifts = _together(environ, officers, folder / "first")
    took = max(one.ended for one in shifts) - min(one.begun for one in shifts)
    left = {comment_id for one in shifts for comment_id in one.left}
    later = _together(environ, officers[:AFTERWARDS], folder / "later", "--later")
    found = _audit(portal, shifts + later, made["comments"])
    seconds = [one for shift in shifts for one in shift.seconds]
    refused = sum((one.refused for one in shifts), Counter[str]())
    told = ", ".join(f"{many} {what}" for what, many in sorted(refused.items()))
    decided = sum(len(one.told) for one in shifts + later)
    after = "decided once their leases were over"
    return [
        Figure("", f"decisions of {MODERATORS} at once, {name}", decided, unit="", remark=told),
        Figure("", "decided while decided", found.double, 0, ""),
        Figure("", "told of and not there", found.lost, 0, ""),
        Figure("", "there and nobody told of", found.unasked, 0, ""),
        Figure("", "still waiting", found.waiting, 0, "", remark=f"{len(left)} left open, {after}"),
        Figure("", "decisions a second", len(seconds) / took, unit="/s", remark=f"{took:.0f} s"),
        Figure(
            "",
            "one decision, 95 of 100 within",
            quantiles(seconds, n=20)[-1],
            unit="s",
            remark=f"median {median(seconds):.3f} s",
        ),
    ]


def _together(environ: dict[str, str], officers: list[int], meet: Path, *more: str) -> list[Shift]:
    """The shifts of these officers, begun at one moment."""
    meet.mkdir()
    words = ("-m", "bench.shifts", "--meet", str(meet), "--colleagues", str(len(officers)))

    def one(officer_id: int) -> Shift:
        return Shift.read(run(*words, "--officer", str(officer_id), *more, environ=environ))

    with ThreadPoolExecutor(len(officers)) as pool:
        return list(pool.map(one, officers))


def _audit(portal: Portal, shifts: list[Shift], within: list[int]) -> Audit:
    told = portal.instance / "told.json"
    told.write_text(json.dumps({"shifts": [one.written() for one in shifts], "within": within}))
    words = ("-m", "bench.shifts", "--audit", str(told))
    return Audit(**json.loads(run(*words, environ=portal.environ)))


def main() -> int:
    """The table is printed and everything started has ended."""
    asked = argparse.ArgumentParser(prog="python -m bench.moderators")
    asked.add_argument("--items", type=int, default=ITEMS)
    items, begun = asked.parse_args().items, time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="gopy-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    try:
        say(f"{MODERATORS} moderators on {items:,} comments, SQLite …")
        figures = measure(furnish(folder / "portal"), "SQLite", items)
        say("PostgreSQL …")
        with postgres(folder / "pg") as address:
            figures += measure(furnish(folder / "on-postgres", address), "PostgreSQL", items)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - begun:.0f} s\n\n{table(figures)}\n\n{verdict(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
