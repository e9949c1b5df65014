"""Door of feeds."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.http import http_date

from app.alerts.described import known
from app.alerts.feed import MEDIA_TYPE, feed
from app.alerts.public import bp
from app.kit import clock
from app.search.asked import read
from app.search.engine import IndexUnavailable
from app.web import pages
from app.web.guard import public

# the index follows a fact a moment after pages may be made anew
KEPT = timedelta(seconds=5)
RETRY_AFTER = "60"


@bp.get("/search/feed", endpoint="feed")
@public
def atom() -> ResponseReturnValue:
    """The newest that a search finds, for feed readers."""
    try:
        data, updated = feed(known(read(request.args)))
    except IndexUnavailable:
        response = make_response(_("The index cannot be read right now."), 503)
        response.headers["Retry-After"] = RETRY_AFTER
        response.mimetype = "text/plain"
        return response
    response = pages.keep(data.decode(), until=clock.now() + KEPT)
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Last-Modified"] = http_date(updated)
    return response
