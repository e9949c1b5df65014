"""Kill web and worker, or the database, while comments come in; then look for every one of them.

    python -m bench.kills [--database sqlite|postgresql] [--what portal|database]
                          [--kills N] [--posts N]

G01: 200 kills (SIGKILL) of a web process, of the whole web, of the worker, at random moments
during 10,000 posts; G02: 50 of the database server. Authors press again with the same number
until they have a receipt, as people do. Then every receipt must have its comment, once, found by
its code, and by search and in the list of its draft within ten seconds of being published, and
the ledger must be whole. Exit status 1 if anything is missing. Rate limits are off: all authors
share one address and write faster than people.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import Grant, Officer, Role
from app.comments.models import Comment, Tally
from app.comments.tally import TOTAL
from app.config import load
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import decide, lease
from bench.processes import ROOT, flask, free_port, surroundings
from deploy.exercise import machines
from deploy.exercise.house import CONFIG, POSTGRES
from deploy.exercise.load import Crowd
from deploy.exercise.machines import Part, Supervisor, listening, program

AUTHORS = 8
PUBLISHED = 200  # of the comments, to be found by search and in the list
SOON = 10.0  # seconds
PAUSE = 0.25  # seconds between two kills, and about as much by chance


@dataclass
class Portal:
    """Web, worker and, where it is to be killed too, the database, in one directory."""

    directory: Path
    database: str
    environ: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        url = self._postgres() if self.database == "postgresql" else ""
        self.environ = surroundings(self.directory / "instance", url)
        self.environ |= {"LIMITS": "off", "WEB_CONCURRENCY": "2", "PYTHONPATH": str(ROOT)}
        self.environ["PUBLIC_URL"] = f"http://localhost:{self.port}"
        if url:
            self.environ["SEARCH_ENGINE"] = "postgresql"
        flask("prepare", environ=self.environ)
        web = [sys.executable, "-m", "gunicorn", "--config", str(CONFIG), "--chdir", str(ROOT)]
        web += ["--bind", f"127.0.0.1:{self.port}", "--preload", "wsgi:app"]
        work = [sys.executable, "-m", "flask", "--app", "wsgi", "work", "--stand-by"]
        self._add(Part("web", web, self.directory, listening(self.port), self.environ))
        self._add(Part("worker", work, self.directory, environ=self.environ))

    def _add(self, part: Part) -> None:
        self.parts[part.name] = part
        part.start()

    def _postgres(self) -> str:
        port, data = free_port(), self.directory / "data"
        user = "postgres" if os.geteuid() == 0 else ""
        if user:
            self.directory.chmod(0o777)
        made = [program("initdb", *POSTGRES), "-D", str(data), "-U", "gopy", "--auth=trust"]
        asked = [program("pg_isready", *POSTGRES), "-q", "-h", "127.0.0.1", "-p", str(port)]
        ran = [program("postgres", *POSTGRES), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
        as_user = (
            ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        )
        subprocess.run([*as_user, *made, "-E", "UTF8"], check=True, capture_output=True)
        self._add(
            Part(
                "database",
                [*ran, "-k", str(self.directory)],
                self.directory,
                ready=lambda: subprocess.run(asked).returncode == 0,
                user=user,
                stop_signal=signal.SIGINT,
            )
        )
        there = ["-h", "127.0.0.1", "-p", str(port), "-U", "gopy"]
        subprocess.run([program("createdb", *POSTGRES), *there, "gopy"], check=True)
        return f"postgresql://gopy@127.0.0.1:{port}/gopy"

    def victims(self, what: str) -> Sequence[str]:
        return ("database",) if what == "database" else ("process", "process", "web", "worker")

    def kill(self, victim: str) -> None:
        """One process of the web, or all of a part, is dead."""
        if victim != "process":
            self.parts[victim].kill()
            return
        web = self.parts["web"].process
        try:
            children = psutil.Process(web.pid).children() if web is not None else []
            random.choice(children).kill()
        except (psutil.NoSuchProcess, IndexError):
            self.parts["web"].kill()

    def end(self) -> None:
        for name in ("web", "worker", "database"):
            if name in self.parts:
                self.parts[name].stop()


def open_draft() -> str:
    """The address of the draft that takes comments longest."""
    query = select(Dossier.slug).join(Consultation, Consultation.dossier_id == Dossier.id)
    query = query.where(Consultation.closed_at.is_(None), Consultation.closes_at > clock.now())
    return db.session.scalars(query.order_by(Consultation.closes_at.desc())).first() or ""


def published(chosen: Sequence[int]) -> None:
    """The comments of these ids are public."""
    held = select(Grant.officer_id).where(Grant.role == Role.MODERATOR.value)
    officer = db.session.scalars(select(Officer).where(Officer.id.in_(held))).first()
    assert officer is not None
    for comment_id in chosen:
        comment = db.session.get_one(Comment, comment_id)
        lease.take(comment_id, officer, clock.now())
        decide.publish(comment, comment.row_version, officer, clock.now())
        db.session.commit()


def seen_soon(crowd: Crowd, slug: str, codes: Sequence[str]) -> list[str]:
    """Those of the codes that search or the list does not show within SOON."""
    line, missing, until = crowd.line(), list(codes), time.monotonic() + SOON
    while missing and time.monotonic() < until:
        in_list, after = "", ""
        for _page in range(PUBLISHED):
            _status, _to, text = line.send("GET", f"/consultations/{slug}/comments{after}")
            in_list += text
            found = text.partition('rel="next" href="')[2].partition('"')[0]
            if not found:
                break
            after = "?" + found.replace("&amp;", "&").partition("?")[2]
        missing = [
            code
            for code in missing
            if code not in in_list
            or code not in line.send("GET", f"/search?q={code}")[2].partition("<main")[2]
        ]
    return missing


def without_page(crowd: Crowd, receipts: Sequence[str]) -> list[str]:
    """Those of the receipts that lead to no page."""
    line = crowd.line()
    return [one for one in receipts if line.send("GET", f"/comments/{one}")[0] != 200]


def reckon(crowd: Crowd, slug: str) -> list[str]:
    """What is wrong, in words."""
    rows = db.session.execute(select(Comment.id, Comment.body, Comment.receipt)).all()
    # otherwise this looker would hold SQLite's only pen over all pages that follow
    db.session.rollback()
    ours = [row for row in rows if row.body.startswith("Ý kiến số ")]
    kept = {row.body: row.receipt for row in ours}
    wrong = [f"lost: {words}" for words, one in crowd.receipts.items() if kept.get(words) != one]
    wrong += [f"{len(ours) - len(kept)} kept twice"] * (len(ours) != len(kept))
    receipts = list(crowd.receipts.values())
    with ThreadPoolExecutor(AUTHORS) as pool:
        shares = [receipts[n::AUTHORS] for n in range(AUTHORS)]
        found = pool.map(partial(without_page, crowd), shares)
        wrong += [f"no page for {one}" for some in found for one in some]
    wrong += [f"no answer ever: {words}" for words in crowd.unanswered]
    received = db.session.scalar(
        select(func.sum(Tally.received)).where(Tally.article_lineage_id == TOTAL)
    )
    wrong += [f"{received} counted, {len(rows)} kept"] * (received != len(rows))
    unsealed = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.seq.is_(None)))
    wrong += [f"{unsealed} entries not sealed"] * bool(unsealed)
    chosen = random.sample(ours, min(PUBLISHED, len(ours)))
    db.session.rollback()
    published([row.id for row in chosen])
    codes = [row.body.split("mã ")[1].partition(",")[0] for row in chosen]
    wrong += [f"not found in {SOON:.0f} s: {code}" for code in seen_soon(crowd, slug, codes)]
    return wrong


def drill(portal: Portal, options: argparse.Namespace) -> list[str]:
    os.environ.update(portal.environ)
    with create_app(load(portal.environ)).app_context():
        slug = open_draft()
        db.session.rollback()
        crowd = Crowd(portal.port, None, slug)
        supervisor = Supervisor(list(portal.parts.values()))
        supervisor.start()
        begun, kills = time.monotonic(), 0
        crowd.begin(0, AUTHORS, 0.0)
        while kills < options.kills or len(crowd.receipts) < options.posts:
            # spread over the posts that are still to come
            due = options.posts * kills / max(1, options.kills)
            if kills < options.kills and len(crowd.receipts) >= due:
                portal.kill(random.choice(portal.victims(options.what)))
                kills += 1
            time.sleep(random.uniform(PAUSE / 5, PAUSE))
        crowd.end()
        took = time.monotonic() - begun
        while db.session.scalar(select(Entry.id).where(Entry.seq.is_(None)).limit(1)):
            db.session.rollback()
            time.sleep(0.2)
        time.sleep(2)  # readers have followed
        db.session.rollback()
        wrong = reckon(crowd, slug)
        supervisor.over.set()
    pressed = sum(one.what == "comment" for one in crowd.seen)
    print(
        f"{portal.database}: {kills} kills of the {options.what} in {took:.0f} s; "
        f"{len(crowd.receipts)} receipts, the button pressed {pressed} times; {len(wrong)} wrong"
    )
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--what", choices=("portal", "database"), default="portal")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--posts", type=int, default=10_000)
    options = parser.parse_args()
    if options.what == "database" and options.database == "sqlite":
        parser.error("SQLite has no server to kill")
    machines.RESTART_AFTER = 0.2
    with tempfile.TemporaryDirectory(prefix="gopy-kills-", dir="/tmp") as directory:
        portal = Portal(Path(directory), options.database)
        try:
            wrong = drill(portal, options)
        finally:
            portal.end()
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
