"""A visitor who keeps the line open: the standard library's HTTP client, cookies and forms."""

from __future__ import annotations

import html
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import brotli

HIDDEN = re.compile(r"<input[^>]*>")
NAME = re.compile(r'\bname="([^"]*)"')
VALUE = re.compile(r'\bvalue="([^"]*)"')
PATIENCE = 30
# gunicorn closes a line that was idle for 2 s, perhaps while we are about to use it
IDLE = 1


class BenchBroken(Exception):  # noqa: N818 - the bench, not the portal, has failed
    """Raised when the portal answers what cannot be measured."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def text(self) -> str:
        """The page, unpacked."""
        packed = self.headers.get("content-encoding") == "br"
        return (brotli.decompress(self.body) if packed else self.body).decode()


class Visitor:
    """One connection to 127.0.0.1:`port`, with the cookies of one browser."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}
        self.used = time.monotonic()

    def close(self) -> None:
        self.line.close()

    def ask(self, path: str, encoding: str = "br", wanted: int = 200) -> Answer:
        """The page at `path`; raises BenchBroken when its status is not the one wanted."""
        return self._send("GET", path, None, {"Accept-Encoding": encoding}, wanted)

    def post(self, path: str, data: Mapping[str, str], wanted: int = 303) -> Answer:
        """What the portal says to a sent form; raises BenchBroken as `ask`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "br"}
        return self._send("POST", path, urlencode(data), headers, wanted)

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the forms at `path`, its token among them."""
        found = {}
        for tag in HIDDEN.findall(self.ask(path).text()):
            name, value = NAME.search(tag), VALUE.search(tag)
            if 'type="hidden"' in tag and name and value:
                found[name[1]] = html.unescape(value[1])
        if "csrf_token" not in found:
            raise BenchBroken(f"no form at {path}")
        return found

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str], wanted: int
    ) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self.used > IDLE:
            self.line.close()  # the next request opens it again
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        data = answer.read()
        self.used = time.monotonic()
        if answer.status != wanted:
            raise BenchBroken(f"{method} {path} answered {answer.status}, not {wanted}")
        for line in answer.headers.get_all("set-cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, data)
