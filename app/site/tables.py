"""The public downloads of the table of opinions and answers."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations.models import Consultation
from app.documents.access import LARGEST_ID
from app.extensions import db
from app.kit import clock
from app.responses.tables import FORMATS, shelf
from app.site import heads, lists
from app.site.heads import AnyRow
from app.site.public import bp
from app.web import pages
from app.web.guard import public

RETRY_SECONDS = 30


def address(head: AnyRow) -> str:
    """The absolute address of the page of answers, the same whoever asks."""
    base: str = current_app.extensions["settings"].public_url
    path = url_for("site.answers", slug=head.slug, **heads.here(head))
    return base + path.removeprefix(request.script_root)


@bp.get("/consultations/<slug>/answers.<form>")
@public
def answers_table(slug: str, form: str) -> ResponseReturnValue:
    """The table of all that was said and answered, as a file."""
    head = _head(slug)
    found = db.session.get(Consultation, head.consultation_id)
    if form not in FORMATS or found is None:
        abort(404)
    try:
        path = shelf.kept(found, form, address(head), clock.now())
    except shelf.BusyError:
        words = {
            "heading": _("The table is being written"),
            "advice": _("It is a large one, and others asked for it too. Try again in a minute."),
        }
        page = render_template("site/error.html", code=503, **words)
        return page, 503, {"Retry-After": str(RETRY_SECONDS)}
    if request.if_none_match.contains(path.stem):
        return _sent(Response(status=304), path, form)  # without opening the file
    name = f"{head.slug}-{head.round}.{form}"
    return _sent(send_file(path, as_attachment=True, download_name=name, etag=False), path, form)


def _head(slug: str) -> AnyRow:
    raw = request.args.get("round")
    try:
        head = heads.find(slug, None if raw is None else lists.number(raw, LARGEST_ID))
    except ValueError:
        abort(404)
    if head is None or head.consultation_id is None:
        abort(404)
    return head


def _sent(response: Response, path: Path, form: str) -> Response:
    """The file, named by what it holds: whoever has it need not load it again."""
    response.set_etag(path.stem)
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    # to the letter, without a second charset
    response.headers["Content-Type"] = FORMATS[form].media_type
    return response
