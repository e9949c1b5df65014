"""Public pages, kept whole: made once for an address and a revision, then served from memory."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import brotli
from flask import Response, make_response, request

from app.kit import clock
from app.web import notices
from app.web.locale import Wsgi, current
from app.web.observed import KEY as OBSERVED

TICKET = "gopy.ticket"
WHOLE_PORTAL = 0
MAX_BYTES = 24 * 1024 * 1024
# more would take longer than rendering the page
QUALITY = 4
OVERHEAD = 2048  # of a page beside its bodies: headers, key, objects
# How old the known revision may be: a change shows at most this long after it was read
ASK_EVERY = 0.3
# How long a reader waits for the answer, and when the database counts as silent, in seconds
WAIT, SLOW = 1.0, 1.0
# What a browser or proxy must do before showing its own copy
CACHE_CONTROL = "public, max-age=0, must-revalidate"

# How long a page is shown after the database has answered last, in seconds
OLDEST = 24 * 3600.0
# Every page has these words ready, unseen: when they are needed nothing can be asked for any more
UNMARKED, MARKED = (b'class="notice" id="old" hidden', b'class="notice" id="old"')

StartResponse = Callable[..., Any]


@dataclass
class Ticket:
    """What the view says of the page it made; `seen` was the newest revision before it looked."""

    seen: int
    kept: bool = False
    scope: int = WHOLE_PORTAL
    until: float | None = None
    endpoint: str = "-"


@dataclass(frozen=True)
class Page:
    status: str
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]
    etag: str
    scope: int
    seen: int
    until: float | None
    endpoint: str = "-"
    size: int = field(default=0)


def keep(
    html: str, *, consultation_id: int | None = None, until: datetime | None = None
) -> Response:
    """The page may be served again until a fact touches its consultation, or `until` comes."""
    response = make_response(html)
    ticket = request.environ.get(TICKET)
    until = min(filter(None, (until, notices.board().until())), default=None)
    if ticket is not None:
        ticket.kept, ticket.endpoint = True, request.endpoint or "-"
        ticket.scope = WHOLE_PORTAL if consultation_id is None else consultation_id
        ticket.until = until.timestamp() if until is not None else None
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["gopy.kept"] = "1"
    return response


class Revisions:
    """The newest sealed fact per consultation, asked from the database a few times a second.

    `ask(after)` gives the (consultation id, seq) pairs above `after`; when the database does not
    answer, what was known stays known, so published drafts can still be read.
    """

    def __init__(self, ask: Callable[[int], Iterable[tuple[int, int]]]) -> None:
        self.ask = ask
        self.head = 0
        self.known: dict[int, int] = {}
        self.asked = float("-inf")
        self.began = float("inf")  # while nothing is asked
        # when the database answered last
        self.answered = clock.now().timestamp()
        self.silent = False
        self.lock = threading.Lock()

    def refresh(self) -> int:
        """The newest known revision of the whole portal, at most ASK_EVERY seconds old.

        Asked on a thread of its own: a database that is slow, locked or frozen holds up nobody
        who reads what is known already.
        """
        if time.monotonic() - self.asked >= ASK_EVERY and self.lock.acquire(blocking=False):
            self.began = time.monotonic()
            asking = threading.Thread(target=self._ask, daemon=True)
            asking.start()
            asking.join(WAIT)
        return self.head

    def _ask(self) -> None:
        try:
            self.known.update(self.ask(self.head))
            self.head = self.known.get(WHOLE_PORTAL, 0)
            self.answered = clock.now().timestamp()
            self.silent = self._late()
        except Exception:  # any driver's error means the same: what is new is not known now
            self.silent = True
        finally:
            self.asked, self.began = time.monotonic(), float("inf")
            self.lock.release()

    def _late(self) -> bool:
        """Whether the question under way has waited too long."""
        return time.monotonic() - self.began > SLOW

    def of(self, scope: int) -> int:
        return self.known.get(scope, 0)

    def age(self) -> float | None:
        """For how many seconds the database has not answered in time; None while it does."""
        silent = self.silent or self._late()
        return clock.now().timestamp() - self.answered if silent else None


class PageCache:
    """WSGI layer that answers with a kept page while nothing it shows has changed."""

    def __init__(self, wsgi: Wsgi, revisions: Revisions) -> None:
        self.wsgi = wsgi
        self.revisions = revisions
        self.pages: OrderedDict[str, Page] = OrderedDict()
        self.bytes = 0
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.wsgi(environ, start_response)
        seen = self.revisions.refresh()
        key = _key(environ)
        page = self.pages.get(key)
        age = self.revisions.age()
        if page is not None and age is not None and age < OLDEST:
            return _serve(_marked(page), environ, start_response)
        if page is not None and age is None and self._fresh(page):
            return _serve(page, environ, start_response)
        return self._make(key, seen, environ, start_response)

    def _fresh(self, page: Page) -> bool:
        return self.revisions.of(page.scope) <= page.seen and (
            page.until is None or clock.now().timestamp() < page.until
        )

    def _make(
        self, key: str, seen: int, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        ticket = environ[TICKET] = Ticket(seen)
        caught: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            caught[:] = [status, headers, exc_info]

        # a question for the headers alone is answered from the same page as the page itself
        head = environ["REQUEST_METHOD"] == "HEAD"
        body = self.wsgi({**environ, "REQUEST_METHOD": "GET"} if head else environ, catch)
        status, headers, exc_info = caught
        kept = ticket.kept and status.startswith("200")
        if not kept:
            headers = [pair for pair in headers if pair[0] != "gopy.kept"]
            start_response(status, headers, exc_info)
            if not head:
                return body
        whole = b"".join(body) if kept else b""
        if hasattr(body, "close"):
            body.close()
        if not kept:
            return []
        page = _page(status, headers, whole, ticket, _accepted(environ) or "br")
        self._store(key, page)
        return _serve(page, environ, start_response)

    def _store(self, key: str, page: Page) -> None:
        with self.lock:
            old = self.pages.pop(key, None)
            self.bytes += page.size - (old.size if old else 0)
            self.pages[key] = page
            while self.bytes > MAX_BYTES and self.pages:
                _, oldest = self.pages.popitem(last=False)
                self.bytes -= oldest.size


def _key(environ: dict[str, Any]) -> str:
    """All that a page may depend on; a proxy's headers can move the prefix and the scheme."""
    address = f"{environ.get('SCRIPT_NAME')}{environ['PATH_INFO']}?{environ.get('QUERY_STRING')}"
    return f"{environ.get('wsgi.url_scheme')} {current().code} {address}"


def _marked(page: Page) -> Page:
    """The page as it was known last, which says so, and which nobody is to keep."""
    plain = _body(page, "").replace(UNMARKED, MARKED, 1)
    headers = [pair for pair in page.headers if pair[0] != "Cache-Control"]
    return replace(
        page,
        headers=[*headers, ("Cache-Control", "no-store")],
        bodies={"": plain, "gzip": _pack(plain, "gzip"), "br": _pack(plain, "br")},
        etag=f"{page.etag}-old",
    )


def _page(
    status: str, headers: list[tuple[str, str]], body: bytes, ticket: Ticket, encoding: str
) -> Page:
    dropped = {"content-length", "gopy.kept", "set-cookie", "vary", "etag"}
    packed = _pack(body, encoding)
    return Page(
        status=status,
        headers=[pair for pair in headers if pair[0].lower() not in dropped],
        bodies={encoding: packed},
        etag=hashlib.sha256(body).hexdigest()[:24],
        scope=ticket.scope,
        seen=ticket.seen,
        until=ticket.until,
        endpoint=ticket.endpoint,
        size=2 * len(packed) + OVERHEAD,  # room for the other packing
    )


def _pack(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    return brotli.compress(body, quality=QUALITY)


def _body(page: Page, encoding: str) -> bytes:
    """The page in that encoding, "" for plain; only packed copies stay in memory."""
    if encoding in page.bodies:
        return page.bodies[encoding]
    br = page.bodies.get("br")
    plain = gzip.decompress(page.bodies["gzip"]) if br is None else brotli.decompress(br)
    if not encoding:
        return plain
    page.bodies[encoding] = _pack(plain, encoding)
    return page.bodies[encoding]


def _accepted(environ: dict[str, Any]) -> str:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""


def _serve(page: Page, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    if (seen := environ.get(OBSERVED)) is not None:
        seen.endpoint = page.endpoint
    encoding = _accepted(environ)
    etag = f'"{page.etag}{"-" + encoding if encoding else ""}"'
    headers = [*page.headers, ("ETag", etag), ("Vary", "Accept-Encoding")]
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [h for h in headers if h[0] != "Content-Type"])
        return []
    body = _body(page, encoding)
    if encoding:
        headers.append(("Content-Encoding", encoding))
    headers.append(("Content-Length", str(len(body))))
    start_response(page.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
