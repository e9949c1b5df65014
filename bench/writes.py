"""Durable comments per second against bare durable inserts, and how soon a decision shows."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

import psycopg

from bench.client import BenchBroken, Visitor
from bench.processes import Web
from bench.ratios import Figure, interleave, ratio
from bench.reads import COMMENT, Author, Furnished, sign_in

CLIENTS = 8
PATIENCE = 15


@dataclass(frozen=True)
class Client:
    """One of several at work at once: what it does again and again, and how it goes."""

    act: Callable[[], object]
    close: Callable[[], object]


def together(make: Callable[[], Client], seconds: float) -> tuple[int, float]:
    """How many acts CLIENTS at once have done, each on a line of its own, and in what time."""
    clients = [make() for _ in range(CLIENTS)]
    done, failed = [0] * CLIENTS, list[Exception]()
    begin, stop = threading.Barrier(CLIENTS + 1), threading.Event()

    def run(n: int) -> None:
        begin.wait()
        try:
            while not stop.is_set():
                clients[n].act()
                done[n] += 1
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    begin.wait()
    started = time.monotonic()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    for client in clients:
        client.close()
    if failed:
        raise BenchBroken(f"a client failed: {failed[0]!r}") from failed[0]
    return sum(done), took


def sqlite_client(file: Path) -> Client:
    """Commits rows of a comment's length with the durability that the portal asks for."""
    line = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    line.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT)")

    def insert() -> None:
        line.execute("BEGIN IMMEDIATE")
        line.execute("INSERT INTO bare (body) VALUES (?)", (COMMENT,))
        line.execute("COMMIT")

    return Client(insert, line.close)


def postgres_client(address: str) -> Client:
    """The same on PostgreSQL."""
    line = psycopg.connect(address, autocommit=True)
    statement = "INSERT INTO bare (body) VALUES (%s)"
    return Client(lambda: line.execute(statement, (COMMENT,)), line.close)


def make_bare(address: str) -> None:
    """The bare table exists; raises BenchBroken when this PostgreSQL would not survive a crash."""
    with closing(psycopg.connect(address, autocommit=True)) as line:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            row = line.execute(f"SHOW {name}").fetchone()
            if row is None or row[0] != "on":
                raise BenchBroken(f"PostgreSQL runs with {name} {row and row[0]}")
        line.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, body text)")


@dataclass(frozen=True)
class Contest:
    """P5 on one database: the portal's comments against bare inserts."""

    name: str
    target: float
    bare: Callable[[], Client]
    portal: Web
    made: Furnished

    def held(self, rounds: int, seconds: float) -> Figure:
        """Comments per second through the portal ÷ bare inserts per second."""
        numbers, spent = count(), list[float]()

        def author() -> Client:
            one = Author(self.portal.port, self.made, f"{self.name}{next(numbers)}")
            return Client(one.send, one.visitor.close)

        def bare() -> float:
            done, took = together(self.bare, seconds)
            return done / took

        def portal() -> float:
            before = self.portal.cpu()
            done, took = together(author, seconds)
            spent.append((self.portal.cpu() - before) / done * 1000)
            return done / took

        portal()  # every worker process has taken a comment before the clock starts
        found = interleave({"bare": bare, "portal": portal}, rounds)
        rates = f"{median(found['portal']):.0f}/s ÷ {median(found['bare']):.0f}/s"
        return Figure(
            "P5",
            f"durable comments ÷ bare inserts, {self.name}",
            ratio(found["portal"], found["bare"]),
            self.target,
            at_least=True,
            remark=f"{rates}; {median(spent):.1f} ms CPU of the web each",
        )


def shows(portal: Web, made: Furnished, times: int) -> Figure:
    """P7: seconds from sending a moderator's decision until every line shows the comment."""
    author, moderator = Author(portal.port, made, "shows"), sign_in(portal.port, made)
    readers = [Visitor(portal.port) for _ in range(CLIENTS)]
    waits = []
    for _ in range(times):
        number = _sent(author)
        path = f"/desk/moderation/{number}"
        moderator.post(f"{path}/lease", moderator.hidden(path))
        fields = moderator.hidden(path)
        mark, waiting = f'id="comment-{number}"', readers
        begun = time.monotonic()
        moderator.post(path, {**fields, "outcome": "publish"})
        while waiting:
            waiting = [reader for reader in waiting if mark not in reader.ask(made.draft).text()]
            if time.monotonic() - begun > PATIENCE:
                raise BenchBroken(f"the published comment {number} does not show")
            time.sleep(0.01)
        waits.append(time.monotonic() - begun)
    remark = f"slowest of {times}; median {median(waits):.2f} s"
    return Figure(
        "P7", "decision until the public page shows it", max(waits), 1, "s", remark=remark
    )


def _sent(author: Author) -> int:
    """The number of a comment just sent, as its receipt tells it."""
    page = author.visitor.ask(author.send()).text()
    number = re.search(r">GY-(\d+)<", page)
    if number is None:
        raise BenchBroken("the receipt shows no number")
    return int(number[1])
