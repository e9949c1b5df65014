"""The drill of G38: a portal with many comments, backed up, and made again on an empty machine.

`python -m bench.restore --comments 1000000 --folder DIR` prints seconds and megabytes of each step.
Then both portals answer the same 500 questions, the old one from the index it had (G09). SQLite;
the machine and the scale belong beside the figures.
"""

from __future__ import annotations

import argparse
import json
import operator
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.multiplied import multiply
from bench.processes import MEGABYTE, flask, run, surroundings

RTO_MINUTES = 60
LOADED = 50_000  # comments made one by one; the others are made after their pattern
QUESTIONS = 500
# sealed, summed and signed as the worker does it; what its readers derive is no part of the drill
FOLLOW = """
from wsgi import app
from app.extensions import db
from app.kit import clock
from app.ledger.growing import sign_due
from app.ledger.seal import seal
from app.ledger.summing import sum_waiting
with app.app_context():
    while seal():
        pass
    while sum_waiting(clock.now()):
        db.session.commit()
    while seal():
        pass
    sign_due(clock.now(), at_once=True)
    db.session.commit()
"""
# two or three words that follow each other in a comment: what is found, in its order
ASK = """
import hashlib, random
from wsgi import app
from sqlalchemy import text
from app.extensions import db
from app.search import entries
chance = random.Random(9)
with app.app_context():
    last = db.session.scalar(text("SELECT max(id) FROM comment"))
    for _ in range({questions}):
        number = {{"id": chance.randint(1, last)}}
        words = db.session.scalar(text("SELECT body FROM comment WHERE id >= :id LIMIT 1"), number)
        begin = chance.randrange(max(1, len(words.split()) - 3))
        found = entries.find(" ".join(words.split()[begin : begin + chance.randint(2, 3)]))
        print(found.total, hashlib.sha256(repr([h.key for h in found.hits]).encode()).hexdigest())
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

    timed("made", lambda: _flood(comments, environ, old))
    if index:
        timed("index before", lambda: flask("search", "rebuild", environ=environ))
    figures["database, MB"] = round((old / "gopy.sqlite3").stat().st_size / MEGABYTE, 1)
    archive = folder / "portal.tar.gz"
    keys = folder / "keys"
    timed(
        "backup", lambda: flask("backup", str(archive), "--with-keys", str(keys), environ=environ)
    )
    figures["archive, MB"] = round(archive.stat().st_size / MEGABYTE, 1)
    kept = dict(line.split("=", 1) for line in keys.read_text().splitlines())
    clean = {**surroundings(new), **kept}
    timed("restore", lambda: flask("restore", str(archive), "--no-index", environ=clean))
    if index:
        timed("index", lambda: flask("search", "rebuild", environ=clean))
    before, after = (_counts(one) for one in (environ, clean))
    if before != after:
        sys.exit(f"What was restored differs: {before} and {after}")
    if index:
        asked = ASK.format(questions=QUESTIONS)
        told, again = (run("-c", asked, environ=one).splitlines() for one in (environ, clean))
        figures["questions answered alike"] = sum(map(operator.eq, told, again))
    return figures


def _flood(comments: int, environ: Mapping[str, str], old: Path) -> str:
    first = str(min(LOADED, comments))
    flask("demo", "load", "--comments", first, environ=environ)
    run("-c", FOLLOW, environ=environ)
    for _ in multiply(old / "gopy.sqlite3", comments):
        pass
    run("-c", FOLLOW, environ=environ)
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
    whole = figures.get("questions answered alike", QUESTIONS) == QUESTIONS
    quick = figures["restore"] + figures.get("index", 0) <= RTO_MINUTES * 60
    return 0 if whole and quick else 1


if __name__ == "__main__":
    sys.exit(main())
