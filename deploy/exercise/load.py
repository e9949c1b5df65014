"""Readers and authors at the door, who do what people do when a page does not come: try again."""

from __future__ import annotations

import html
import http.client
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
RECEIPT = re.compile(r"GY(-[0-9A-Z]{6}){3}")
PATIENCE = 15.0
AGAIN_AFTER = 0.5  # seconds until somebody presses the button again
GIVE_UP_AFTER = 60.0


@dataclass(frozen=True)
class Seen:
    """What one request saw: when it was sent, what it was, its status (0: no answer), how long."""

    at: float
    what: str
    status: int
    took: float

    @property
    def good(self) -> bool:
        return 0 < self.status < 400


class Line:
    """A browser's connection, with its cookies; with a certificate it is encrypted."""

    def __init__(self, port: int, certificate: Path | None) -> None:
        self.line: http.client.HTTPConnection
        if certificate is None:
            self.line = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
        else:
            trust = ssl.create_default_context(cafile=str(certificate))
            self.line = http.client.HTTPSConnection(
                "localhost", port, timeout=PATIENCE, context=trust
            )
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """Status, address it leads to, and text; status 0 when no answer came."""
        headers = {"Accept-Language": "vi"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            scheme = "https" if isinstance(self.line, http.client.HTTPSConnection) else "http"
            headers["Referer"] = f"{scheme}://localhost:{self.line.port}{path}"
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.line.close()
            return 0, "", ""
        for line in answer.headers.get_all("set-cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("location") or "", text


class Crowd:
    """Readers and authors at work until `stop`; all that they saw, and every receipt they got."""

    def __init__(
        self, port: int, certificate: Path | None, slug: str, pages: Sequence[str] = ()
    ) -> None:
        self.port, self.certificate, self.pages = port, certificate, pages
        self.form = f"/consultations/{slug}/comment"
        self.seen: list[Seen] = []
        self.receipts: dict[str, str] = {}  # the comment's own words to its receipt
        self.unanswered: list[str] = []
        self.bare: list[str] = []  # refused with a page that did not give the words back
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []
        self.numbers = count(1)

    def begin(self, readers: int, authors: int, pause: float) -> None:
        """So many readers and authors act, each with a pause after every act."""
        work = [(self._read, n) for n in range(readers)] + [
            (self._write, n) for n in range(authors)
        ]
        for act, n in work:
            thread = threading.Thread(target=act, args=(n, pause), daemon=True)
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Everybody has gone home; authors have waited for their receipt."""
        self.over.set()
        for thread in self.threads:
            thread.join(GIVE_UP_AFTER + PATIENCE)

    def line(self) -> Line:
        return Line(self.port, self.certificate)

    def _note(self, what: str, begun: float, status: int) -> None:
        self.seen.append(Seen(begun, what, status, time.monotonic() - begun))

    def _read(self, n: int, pause: float) -> None:
        line = self.line()
        for turn in count(n):
            if self.over.wait(pause):
                return
            begun = time.monotonic()
            status, _to, _text = line.send("GET", self.pages[turn % len(self.pages)])
            self._note("read", begun, status)

    def _write(self, _n: int, pause: float) -> None:
        line, fields = self.line(), dict[str, str]()
        while not self.over.wait(pause * 4):
            while not fields and not self.over.wait(AGAIN_AFTER):
                begun = time.monotonic()
                status, _to, text = line.send("GET", self.form)
                self._note("form", begun, status)
                fields = hidden(text) if status == 200 else {}
            if fields:
                self._comment(line, fields)

    def _comment(self, line: Line, fields: dict[str, str]) -> None:
        """One comment, pressed again with the same number until there is a receipt."""
        number = next(self.numbers)
        words = f"Ý kiến số {number}, mã {code(number)}, gửi trong lúc từng máy chủ bị dừng."
        typed = {"key": f"exercise-{number}".ljust(22, "_"), "body": words}
        body = urlencode({**fields, **typed, "commenter_kind": "individual"})
        until = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < until:
            begun = time.monotonic()
            status, to, text = line.send("POST", self.form, body)
            self._note("comment", begun, status)
            if status == 503 and words not in text:
                self.bare.append(words)
            if status == 303 and (found := RECEIPT.search(to)):
                self.receipts[words] = found[0]
                return
            time.sleep(AGAIN_AFTER)
        self.unanswered.append(words)


def hidden(text: str) -> dict[str, str]:
    found = {}
    for tag in INPUT.findall(text):
        name, value = NAME.search(tag), VALUE.search(tag)
        if 'type="hidden"' in tag and name and value:
            found[name[1]] = html.unescape(value[1])
    return found if "csrf_token" in found else {}


def code(number: int) -> str:
    """A word that stands in the comment of that number alone, for search to find."""
    return f"zk{number:06d}x"


@dataclass(frozen=True)
class Summary:
    """What the people of a while saw: how many acts, what went wrong, the longest time without."""

    acts: Counter[str]
    wrong: Counter[str]
    longest: dict[str, float]


def summary(seen: Sequence[Seen], begun: float, ended: float) -> Summary:
    """Of what was sent from `begun` to `ended` (seconds of the monotonic clock)."""
    ours = [one for one in seen if begun <= one.at < ended]
    wrong = Counter(f"{one.what} {one.status or 'no answer'}" for one in ours if not one.good)
    longest = {}
    for what in ("read", "comment"):
        good = [begun, *sorted(one.at + one.took for one in ours if one.what == what and one.good)]
        ends = [*good[1:], ended]
        longest[what] = max((b - a for a, b in zip(good, ends, strict=True)), default=0.0)
    return Summary(Counter(one.what for one in ours), wrong, longest)
