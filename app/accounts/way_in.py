"""The way in that all doors of staff share: half of it, the whole of it, and where it leads."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request, session, url_for
from werkzeug.exceptions import HTTPException

from app.accounts import sign_in as signing
from app.accounts import typed_late
from app.accounts.models import Officer
from app.accounts.session import enter
from app.extensions import sealer
from app.kit import clock

# a sign-in between password and second factor, sealed: the browser that carries it cannot read it
HALF = "half"


def carry_half(officer: Officer | None) -> None:
    """The browser carries the first half of a sign-in, as long for nobody as for anybody."""
    session[HALF] = sealer().seal(signing.Half.of(officer, clock.now()).written())


def let_in(officer: Officer, otherwise: str = "") -> str:
    """The officer is signed in; the address of what was being written, or was asked for.

    `otherwise` is where the way leads instead of the address's own `next`. The caller commits.
    """
    signing.forgive(officer)
    waiting = typed_late.newest(officer, clock.now())
    enter(officer)
    return url_for("accounts.typed") if waiting is not None else otherwise or way_on()


def way_on(otherwise: str = "desk.home") -> str:
    """The page asked for before, if it is one of ours to read; `otherwise` if not."""
    wanted = request.args.get("next", "")
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    adapter = current_app.create_url_adapter(request)
    try:
        if ours and wanted.isprintable() and adapter is not None:
            adapter.match(urlsplit(wanted).path, method="GET")
            return request.script_root + wanted
    except (HTTPException, ValueError):
        pass  # not an address of ours, or one that cannot be read
    return url_for(otherwise)
