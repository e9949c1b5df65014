"""Run everything on this machine, kill each part in turn under load, say what people saw.

    python -m deploy.exercise [--seconds N] [--readers N] [--authors N] [--only WORD]

Needs nginx, redis-server, PostgreSQL and openssl (Debian: `apt-get install nginx redis-server
postgresql openssl`). Nothing of it touches services that run already. Exit status 1 if a comment
with a receipt was lost or kept twice, or if the portal did not come back.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.exercise.house import House
from deploy.exercise.load import Crowd, Summary, summary
from deploy.exercise.machines import NotHereError, Supervisor

PAGES = ("/", "/consultations", "/en/consultations", "/answering", "/static/app.css")
LOOKS_AGAIN = 3.0  # seconds until the proxy tries again who was away: fail_timeout, and a little
OPEN = """
SELECT d.slug FROM dossier d JOIN consultation c ON c.dossier_id = d.id
WHERE c.closed_at IS NULL AND c.closes_at > now() ORDER BY d.id LIMIT 1
"""


@dataclass(frozen=True)
class Blow:
    """What happens to the house, and what people are promised of it."""

    name: str
    strike: Callable[[House], None]


BLOWS = (
    Blow("nothing", lambda house: None),
    Blow("a web service is killed", lambda house: house.parts["web-1"].kill()),
    Blow("the other web service is killed", lambda house: house.parts["web-2"].kill()),
    Blow("both web services restart, one after the other", lambda house: _restart(house)),
    Blow("the worker is killed", lambda house: _kill_worker(house)),
    Blow("Redis is killed", lambda house: house.parts["redis"].kill()),
    Blow("the replica is killed", lambda house: house.parts["replica"].kill()),
    Blow("the primary database is killed", lambda house: house.parts["primary"].kill()),
    Blow("the proxy is killed", lambda house: house.parts["nginx"].kill()),
    Blow("the primary is lost for good, the replica promoted", lambda house: _fail_over(house)),
)


def _restart(house: House) -> None:
    """As `systemctl restart` does it: requests in flight end first."""
    for name in ("web-1", "web-2"):
        part = house.parts[name]
        former = part.process
        part.signal(signal.SIGTERM)
        while former is part.process or not part.ready():
            time.sleep(0.2)
        time.sleep(LOOKS_AGAIN)


def _kill_worker(house: House) -> None:
    """The one at work; the other stands by."""
    house.parts["worker"].kill()


def _fail_over(house: House) -> None:
    house.parts["primary"].lose()
    time.sleep(1)  # somebody, or a tool, has to see it
    house.promote()


def ask(house: House, statement: str) -> list[tuple[object, ...]]:
    """What the database that takes writes answers."""
    url = house.environ["DATABASE_URL"].replace("postgresql://gopy@/gopy?", "")
    words = dict(part.split("=", 1) for part in url.split("&") if not part.startswith("host="))
    hosts = f"127.0.0.1:{house.ports['primary']},127.0.0.1:{house.ports['replica']}"
    names, ports = zip(*(one.split(":") for one in hosts.split(",")), strict=True)
    with psycopg.connect(
        host=",".join(names), port=",".join(ports), user="gopy", dbname="gopy", **words
    ) as line:
        return line.execute(statement).fetchall()


def sealed(house: House) -> bool:
    """Whether the worker has sealed all that was committed."""
    [(waiting,)] = ask(house, "SELECT count(*) FROM ledger_entry WHERE seq IS NULL")
    return waiting == 0


def caught_up(house: House) -> None:
    """The worker has read all of the sample that was just made, or two minutes have passed."""
    until = time.monotonic() + 120
    address = f"http://127.0.0.1:{house.ports['web-1']}/health"
    while time.monotonic() < until:
        with urllib.request.urlopen(address, timeout=30) as answer:
            if json.load(answer)["lag_seconds"] < 1:
                return
        time.sleep(1)


def calm(house: House) -> None:
    """All that is to run does, or two minutes have passed: one blow at a time."""
    until = time.monotonic() + 120
    for part in house.parts.values():
        while part.wanted and not (part.alive() and part.ready()) and time.monotonic() < until:
            time.sleep(0.2)
    time.sleep(LOOKS_AGAIN)


def told(blow: Blow, what: Summary) -> str:
    """A row of the report."""
    wrong = ", ".join(f"{many} × {kind}" for kind, many in sorted(what.wrong.items())) or "none"
    return (
        f"| {blow.name} | {what.acts['read']} | {what.acts['comment']} | {wrong} "
        f"| {what.longest['read']:.1f} | {what.longest['comment']:.1f} |"
    )


def reckon(house: House, crowd: Crowd) -> int:
    """Every receipt has its comment, once; returns how many do not."""
    rows = ask(house, "SELECT body, receipt FROM comment WHERE body LIKE 'Ý kiến số %'")
    kept: dict[str, str] = {str(body): str(receipt) for body, receipt in rows}
    twice = [body for body, many in Counter(str(body) for body, _ in rows).items() if many > 1]
    lost = [words for words, receipt in crowd.receipts.items() if kept.get(words) != receipt]
    line = crowd.line()
    hidden = [
        one for one in crowd.receipts.values() if line.send("GET", f"/comments/{one}")[0] != 200
    ]
    print(
        f"\n{len(crowd.receipts)} receipts; {len(lost)} comments lost, {len(twice)} kept twice, "
        f"{len(hidden)} receipts not found, {len(crowd.unanswered)} authors without an answer."
    )
    return len(lost) + len(twice) + len(hidden)


def exercise(house: House, options: argparse.Namespace) -> int:
    house.build()
    caught_up(house)
    [(slug,)] = ask(house, OPEN)
    supervisor = Supervisor(list(house.parts.values()))
    supervisor.start()
    pages = (*PAGES, f"/consultations/{slug}", f"/consultations/{slug}/comments")
    crowd = Crowd(house.ports["https"], house.certificate, str(slug), pages)
    crowd.begin(options.readers, options.authors, options.pause)
    time.sleep(3)
    print("Longest: seconds without a page for anybody, without a receipt for anybody.\n")
    print("| what happens | reads | comments sent | went wrong | longest | longest |")
    print("|---|---|---|---|---|---|", flush=True)
    for blow in [one for one in BLOWS if options.only in one.name]:
        begun = time.monotonic()
        blow.strike(house)
        time.sleep(max(0.0, options.seconds - (time.monotonic() - begun)))
        print(told(blow, summary(crowd.seen, begun, time.monotonic())), flush=True)
        calm(house)
    crowd.end()
    until = time.monotonic() + 30
    while not sealed(house) and time.monotonic() < until:
        time.sleep(0.2)
    wrong = reckon(house, crowd) + (not sealed(house))
    print("the ledger is sealed to its end" if sealed(house) else "the ledger is NOT sealed")
    print("started: " + ", ".join(f"{p.name} {p.starts} ×" for p in house.parts.values()))
    supervisor.over.set()
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=12.0, help="after each blow")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--authors", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.15, help="of each after each act")
    parser.add_argument("--only", default="", help="blows that have this in their name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gopy-exercise-", dir="/tmp") as directory:
        try:
            house = House(Path(directory))
        except NotHereError as error:
            print(f"{error} is not installed on this machine.", file=sys.stderr)
            return 2
        try:
            return 1 if exercise(house, options) else 0
        finally:
            house.clear()


if __name__ == "__main__":
    os.environ.pop("CI", None)
    sys.exit(main())
