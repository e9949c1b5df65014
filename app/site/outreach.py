"""Public pages of outreach: corrections of a draft, and what was suggested for other laws."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.comments.models import CommentStatus
from app.documents.access import LARGEST_ID
from app.documents.citation import citation
from app.documents.models import DraftVersion
from app.extensions import db
from app.kit import clock
from app.outreach import lists as registers
from app.outreach.words import SETTLEMENTS
from app.site import draft as draft_pages
from app.site import heads, lists
from app.site.public import bp
from app.translations.read import titles
from app.web import pages
from app.web.guard import public


@bp.get("/consultations/<slug>/corrections")
@public
def corrections(slug: str) -> ResponseReturnValue:
    """What was wrongly said of a draft, with the provision that says otherwise."""
    head = heads.find(slug) or abort(404)
    found = registers.corrections(head.id, public=True)
    numbers = dict(
        db.session.execute(
            select(DraftVersion.id, DraftVersion.number).where(
                DraftVersion.id.in_({one.version_id for one in found})
            )
        ).all()
    )
    rows = [
        (
            one,
            url_for("site.version", slug=slug, number=numbers[one.version_id], _anchor=one.anchor),
            citation(one.anchor),
        )
        for one in found
    ]
    words = draft_pages.frame(head, clock.now())
    return pages.keep(render_template("site/corrections.html", **words, rows=rows))


@bp.get("/suggestions")
@public
def suggestions() -> ResponseReturnValue:
    """What comments ask of other laws, whom it was sent to, and what came of it."""
    asked = request.args.get("before")
    try:
        before = lists.number(asked, LARGEST_ID) if asked is not None else None
    except ValueError:
        abort(404)
    found, onward = registers.suggestions(before)
    called = titles({row.dossier_id: (row.title, row.title_en) for row in found})
    rows = [
        (
            row.ReformSuggestion,
            url_for(
                "site.comments",
                slug=row.slug,
                round=row.round,
                before=row.ReformSuggestion.comment_id + 1,
                _anchor=f"comment-{row.ReformSuggestion.comment_id}",
            )
            if row.status == CommentStatus.PUBLISHED
            else None,
            called[row.dossier_id],
        )
        for row in found
    ]
    html = render_template(
        "site/suggestions.html",
        rows=rows,
        onward=onward,
        paged=before is not None,
        settlements=SETTLEMENTS,
    )
    return pages.keep(html)
