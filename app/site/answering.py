"""Doors of the clock in public: what agencies owe, and the rows to check it by."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.documents.access import LARGEST_ID
from app.kit import clock
from app.site import heads, lists, open_data, owed
from app.site.public import bp
from app.web import pages
from app.web.guard import public


def _csv(lines: Iterator[str], name: str) -> Response:
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    return response


@bp.get("/answering")
@public
def answering() -> ResponseReturnValue:
    """How far each agency is with answering, and which answers are overdue."""
    now = clock.now()
    html = render_template("site/answering.html", **owed.page(now))
    return pages.keep(html, until=heads.stale_at(now))


@bp.get("/answering.csv")
@public
def answering_data() -> ResponseReturnValue:
    """The same as a table: one row for each closed comment period."""
    return _csv(open_data.periods(clock.now()), "answering")


@bp.get("/consultations/<slug>/comments.csv")
@public
def comments_data(slug: str) -> ResponseReturnValue:
    """One row for each public comment of a comment period: when it was answered, and how."""
    asked = request.args.get("round")
    try:
        number = lists.number(asked, LARGEST_ID) if asked is not None else None
    except ValueError:
        abort(404)
    head = heads.find(slug, number)
    if head is None or head.consultation_id is None:
        abort(404)
    return _csv(open_data.comments(head), f"{head.slug}-{head.round}-comments")
