"""The drill of G38: a portal with many comments, backed up, and made again on an empty machine.

`python -m bench.restore --comments 1000000 --folder DIR` prints seconds and megabytes of each step.
SQLite; the machine and the scale belong beside the figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.processes import MEGABYTE, flask, run, surroundings

RTO_MINUTES = 60
BATCH = 50_000
# sealed as the worker does it; what its readers derive is no part of the drill
SEAL = """
from wsgi import app
from app.ledger.seal import seal
with app.app_context():
    while seal():
        pass
"""


def drill(comments: int, folder: Path, index: bool) -> dict[str, float]:
    """Seconds of each step and sizes in MB; what was restored has every comment and entry."""
    old, new = folder / "old", folder / "new"
    for directory in (old, new):
        directory.mkdir()
    environ = surroundings(old)
    flask("prepare", environ=environ)
    figures: dict[str, float] = {"comments": comments}

    def timed(name: str, work: Callable[[], str]) -> str:
        begun = time.monotonic()
        said = work()
        figures[name] = round(time.monotonic() - begun, 1)
        print(f"{name}: {figures[name]} s\n{said}", flush=True)
        return said

    timed("made", lambda: _flood(comments, environ))
    figures["database, MB"] = round((old / "gopy.sqlite3").stat().st_size / MEGABYTE, 1)
    archive = folder / "portal.tar.gz"
    keys = folder / "keys"
    timed(
        "backup", lambda: flask("backup", str(archive), "--with-keys", str(keys), environ=environ)
    )
    figures["archive, MB"] = round(archive.stat().st_size / MEGABYTE, 1)
    kept = dict(line.split("=", 1) for line in keys.read_text().splitlines())
    clean = {**surroundings(new), **kept}
    words = ["restore", str(archive), *([] if index else ["--no-index"])]
    timed("restore", lambda: flask(*words, environ=clean))
    before, after = (_counts(one) for one in (environ, clean))
    if before != after:
        sys.exit(f"What was restored differs: {before} and {after}")
    return figures


def _flood(comments: int, environ: Mapping[str, str]) -> str:
    for seed, start in enumerate(range(0, comments, BATCH)):
        size = min(BATCH, comments - start)
        flask("demo", "load", "--comments", str(size), "--seed", str(seed), environ=environ)
        run("-c", SEAL, environ=environ)
    return f"{comments} comments"


def _counts(environ: Mapping[str, str]) -> str:
    """The number of comments and entries, and the sum of what nobody could have made up."""
    return run("-c", COUNT, environ=environ)


COUNT = """
from wsgi import app
from sqlalchemy import text
from app.extensions import db
with app.app_context():
    for query in (
        "SELECT count(*), max(id), min(receipt), max(receipt) FROM comment",
        "SELECT count(*), max(seq), min(leaf), max(leaf) FROM ledger_entry",
    ):
        print(tuple(db.session.execute(text(query)).one()))
"""


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m bench.restore")
    reader.add_argument("--comments", type=int, default=1_000_000)
    reader.add_argument("--folder", type=Path, help="Where there is room: five times the database.")
    reader.add_argument("--no-index", action="store_true", help="The worker would index later.")
    wish = reader.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gopy-drill-", dir=wish.folder))
    try:
        figures = drill(wish.comments, folder, not wish.no_index)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures, indent=1))
    return 0 if figures["restore"] <= RTO_MINUTES * 60 else 1


if __name__ == "__main__":
    sys.exit(main())
