"""What was taken from the public's eyes: the list of it, and the page that stands in its place."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.approvals.models import Takedown
from app.documents import takedown as orders
from app.site import taken_down
from app.web import errors, pages
from app.web.guard import public

bp = Blueprint("takedowns", __name__)
TAKEN_DOWN = 451  # RFC 7725: unavailable for legal reasons


@bp.get("/takedowns")
@public
def listed() -> ResponseReturnValue:
    """Everything that was ever taken down: when, by whom, on which ground, and how it ended."""
    return pages.keep(
        render_template("site/takedowns.html", takedowns=orders.every(), **taken_down.words())
    )


@bp.app_errorhandler(404)
def _missing(error: HTTPException) -> ResponseReturnValue:
    """Where something was taken down a page says so; elsewhere there is no such page."""
    public_page = request.blueprint in PUBLIC and not g.get("desk")
    named = request.view_args or {}
    # PostgreSQL cannot even be asked for a name with NUL in it
    askable = public_page and not any("\0" in str(part) for part in named.values())
    found = taken_down.standing(named) if askable else None
    return tombstone(found) if found is not None else errors.http(error)


PUBLIC = frozenset({"site", "comments", "receipts", "moderation"})


def tombstone(takedown: Takedown) -> Response:
    """What may be said of it, with the status that RFC 7725 has for that."""
    page = render_template("site/tombstone.html", takedown=takedown, **taken_down.words())
    response = make_response(page, TAKEN_DOWN)
    response.headers["Cache-Control"] = "no-store"
    return response
