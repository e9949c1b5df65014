"""`python -m bench.hostile`: every hostile input, in every place it can come to, in a real browser.

Each round gives every cell of the database that holds words a few hundred inputs, other ones in
each row of a table and each round, and opens one address of each door as a stranger, an officer of
every role and citizens. A number behind each input tells in which places (element or attribute) of
which page the browser had it. What is given to keep is opened in every way, and every letter is
written. Fails when anything ran, loaded, or came to be an element, or when a door answered 500.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import sync_playwright
from werkzeug.test import TestResponse

from app import create_app
from app.accounts import officer_sessions, passwords
from app.accounts.models import Officer, Role
from app.config import MailServer, Settings, Tls, TranslationServer
from app.consultations.rules import seed
from app.extensions import db
from app.kit import clock
from app.kit.sealing import new_key
from app.operations.backup import SHELVES
from app.search import entries
from app.work import loop
from bench.hostile_firefox import Firefox
from tests import page_client
from tests.conftest import directories, forget_pages
from tests.factories import LIGHT, World
from tests.hostile import sending
from tests.hostile.inputs import inputs
from tests.hostile.leaving import letters, look, look_at_letter
from tests.hostile.oracles import PLACES, Watched
from tests.hostile.places import places
from tests.hostile.poison import Poison, poison, unguarded
from tests.house.test_doors import LivedIn
from tests.journeys.chromium import find_chromium
from tests.page_client import PageClient

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
REDIRECTS = (204, 301, 302, 303, 308)
ROWS = 37  # rounds overlap little, in tables of a few rows and of dozens
Shown = defaultdict[tuple[str, str], set[int]]


Opens = Callable[[Callable[[str], TestResponse]], AbstractContextManager[Any]]


def portal(directory: Path) -> Flask:
    """A portal of its own on SQLite, migrated, with the rules of law."""
    app = create_app(
        Settings(
            secret_key="bench " * 10,
            database_url=f"sqlite:///{directory / 'gopy.sqlite3'}",
            instance_dir=directory,
            identity_keys=(new_key(),),
            log_key=new_key(),
            public_url="http://127.0.0.1:8000",
            testing=True,
        )
    )
    app.test_client_class = PageClient
    with app.app_context():
        upgrade()
        seed()
        db.session.commit()
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        mail=MailServer("127.0.0.1", 9, Tls.OFF),
        mail_from="no-reply@example.vn",
        translator=TranslationServer("http://127.0.0.1:9"),
    )
    return app


class ByRow(Poison):
    """Each row of a table has the next inputs, in all its cells, begun at another in each."""

    def __init__(self, every: Sequence[str], at_once: int, turn: int) -> None:
        super().__init__(iter(()), at_once)
        self.every, self.turn = every, turn

    def begin(self, row: int) -> None:
        start = (self.turn * ROWS + row) * self.at_once
        found = [self.every[n % len(self.every)] for n in range(start, start + self.at_once)]
        self.texts = cycle(found)

    def next(self) -> str:
        said = super().next()
        next(self.texts)
        return said


class Little:
    """Instead of a portal in which everything has happened: one draft, with ten comments."""

    def __init__(self, world: World, drain: Callable[[], None]) -> None:
        self.open = world.consultation()
        self.everyone = world.officer(self.open.dossier.agency, *Role)
        made = [world.comment(self.open, f"Nước sạch, số {n}.") for n in range(10)]
        for comment in made[:9]:
            world.publish(comment, self.everyone)
        self.receipts = [comment.receipt for comment in made]
        self.citizens: list[tuple[PageClient, list[str]]] = []
        db.session.commit()
        drain()

    def starts(self) -> list[str]:
        """Where people come in from outside."""
        return ["/", "/search", f"/comments/{self.receipts[0]}"]

    def sign_in(self, app: Flask, officer: Officer) -> PageClient:
        """A browser of that officer."""
        client = app.test_client()
        assert isinstance(client, PageClient)
        assert client.sign_in(officer.email).status_code == 303
        return client


class Once:
    """A client whose last answer is shown as it came, without asking for it again."""

    def __init__(self, client: PageClient) -> None:
        self.client, self.last = client, dict[str, TestResponse]()

    def get(self, path: str) -> TestResponse:
        answer = self.client.get(path)
        answer.get_data()
        self.last = {path: answer}
        return answer

    def ask(self, path: str) -> TestResponse:
        return self.last.get(path) or self.client.get(path)


class Drill:
    """A portal in which everything has happened, and what was seen of it so far."""

    def __init__(self, app: Flask, opens: Opens, lived: LivedIn | Little) -> None:
        self.app, self.opens, self.lived = app, opens, lived
        stranger = app.test_client()
        assert isinstance(stranger, PageClient)
        officer = self.lived.sign_in(app, self.lived.everyone)
        starts = [*self.lived.starts(), "/search?q=script", "/search/feed?q=script"]
        self.people = [(stranger, starts), (officer, [*starts, "/desk"]), *self.lived.citizens]
        self.known: set[str] = set()
        self.shown: Shown = defaultdict(set)
        self.renderings, self.files, self.letters = 0, 0, 0
        self.wrong: list[str] = []
        self.slow: Counter[str] = Counter()
        unguarded()

    def round(self, given: Poison, *, keep: bool) -> None:
        """Each cell held its inputs, and every door was opened; `keep`: files and letters too."""
        poison(given, lambda _table, _column: False)
        entries.rebuild()
        for name in SHELVES:  # a file that was made is not made again
            shutil.rmtree(directories(self.app)[1] / name, ignore_errors=True)
        forget_pages(self.app)
        self.known.clear()
        for client, starts in self.people:
            self._walk(Once(client), starts, keep=keep)
        if keep:
            with self.opens(self.people[0][0].get) as window:
                for letter in letters(clock.now()):
                    self.letters += 1
                    look_at_letter(window, letter, given.next(), clock.now())
                    self._seen(window, f"letter {letter.key.split(':')[-2]}")
                self.wrong += window.told

    def _walk(self, client: Once, starts: list[str], *, keep: bool) -> None:
        adapter = self.app.url_map.bind("localhost")
        with self.opens(client.ask) as window:
            for place in places(client, adapter, starts, each=1):  # type: ignore[arg-type]
                if place.status >= 500:
                    self.wrong.append(f"500: {place.path}")
                # a page of the public is one for all, whoever looks at it
                if place.status in REDIRECTS or place.endpoint in self.known:
                    continue
                self.known.add(place.endpoint)
                begun = time.monotonic()
                if not place.attached:
                    window.open(place.path)
                    self._seen(window, place.endpoint)
                kept = keep and place.media_type != "text/html"
                if kept and (shown := look(window, place.path, client.ask(place.path))):
                    self.files += shown
                    self._seen(window, f"{place.endpoint}, kept")
                self.slow[place.endpoint] += round(time.monotonic() - begun)
            self.wrong += window.told

    def _seen(self, window: Any, where: str) -> None:
        found: dict[str, list[int]] = window.evaluate(PLACES)
        for kind, numbers in found.items():
            self.shown[where, kind] |= set(numbers)
            self.renderings += len(numbers)

    def report(self, at_all: int, seconds: float) -> None:
        """The table is printed: kinds of places, and how many inputs each had."""
        kinds: Shown = defaultdict(set)
        for (_, kind), numbers in self.shown.items():
            kinds["", kind] |= numbers
        for (_, kind), numbers in sorted(kinds.items(), key=lambda pair: -len(pair[1])):
            pages = sum(1 for _, other in self.shown if other == kind)
            print(f"| {kind} | {pages} | {len(numbers):,} |")
        everywhere = set[int]().union(*self.shown.values())
        doors = {where for where, _ in self.shown}
        whole = sum(len(numbers) >= at_all for numbers in self.shown.values())
        print(f"\n{at_all:,} inputs given, {len(everywhere):,} seen by the browser;")
        print(f"{len(self.shown):,} places of {len(doors)} pages, files and letters,")
        print(f"{whole:,} of the places had every one; {len(kinds)} kinds of place;")
        print(
            f"{self.renderings:,} renderings; {self.files:,} views of files, {self.letters} letters"
        )
        print("slowest:", self.slow.most_common(8))
        print(f"{seconds:.0f} s; wrong: {len(self.wrong)}")
        print("\n".join(self.wrong[:40]), flush=True)


def typed(drill: Drill, begin: int, end: int) -> list[str]:
    """What was wrong with how the form of a comment and the search took these inputs."""
    client = drill.app.test_client()
    assert isinstance(client, PageClient)
    path = f"/consultations/{drill.lived.open.dossier.slug}/comment?at=dieu-1"
    token, wrong = client.token(path), list[str]()
    tries: list[Callable[[str], Iterator[str]]] = [
        *(
            lambda one, field=field: sending.comment(client, path, token, one, field)
            for field in ("body", "display_name")
        ),
        partial(sending.search, client),
    ]
    for one in inputs()[begin:end]:
        for attempt in tries:
            wrong += [f"{one.text[:80]!r}: {what}" for what in attempt(one.text)]
    print(f"{end - begin:,} inputs through 3 forms; wrong: {len(wrong)}")
    print("\n".join(wrong[:40]), flush=True)
    return wrong


def main() -> None:
    """The rounds are over and the table is printed; exit status 1 when anything came of one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--at-once", type=int, default=500, help="inputs in each cell")
    asked.add_argument("--little", action="store_true", help=Little.__doc__)
    asked.add_argument("--rounds", type=int, default=4)
    asked.add_argument("--first", type=int, default=0, help="number of the first round")
    asked.add_argument("--begin", type=int, default=0)
    asked.add_argument("--end", type=int, default=len(inputs()))
    asked.add_argument("--keep", type=int, default=2, help="rounds with files and letters")
    asked.add_argument("--browser", choices=["chromium", "firefox", "none"], default="chromium")
    ways = asked.parse_args()
    begun = time.monotonic()
    passwords._hasher = LIGHT
    officer_sessions.IDLE_ADMIN = officer_sessions.ABSOLUTE
    every = [f"{one.text} §{number}§" for number, one in enumerate(inputs())]
    every = every[ways.begin : ways.end]
    random.Random(1).shuffle(every)
    page_client.check_page = lambda html: None  # the browser looks at them
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
        app = portal(Path(folder))
        opens: Opens = partial(Watched, browser)
        if ways.browser == "firefox":
            opens = partial(Firefox, Path(folder) / "firefox")
        with app.app_context():
            kind = Little if ways.little else LivedIn
            drill = Drill(app, opens, kind(World(), loop.drain))
            if ways.browser == "none":
                sys.exit(bool(typed(drill, ways.begin, ways.end)))
            try:
                for turn in range(ways.rounds):
                    keep = ways.browser == "chromium" and turn < ways.keep
                    drill.round(ByRow(every, ways.at_once, ways.first + turn), keep=keep)
                    print(f"round {turn + 1} of {ways.rounds}", flush=True)
            finally:  # whoever interrupts a long drill still hears what it saw
                drill.report(len(every), time.monotonic() - begun)
        browser.close()
    sys.exit(bool(drill.wrong))


if __name__ == "__main__":
    main()
