"""Public pages that show several rooms at once."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.documents import files
from app.documents.access import LARGEST_ID
from app.kit import clock
from app.responses.models import Disposition
from app.site import agencies, comparing, heads, life, lists, narrowing
from app.site import answers as answer_pages
from app.site import article as article_pages
from app.site import deadline as deadline_pages
from app.site import draft as draft_pages
from app.site import health as health_report
from app.site import terms as explained
from app.site.heads import AnyRow
from app.site.words import VIEWS
from app.web import pages
from app.web.guard import public
from app.web.uploads import served_as

bp = Blueprint("site", __name__)

LARGEST_COMMENT = 2**63 - 1


def _key(name: str, largest: int) -> int | None:
    """A paging key of the address, None when there is none; a forged one is no page."""
    raw = request.args.get(name)
    if raw is None:
        return None
    try:
        return lists.number(raw, largest)
    except ValueError:
        abort(404)


def _head(slug: str) -> AnyRow:
    """The dossier of a draft that is or was open for comments; `round` names an earlier period."""
    head = heads.find(slug, _key("round", LARGEST_ID))
    if head is None or head.consultation_id is None:
        abort(404)
    return head


def _keep(html: str, head: AnyRow) -> Response:
    until = heads.stale_at(clock.now(), head.closes_at)
    # what happens later to the dossier is recorded under its last period
    alone = head.version_id is not None and head.rounds == head.round
    consultation_id = head.consultation_id if alone else None
    return pages.keep(html, consultation_id=consultation_id, until=until)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """What is open now, what was answered, what is proposed."""
    now = clock.now()
    front = lists.front_page(now)
    html = render_template(
        "site/home.html",
        figures=lists.figures(now),
        topics=narrowing.topics(),
        open=heads.cards(front.open, now),
        closed=heads.cards(front.closed, now),
        proposals=heads.cards(front.proposals, now),
    )
    return pages.keep(html, until=heads.stale_at(now, *(row.closes_at for row in front.open)))


@bp.get("/consultations")
@public
def consultations() -> ResponseReturnValue:
    """All dossiers, or those in one state, of one topic, territory or agency."""
    now = clock.now()
    after = request.args.get("after", "")
    try:
        view = lists.View(request.args.get("state", ""))
        wanted = narrowing.chosen(request.args)
        found = lists.listing(view, after, now, wanted.conditions())
    except ValueError:
        abort(404)
    cards = heads.cards(found.rows, now)
    words = {"view": view, "views": VIEWS, "cards": cards, "after": found.after, "paged": after}
    html = render_template("site/consultations.html", **words, **narrowing.words(wanted))
    return pages.keep(html, until=heads.stale_at(now, *(row.closes_at for row in found.rows)))


@bp.get("/consultations/<slug>")
@public
def draft(slug: str) -> ResponseReturnValue:
    """One draft: everything said of it in one place."""
    head = heads.find(slug, _key("round", LARGEST_ID)) or abort(404)
    if "round" in request.args and head.consultation_id is None:
        abort(404)
    return _keep(render_template("site/draft.html", **draft_pages.page(head, clock.now())), head)


@bp.get("/consultations/<slug>/deadline")
@public
def deadline(slug: str) -> ResponseReturnValue:
    """When comments end, in whatever time zone the reader chooses."""
    head, now, zone = _head(slug), clock.now(), request.args.get("zone", "")
    try:
        words = deadline_pages.page(head, zone, now)
    except deadline_pages.UnknownZoneError:
        words = {**deadline_pages.frame(head, now), "unknown": zone}
        return render_template("site/deadline.html", **words), 400
    return _keep(render_template("site/deadline.html", **words), head)


@bp.get("/consultations/<slug>/deadline.ics")
@public
def deadline_calendar(slug: str) -> ResponseReturnValue:
    """The end of the period for the reader's own calendar."""
    response = Response(deadline_pages.file(_head(slug)), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    return response


@bp.get("/consultations/<slug>/articles/<anchor>")
@public
def article(slug: str, anchor: str) -> ResponseReturnValue:
    """One article with what was said of it."""
    head = _head(slug)
    words = article_pages.page(head, anchor, clock.now()) or abort(404)
    return _keep(render_template("site/article.html", **words), head)


@bp.get("/consultations/<slug>/comments")
@public
def comments(slug: str) -> ResponseReturnValue:
    """All published comments, newest first."""
    head = _head(slug)
    before, at = _key("before", LARGEST_COMMENT), request.args.get("at", "")
    words = article_pages.comments(head, clock.now(), before, at) or abort(404)
    return _keep(render_template("site/comments.html", **words), head)


@bp.get("/consultations/<slug>/answers")
@public
def answers(slug: str) -> ResponseReturnValue:
    """What the agency accepted, what it did not, and why."""
    head = _head(slug)
    kind = request.args.get("kind")
    if kind is not None and kind not in set(Disposition):
        abort(404)
    chosen = Disposition(kind) if kind is not None else None
    words = answer_pages.page(head, clock.now(), _key("before", LARGEST_ID), chosen)
    return _keep(render_template("site/answers.html", **words), head)


@bp.get("/consultations/<slug>/comparison")
@public
def comparison(slug: str) -> ResponseReturnValue:
    """What the draft does to the law in force, row by row."""
    head = _head(slug)
    rows = comparing.rows(head)
    if not rows:
        abort(404)
    words = draft_pages.frame(head, clock.now())
    return _keep(render_template("site/comparison.html", **words, rows=rows), head)


@bp.get("/consultations/<slug>/files")
@public
def documents(slug: str) -> ResponseReturnValue:
    """Every file of a dossier: the drafts and what was posted beside them, with what each says."""
    head = heads.find(slug) or abort(404)
    words = draft_pages.frame(head, clock.now())
    beside, drafts = life.files(head.id), life.originals(head.id)
    return _keep(render_template("site/files.html", **words, files=beside, originals=drafts), head)


@bp.get("/consultations/<slug>/files/<name>")
@public
def original(slug: str, name: str) -> ResponseReturnValue:
    """The file that the agency posted, byte for byte."""
    head = heads.find(slug) or abort(404)
    found = life.file_named(head.id, name)
    if found is None or not files.path(found.sha256).is_file():
        abort(404)
    response = send_file(
        files.path(found.sha256),
        mimetype=served_as(found.media_type),
        as_attachment=True,
        download_name=found.name,
        etag=found.sha256,
        max_age=0,
    )
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    return response


@bp.get("/agencies/<slug>")
@public
def agency(slug: str) -> ResponseReturnValue:
    """One agency and its drafts."""
    try:
        words = agencies.page(slug, request.args.get("after", ""), clock.now()) or abort(404)
    except ValueError:
        abort(404)
    return pages.keep(render_template("site/agency.html", **words), until=words["until"])


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    """How the portal works."""
    return pages.keep(render_template("site/about.html"))


@bp.get("/terms")
@public
def terms() -> ResponseReturnValue:
    """Words of the law in plain words."""
    return pages.keep(render_template("site/terms.html", entries=explained.every()))


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """What was done so that everyone can use the portal, and what is missing."""
    return pages.keep(render_template("site/accessibility.html"))


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Which personal data are kept, why, and who can see them."""
    return pages.keep(render_template("site/privacy.html"))


@bp.get("/style")
@public
def style() -> ResponseReturnValue:
    """Every component of the look on one page."""
    return pages.keep(render_template("site/style.html"))


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """How the portal is, for machines."""
    words, reachable = health_report.report(clock.now())
    response = jsonify(words)
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if reachable else 503
