"""`python -m bench.hostile`: every hostile input, in every place it can come to, in a real browser.

Each round gives every cell of the database that holds words a few hundred inputs, other ones each
time, and opens one address of each door as a stranger and one as an officer of every role. Fails
when anything ran, loaded, or came to be an element, or when a door answered 500.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from app.accounts import passwords
from app.config import MailServer, Settings, Tls, TranslationServer
from app.consultations.rules import seed
from app.extensions import db
from app.kit.sealing import new_key
from app.search import entries
from app.work import loop
from tests.conftest import forget_pages
from tests.factories import LIGHT, World
from tests.hostile.inputs import inputs
from tests.hostile.oracles import Watched
from tests.hostile.places import places
from tests.hostile.poison import Poison, poison, unguarded
from tests.house.test_doors import LivedIn
from tests.journeys.chromium import find_chromium
from tests.page_client import PageClient

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NUMBER = re.compile(r"§(\d+)§")
REDIRECTS = (204, 301, 302, 303, 308)


@dataclass
class Shown:
    """What one door showed: addresses opened, inputs by number, what the oracles told, 500s."""

    opened: int = 0
    inputs: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def numbered(chance: random.Random) -> Iterator[str]:
    """All inputs in any order, over and over, each with its number behind it."""
    every = [f"{one.text} §{number}§" for number, one in enumerate(inputs())]
    while True:
        chance.shuffle(every)
        yield from every


def portal(directory: Path) -> Flask:
    """A portal of its own on SQLite, migrated, with the rules of law."""
    app = create_app(
        Settings(
            secret_key="bench " * 10,
            database_url=f"sqlite:///{directory / 'gopy.sqlite3'}",
            instance_dir=directory,
            identity_keys=(new_key(),),
            public_url="http://127.0.0.1:8000",
            testing=True,
        )
    )
    app.test_client_class = PageClient
    with app.app_context():
        upgrade()
        seed()
        db.session.commit()
    return app


def open_all(
    app: Flask, browser: Browser, client: PageClient, starts: list[str], told: dict[str, Shown]
) -> None:
    """One address of each door that these starts lead to was opened and looked over."""
    with Watched(browser, client.get) as window:
        window.page.set_default_timeout(180_000)
        for place in places(client, app.url_map.bind("localhost"), starts, each=1):
            shown = told[place.endpoint]
            shown.opened += 1
            if place.status >= 500:
                shown.broken.append(place.path)
            said = client.get(place.path)
            shown.inputs |= {
                int(n) for n in NUMBER.findall(said.get_data().decode(errors="replace"))
            }
            said.close()
            if not place.attached and place.status not in REDIRECTS:
                window.open(place.path)
            shown.told += window.told
            window.told.clear()


def report(told: dict[str, Shown], at_all: int, seconds: float) -> int:
    """The table is printed; returns how much of it is wrong."""
    print("| door | opened | inputs shown | ran or made | 500 |\n|---|---:|---:|---:|---:|")
    for name, one in sorted(told.items(), key=lambda pair: -len(pair[1].inputs)):
        row = (one.opened, len(one.inputs), len(one.told), len(one.broken))
        print(f"| {name} | " + " | ".join(f"{number:,}" for number in row) + " |")
    wrong = [what for one in told.values() for what in (*one.told, *one.broken)]
    everywhere = set[int]().union(*(one.inputs for one in told.values()))
    opened = sum(one.opened for one in told.values())
    shown = sum(len(one.inputs) for one in told.values())
    print(
        f"\n{at_all:,} inputs, {len(everywhere):,} of them shown, {shown:,} times in another place;"
    )
    print(f"{len(told)} doors, {opened:,} answers, {seconds:.0f} s; wrong: {len(wrong)}")
    print("\n".join(wrong[:40]), flush=True)
    return len(wrong)


def main() -> None:
    """The rounds are over and the table is printed; exit status 1 when anything came of one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--at-once", type=int, default=100, help="inputs in each cell")
    ways = asked.parse_args()
    wrong, begun, told = 0, time.monotonic(), defaultdict[str, Shown](Shown)
    passwords._hasher = LIGHT
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
        app = portal(Path(folder))
        with app.app_context():
            app.extensions["settings"] = replace(
                app.extensions["settings"],
                mail=MailServer("127.0.0.1", 9, Tls.OFF),
                mail_from="no-reply@example.vn",
                translator=TranslationServer("http://127.0.0.1:9"),
            )
            lived = LivedIn(World(), loop.drain)
            officer = lived.sign_in(app, lived.everyone)
            stranger = app.test_client()
            assert isinstance(stranger, PageClient)
            unguarded()
            for turn in range(ways.rounds):
                texts = numbered(random.Random(turn))
                given = Poison(texts, ways.at_once)
                reached = poison(given, lambda _table, _column: False)
                if not turn:  # what is found again holds the inputs of the first round
                    entries.rebuild()
                forget_pages(app)
                print(
                    f"round {turn + 1}: {given.cells:,} cells, {len(reached)} columns", flush=True
                )
                starts = [*lived.starts(), "/search?q=script", "/search/feed?q=script"]
                open_all(app, browser, stranger, starts, told)
                open_all(app, browser, officer, [*starts, "/desk"], told)
                wrong = report(told, len(inputs()), time.monotonic() - begun)
        browser.close()
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
