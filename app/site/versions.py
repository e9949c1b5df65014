"""Public pages of the posted versions of a draft: each one, its files, and what changed."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.documents.access import LARGEST_ID
from app.documents.exports import FORMATS, shelf
from app.documents.exports.tracked import to_tracked
from app.documents.models import DraftVersion
from app.documents.versions import posted
from app.kit import clock
from app.site import compare as comparison
from app.site import draft as draft_pages
from app.site import heads, lists
from app.site import version as version_page
from app.site.compare import View
from app.site.heads import AnyRow
from app.site.public import bp
from app.site.words import COMPARE_VIEWS
from app.web import pages
from app.web.filters import day
from app.web.guard import public

FIRST = 1


def _number(name: str, default: int | None = None) -> int | None:
    raw = request.args.get(name)
    if raw is None:
        return default
    try:
        return lists.number(raw, LARGEST_ID)
    except ValueError:
        abort(404)


def _found(slug: str, number: int) -> tuple[AnyRow, DraftVersion]:
    head = heads.find(slug) or abort(404)
    return head, version_page.find(head.id, number) or abort(404)


def _sent(path: Path, media_type: str, name: str) -> Response:
    """The file, named by what it holds: whoever has it need not load it again."""
    data = path.read_bytes()
    response = send_file(
        io.BytesIO(data),
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=hashlib.sha256(data).hexdigest(),
        max_age=0,
    )
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    response.headers["Content-Type"] = media_type  # to the letter, without a second charset
    return response


@bp.get("/consultations/<slug>/versions/<int:number>")
@public
def version(slug: str, number: int) -> ResponseReturnValue:
    """One posted text of the draft, and what can be taken away of it."""
    head, found = _found(slug, number)
    now = clock.now()
    words = draft_pages.frame(head, now) | version_page.page(head, found)
    html = render_template("site/version.html", **words)
    until = heads.stale_at(now, head.closes_at)
    return pages.keep(html, consultation_id=head.consultation_id, until=until)


@bp.get("/consultations/<slug>/versions/<int:number>.<form>")
@public
def export(slug: str, number: int, form: str) -> ResponseReturnValue:
    """One posted text of the draft as a file."""
    head, found = _found(slug, number)
    if form not in FORMATS:
        abort(404)
    path = shelf.kept(found, form, version_page.address(slug, number))
    return _sent(path, FORMATS[form].media_type, f"{head.slug}-{number}.{form}")


def _two(slug: str) -> tuple[AnyRow, DraftVersion, DraftVersion]:
    """The two versions that the address names, in whatever order."""
    head = heads.find(slug) or abort(404)
    named = _number("from"), _number("to")
    found = version_page.chosen(posted(head.id), *named) or abort(404)
    return head, *found


@bp.get("/consultations/<slug>/compare")
@public
def compare(slug: str) -> ResponseReturnValue:
    """What changed between two versions."""
    head, older, newer = _two(slug)
    asked = request.args.get("view", View.INLINE.value)
    if asked not in set(View):
        abort(404)
    if older.number > newer.number:
        here: dict[str, Any] = {**request.args, "from": newer.number, "to": older.number}
        return redirect(url_for("site.compare", slug=slug, **here), 303)
    whole = request.args.get("all") == "1"
    part = _number("part", FIRST) or 0
    words = comparison.page(head, older, newer, part=part, whole=whole) or abort(404)
    html = render_template(
        "site/compare.html",
        **draft_pages.frame(head, clock.now()),
        **words,
        view=View(asked),
        views=COMPARE_VIEWS,
        versions=posted(head.id),
    )
    # comments on an earlier version belong to the period it was posted for
    alone = older.id == head.version_id
    return pages.keep(html, consultation_id=head.consultation_id if alone else None)


@bp.get("/consultations/<slug>/compare.docx")
@public
def changes(slug: str) -> ResponseReturnValue:
    """What changed between two versions, as tracked changes for Word."""
    head, older, newer = _two(slug)
    if older.number > newer.number:
        older, newer = newer, older
    found = comparison.changes(older, newer)
    header = _(
        "Changes from draft %(old)d (%(old_day)s) to draft %(new)d (%(new_day)s)",
        old=older.number,
        old_day=day(older.posted_at),
        new=newer.number,
        new_day=day(newer.posted_at),
    )
    path = shelf.kept_changes(
        older,
        newer,
        header,
        lambda: to_tracked(found, header, lambda entry: comparison.note(found, entry)),
    )
    name = f"{head.slug}-{older.number}-{newer.number}.docx"
    return _sent(path, FORMATS["docx"].media_type, name)
