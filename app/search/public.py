"""Door of search."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.kit.text import clean_line
from app.search.document import Kind
from app.search.engine import IndexUnavailable
from app.search.entries import find
from app.search.facets import Facet
from app.search.finding import Hit, Results, Window
from app.web.guard import public
from app.web.locale import current

bp = Blueprint("search", __name__)

PAGE = 10
LAST_PAGE = 50
MAX_SHOWN = 300
KINDS = {
    Kind.PROVISION: _l("Provisions"),
    Kind.COMMENT: _l("Comments"),
    Kind.ANSWER: _l("Answers"),
    Kind.CONSULTATION: _l("Drafts and proposals"),
}
ONE = {
    Kind.PROVISION: _l("Provision"),
    Kind.COMMENT: _l("Comment"),
    Kind.ANSWER: _l("Answer"),
    Kind.CONSULTATION: _l("Draft"),
    Kind.FILE: _l("File"),
    Kind.CORRECTION: _l("Correction"),
    Kind.SUGGESTION: _l("Suggestion"),
}


@bp.get("/search")
@public
def page() -> ResponseReturnValue:
    """What answers the words, exact accents first."""
    words = clean_line(request.args.get("q", ""))
    kind = request.args.get("kind", "")
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    chosen = {Facet.KIND: frozenset({kind})} if kind in set(Kind) else {}
    found, broken = None, False
    try:
        if words:
            found = find(words, chosen=chosen, window=Window(PAGE, (number - 1) * PAGE))
    except IndexUnavailable:
        broken = True
    context = _context(words, kind if chosen else "", number, found)
    return make_response(
        render_template("search/page.html", broken=broken, **context), 503 if broken else 200
    )


def _context(words: str, kind: str, number: int, found: Results | None) -> dict[str, Any]:
    def address(**changes: Any) -> str:
        query = {"q": words[:MAX_SHOWN], "kind": kind or None, "page": None, **changes}
        return url_for("search.page", **query)

    total = found.total if found else 0
    more = found is not None and number * PAGE < total and number < LAST_PAGE
    tabs = []
    if found is not None:
        counts = found.values[Facet.KIND]
        everything = sum(counts.values())
        tabs = [(address(kind=None), _("Everything"), everything, not kind)]
        tabs += [
            (address(kind=k.value), label, counts.get(k, 0), kind == k)
            for k, label in KINDS.items()
        ]
    return {
        "words": words[:MAX_SHOWN],
        "kind": kind,
        "asked": found is not None,
        "total": total,
        "hits": [_shown(hit) for hit in _still_public(found.hits)] if found else [],
        "tabs": tabs,
        "newer": address(page=number - 1) if number > 1 else None,
        "older": address(page=number + 1) if more else None,
    }


def _still_public(hits: tuple[Hit, ...]) -> list[Hit]:
    """The index follows within a second; a comment withdrawn this instant is not shown either."""
    ids = {hit.key: int(hit.key.split(":")[1]) for hit in hits if hit.kind is Kind.COMMENT}
    if not ids:
        return list(hits)
    shown = set(
        db.session.scalars(
            select(Comment.id).where(
                Comment.id.in_(ids.values()), Comment.status == CommentStatus.PUBLISHED.value
            )
        )
    )
    return [hit for hit in hits if hit.key not in ids or ids[hit.key] in shown]


def _among(page: str, word: str, key: str, slug: str, period: object) -> str:
    """The page of a list that begins with the thing found."""
    number = int(key.split(":")[1])
    return url_for(page, slug=slug, round=period, before=number + 1, _anchor=f"{word}-{number}")


def _shown(hit: Hit) -> dict[str, Any]:
    stored = hit.stored
    slug, anchor = str(stored["slug"]), str(stored["anchor"])
    period = stored.get("round") or None
    match hit.kind:
        case Kind.CONSULTATION:
            url = url_for("site.draft", slug=slug)
        case Kind.PROVISION:
            url = url_for("site.article", slug=slug, anchor=anchor, round=period)
        case Kind.COMMENT:
            url = _among("site.comments", "comment", hit.key, slug, period)
        case _:
            url = _among("site.answers", "answer", hit.key, slug, period)
    english = current().code == "en" and stored.get("draft_en")
    draft = str(english or stored["draft"])
    name = stored.get("who") or (_("Anonymous") if hit.kind is Kind.COMMENT else "")
    return {
        "url": url,
        "title": draft if hit.kind is Kind.CONSULTATION and english else hit.title or draft,
        "kind": ONE[hit.kind],
        "where": " · ".join(filter(None, (str(name), draft if hit.title else ""))),
        "at": hit.at,
        "snippet": hit.passage,
        "lang": hit.language,
    }
