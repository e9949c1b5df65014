"""What went wrong, in the reader's language, with a way on."""

from __future__ import annotations

import time
from contextlib import suppress
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.web import observed
from app.web.guard import SAFE

WORDS = {
    400: (
        _l("The request could not be read"),
        _l("Go back, check what was entered and send it again."),
    ),
    403: (
        _l("This page is not open to you"),
        _l("Your roles do not cover it. If they should, ask the administrator of your agency."),
    ),
    404: (
        _l("There is no such page"),
        _l(
            "The address may have been copied incompletely. "
            "Use the search or start from the list of drafts."
        ),
    ),
    405: (
        _l("This address does not take that kind of request"),
        _l("Start again from the list of drafts."),
    ),
    409: (
        _l("Somebody was faster"),
        _l("The record changed meanwhile. Load the page again to see it as it is now."),
    ),
    413: (_l("What was sent is too large"), _l("Send a smaller file or a shorter text.")),
    429: (_l("Too many requests"), _l("Wait a minute and try again.")),
    451: (
        _l("Taken from public view"),
        _l("Somebody with the power to do so had it taken down. The list of takedowns says why."),
    ),
    500: (
        _l("Something broke on our side"),
        _l("It was written down. Nothing that was already saved is lost; try again in a minute."),
    ),
    503: (
        _l("The portal cannot save anything right now"),
        _l("Drafts can still be read. Keep your text and send it again in a few minutes."),
    ),
}
TOKEN = (
    _l("The form was open too long"),
    _l("Go back, load the page again and send the form once more. Nothing was recorded."),
)


# A browser that cannot send to the end does not read the answer: so much of what is too large is
# still taken from the line, and forgotten, that a page can say so.
DRAIN = 128 * 1024 * 1024
CHUNK = 64 * 1024
DRAIN_FOR = 60.0  # seconds
RETRY_AFTER = "30"  # seconds


def drain() -> None:
    """What was still on its way has arrived, up to DRAIN bytes, and is forgotten.

    No thread waits for what says it is longer, for a line gone silent, or for long.
    """
    source, left, until = request.environ["wsgi.input"], DRAIN, time.monotonic() + DRAIN_FOR
    if (request.content_length or 0) > DRAIN:
        return
    with suppress(OSError):
        while left > 0 and time.monotonic() < until and (chunk := source.read(CHUNK)):
            left -= len(chunk)


def _render(code: int, words: tuple[object, object]) -> Response:
    heading, advice = words
    g.desk = False  # the page asks for no officer: the database may be what is broken
    response = make_response(
        render_template(
            "site/error.html", code=code, heading=heading, advice=advice, number=observed.number()
        ),
        code,
    )
    response.headers["Cache-Control"] = "no-store"
    if code == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def http(error: HTTPException) -> ResponseReturnValue:
    """The page that says what the status means."""
    code = error.code or 500
    if code == 413:
        drain()
    if error.response is not None or code < 400:
        return error.get_response()
    if code == 404 and request.method in SAFE and request.path.strip("/") != request.path[1:]:
        # copied with a slash too many; stripped on both sides, so it never names another host
        query = request.query_string.decode("ascii", "replace")
        path = quote(request.path.strip("/")) + (f"?{query}" if query else "")
        return redirect(f"{request.script_root}/{path}", 308)
    response = _render(code, WORDS.get(code, WORDS[400 if code < 500 else 500]))
    if code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _token(_error: CSRFError) -> Response:
    return _render(400, TOKEN)


def unexpected(error: Exception) -> Response:
    """A page that says what can be done, and the fault in the log."""
    # not the path: receipts and keys stand in paths
    current_app.logger.exception("unexpected error at %s", request.endpoint)
    code = 503 if isinstance(error, OperationalError) else 500
    return _render(code, WORDS[code])


def init_app(app: Flask) -> None:
    """Every error of a request becomes a page with the right status."""
    app.register_error_handler(CSRFError, _token)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)
