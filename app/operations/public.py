"""The public door of operations: whom to write to about a hole."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, current_app
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.kit import clock
from app.operations.desk import bp
from app.web.guard import public

HOLDS = timedelta(days=300)  # RFC 9116, 2.5.5: less than a year


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """Where to report a hole (RFC 9116); no page while nobody is named."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.security_contact:
        abort(404)
    until = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0) + HOLDS
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
