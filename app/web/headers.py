"""Headers that every response carries."""

from __future__ import annotations

import brotli
from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
COMPRESS_FROM = 1024


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if g.get("desk") or g.get("private"):
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _compress(response: Response) -> Response:
    """Pages that are not kept are compressed lightly on their way out."""
    if (
        response.direct_passthrough
        or response.content_encoding
        or response.mimetype != "text/html"
        or "br" not in request.headers.get("Accept-Encoding", "")
        or "gopy.kept" in response.headers
    ):
        return response
    body = response.get_data()
    if len(body) >= COMPRESS_FROM:
        response.set_data(brotli.compress(body, quality=4))
        response.content_encoding = "br"
        response.vary.add("Accept-Encoding")
    return response


def private() -> None:
    """The page being made is for one reader: nothing on the way may keep it."""
    g.private = True


def init_app(app: Flask) -> None:
    """Every response is secured, and compressed unless the page cache does that."""
    app.after_request(_compress)
    app.after_request(_secure)
