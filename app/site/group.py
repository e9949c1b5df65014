"""Public page of a group: every public comment that says the same, and how many people said it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups import reading
from app.groups.models import CommentGroup, GroupMember, Tier
from app.kit import clock
from app.site import draft, heads, lists, voices
from app.site.alike import said_by
from app.site.heads import AnyRow
from app.site.public import bp
from app.site.words import GROUPS
from app.web import pages
from app.web.guard import public
from app.web.phrases import named

PAGE = 50
LARGEST_COMMENT = 2**63 - 1


@bp.get("/consultations/<slug>/groups/<int(max=2147483647):group_id>")
@public
def group(slug: str, group_id: int) -> ResponseReturnValue:
    """The public comments of one group, the oldest first; none of the others is counted."""
    found = reading.standing(group_id)
    head = heads.find_by_consultation(found.consultation_id) if found is not None else None
    if found is None or not found.published or head is None or head.slug != slug:
        abort(404)
    if found.id != group_id:
        return redirect(url_for("site.group", slug=slug, group_id=found.id), 303)
    html = render_template("site/group.html", **_words(found, head))
    # what happens later to the dossier is recorded under its last period
    scope = head.consultation_id if head.version_id and head.rounds == head.round else None
    until = heads.stale_at(clock.now(), head.closes_at)
    return pages.keep(html, consultation_id=scope, until=until)


def _words(found: CommentGroup, head: AnyRow) -> dict[str, Any]:
    rows = _public(found.id, _after())
    agency = named(head.agency_name, head.agency_name_en)
    here = url_for("site.group", slug=head.slug, group_id=found.id)
    return {
        **draft.frame(head, clock.now()),
        "group": found,
        "said": said_by(found.published, found.published_people),
        "how": GROUPS[Tier(found.tier)],
        "comments": voices.shown(rows[:PAGE], head, agency, 3, alone=False),
        "older": f"{here}?after={rows[PAGE - 1].id}" if len(rows) > PAGE else None,
        "newer": here if "after" in request.args else None,
    }


def _after() -> int:
    try:
        return lists.number(request.args.get("after", "0"), LARGEST_COMMENT)
    except ValueError:
        abort(404)


def _public(group_id: int, after: int) -> Sequence[AnyRow]:
    """One public comment more than a page holds, of those with ids above `after`."""
    return db.session.execute(
        select(*voices.COLUMNS)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .where(
            GroupMember.group_id == group_id,
            GroupMember.comment_id > after,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(GroupMember.comment_id)
        .limit(PAGE + 1)
    ).all()
