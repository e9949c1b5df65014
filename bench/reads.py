"""CPU per request of pages and of one comment, each beside hello-world in the same round."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote, urljoin

from bench.client import BenchBroken, Visitor
from bench.door import enter
from bench.processes import Web
from bench.ratios import Figure, interleave, ratio

RESOURCE = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>')
IN_STYLE = re.compile(r"url\(([^)]+)\)")
# a browser takes one icon (the SVG), and the Apple one only when pinned to a home screen
LATER = re.compile(r'rel="(?:apple-touch-icon|canonical|alternate)"|favicon\.ico')
KILOBYTE = 1000

COMMENT = (
    "Tôi đề nghị ghi rõ thời hạn trả lời và nơi nhận hồ sơ, vì nhà tôi ở xa trụ sở xã; mỗi lần đi "
    "mất nửa ngày. Nếu nộp được ở nhà văn hóa thôn thì bà con đỡ vất vả hơn nhiều."
)


@dataclass(frozen=True)
class Furnished:
    """What the made portal holds, as `bench.furnish` tells it."""

    slug: str
    moderator: str
    password: str
    search: str
    law: str  # the Civil Code, 689 articles
    imported: float  # seconds from its file to its rows
    compared: str  # a dossier of 120 articles in two versions

    @property
    def draft(self) -> str:
        return f"/consultations/{self.slug}"

    @property
    def form(self) -> str:
        return f"{self.draft}/comment?at=dieu-3.khoan-1"


@dataclass(frozen=True)
class Load:
    """How often each thing is done: requests a round for quick and for slow ones, rounds."""

    rounds: int
    quick: int
    slow: int


def sign_in(port: int, made: Furnished) -> Visitor:
    """A moderator at the desk."""
    return enter(Visitor(port), made.moderator, made.password)


class Author:
    """Somebody who opened the form once and sends it again and again, as new comments."""

    def __init__(self, port: int, made: Furnished, name: str) -> None:
        self.visitor, self.path = Visitor(port), made.form
        self.fields = self.visitor.hidden(made.form)
        self.keys = (f"{name}-{n}".ljust(22, "_")[-22:] for n in count())

    def send(self) -> str:
        """Another comment is kept; the address of its receipt."""
        answer = self.visitor.post(
            self.path,
            {
                **self.fields,
                "key": next(self.keys),
                "body": COMMENT,
                "commenter_kind": "individual",
            },
        )
        return answer.headers["location"]


def per_request(web: Web, act: Callable[[], object], times: int) -> float:
    """CPU milliseconds of the server for each `act`."""
    before = web.cpu()
    for _ in range(times):
        act()
    return (web.cpu() - before) / times * 1000


def pages(hello: Web, portal: Web, made: Furnished, load: Load) -> list[Figure]:
    """P1 to P4 and the list pages, in rounds that go through all of them."""
    greeter, reader = Visitor(hello.port), Visitor(portal.port)
    moderator, author = sign_in(portal.port, made), Author(portal.port, made, "reads")
    numbers = count(1)

    def fresh(path: str) -> Callable[[], object]:
        # an address that no cache has seen: the process is warm, the page is not
        joint = "&" if "?" in path else "?"
        return lambda: reader.ask(f"{path}{joint}fresh={next(numbers)}")

    search = f"/search?q={quote(made.search)}"
    quick = {
        "hello": (hello, lambda: greeter.ask("/")),
        "warm br": (portal, lambda: reader.ask(made.draft)),
        "warm gzip": (portal, lambda: reader.ask(made.draft, "gzip")),
        "warm home": (portal, lambda: reader.ask("/")),
        "warm law": (portal, lambda: reader.ask(f"/consultations/{made.law}")),
    }
    slow = {
        "cold draft": (portal, fresh(made.draft)),
        "list": (portal, fresh("/consultations")),
        "comments": (portal, fresh(f"{made.draft}/comments")),
        "queue": (portal, lambda: moderator.ask("/desk/moderation")),
        "search": (portal, lambda: reader.ask(search)),
        "form": (portal, lambda: reader.ask(made.form)),
        "post": (portal, author.send),
    }

    def measured(web: Web, act: Callable[[], object], times: int) -> Callable[[], float]:
        act()  # the first of a kind fills caches of the process
        return lambda: per_request(web, act, times)

    subjects = {name: measured(*what, load.quick) for name, what in quick.items()}
    subjects |= {name: measured(*what, load.slow) for name, what in slow.items()}
    found = interleave(subjects, load.rounds)

    def over_hello(
        number: str, measure: str, name: str, target: float | None, remark: str = ""
    ) -> Figure:
        spent = sorted(found[name])[len(found[name]) // 2]
        remark = f"{spent:.2f} ms CPU" + (f"; {remark}" if remark else "")
        return Figure(number, measure, ratio(found[name], found["hello"]), target, remark=remark)

    size = len(reader.ask(made.draft, "identity").body) / KILOBYTE
    return [
        over_hello("", "hello-world in the same gunicorn", "hello", None),
        over_hello("P1", "warm draft page, br", "warm br", 1.25, f"{size:.0f} KB of HTML"),
        over_hello("P1", "warm draft page, gzip", "warm gzip", 1.25),
        over_hello("P1", "warm home page, br", "warm home", 1.25),
        over_hello("P1", "warm Civil Code, 689 articles, br", "warm law", 1.25),
        over_hello("P2", "cold draft page", "cold draft", 20),
        over_hello("P3", "/consultations, rendered", "list", 15),
        over_hello("P3", "all comments of a draft, rendered", "comments", 15),
        over_hello("P3", "/desk/moderation, signed in", "queue", 15),
        over_hello("P3", "/search?q=…", "search", 15),
        over_hello("", "comment form, GET", "form", None),
        over_hello("P4", "comment POST", "post", 12),
    ]


def texts(portal: Web, made: Furnished) -> list[Figure]:
    """What a long text takes the first time; `portal` has not compared anything yet."""
    begun = time.monotonic()
    Visitor(portal.port).ask(f"/consultations/{made.compared}/compare?from=1&to=2")
    compared = time.monotonic() - begun
    return [
        Figure("", "Civil Code, from its file to its rows", made.imported, 5, "s"),
        Figure("", "120 articles compared, first time in a process", compared, 2, "s"),
    ]


def weights(port: int, made: Furnished) -> list[Figure]:
    """P10: what a browser loads on its first visit, as sent."""
    return [
        Figure("P10", f"first load, {name}", _weight(port, path) / KILOBYTE, target, "KB")
        for name, path, target in (
            ("home", "/", 60),
            ("comment form", made.form, 60),
            ("list of drafts", "/consultations", 60),
            ("draft page", made.draft, 100),
            ("Civil Code", f"/consultations/{made.law}", 100),
        )
    ]


def _weight(port: int, path: str) -> int:
    """Bytes of the page and of everything it names, fonts of the style sheet included."""
    visitor = Visitor(port)
    page = visitor.ask(path)
    waiting = [
        urljoin(path, found[1])
        for found in RESOURCE.finditer(page.text())
        if not LATER.search(found[0])
    ]
    total, seen = len(page.body), set[str]()
    while waiting:
        address = waiting.pop()
        if address.partition("?")[0] in seen:
            continue
        seen.add(address.partition("?")[0])
        if not address.startswith("/"):
            raise BenchBroken(f"{path} loads {address} from another place")
        answer = visitor.ask(address)
        total += len(answer.body)
        if ".css" in address:
            named = IN_STYLE.findall(answer.text())
            waiting += [urljoin(address, url.strip("'\"")) for url in named if "data:" not in url]
    return total
