"""The outermost layer: each request has a number, is measured, and is answered whatever happens."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from app.web.locale import Wsgi
from app.web.logs import REQUESTS, request_number
from app.web.measures import Measures

KEY = "gopy.observed"
HEADER = "X-Request-ID"
LAST_WORDS = b"Something broke on our side. Try again in a minute.\n"

log = logging.getLogger(REQUESTS)
faults = logging.getLogger(__name__)


@dataclass
class Request:
    """What is known of a request outside of it; `endpoint` names the view and never a path."""

    number: str
    endpoint: str = "-"
    status: str = "000"


class Observed:
    """WSGI layer around all others; `measures` is None where nobody asked for figures."""

    def __init__(self, wsgi: Wsgi, measures: Measures | None) -> None:
        self.wsgi, self.measures = wsgi, measures

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        seen = environ[KEY] = Request(secrets.token_hex(8))
        began, before = time.perf_counter(), request_number.set(seen.number)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen.status = status[:3]
            return start_response(status, [*headers, (HEADER, seen.number)], exc_info)

        try:
            return self.wsgi(environ, start)
        except Exception:
            # no layer below has answered: neither silence nor the fault's own words go out
            faults.exception("a request was not answered")
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
            start("500 Internal Server Error", headers)
            return [LAST_WORDS]
        finally:
            self._note(environ["REQUEST_METHOD"], seen, time.perf_counter() - began)
            request_number.reset(before)

    def _note(self, method: str, seen: Request, seconds: float) -> None:
        if self.measures is not None:
            self.measures.count(seen.endpoint, method, seen.status, seconds)
        if log.isEnabledFor(logging.INFO):
            words = {"method": method[:10], "endpoint": seen.endpoint, "status": int(seen.status)}
            log.info("request", extra={**words, "ms": round(seconds * 1000, 1)})


def number() -> str:
    """The number of the request being answered, "" outside of the layer."""
    seen = request.environ.get(KEY)
    return seen.number if seen is not None else ""


def init_app(app: Flask) -> None:
    """The layer learns which view answered."""

    def name() -> None:
        if (seen := request.environ.get(KEY)) is not None:
            seen.endpoint = request.endpoint or "-"

    app.before_request_funcs.setdefault(None, []).insert(0, name)
