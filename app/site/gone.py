"""What stands in the place of a comment or an answer that was taken from public view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import get_template_attribute, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.approvals.models import Takedown
from app.comments.models import Comment
from app.documents.takedown import COMMENT
from app.extensions import db
from app.kit import clock
from app.site.heads import AnyRow
from app.web.phrases import named


def between(
    rows: Sequence[AnyRow],
    shown: Sequence[Markup],
    head: AnyRow,
    only: Mapping[str, Any],
    *,
    before: int | None,
    after: int,
) -> list[Markup]:
    """What is `shown` of the rows, newest first, and a line where one between them was taken down.

    `only` narrows as for `voices.newest`; the page has what lies between two numbers, of which
    `before` may be None and `after` 0.
    """
    stones = _stones(head, only, before, after)
    marked = {**dict(zip((row.id for row in rows), shown, strict=True)), **stones}
    return [marked[number] for number in sorted(marked, reverse=True)]


def _stones(
    head: AnyRow, only: Mapping[str, Any], before: int | None, after: int
) -> dict[int, Markup]:
    found = db.session.scalars(
        select(Takedown)
        .where(
            Takedown.dossier_id == head.id,
            Takedown.lifted_at.is_(None),
            Takedown.subject.startswith(f"{COMMENT}:"),
        )
        .options(joinedload(Takedown.agency))
    ).all()
    taken = {int(one.subject.partition(":")[2]): one for one in found}
    taken = {n: one for n, one in taken.items() if after < n and (not before or n < before)}
    if not taken:
        return {}
    query = select(Comment.id).where(
        Comment.id.in_(taken), Comment.consultation_id == head.consultation_id
    )
    if "article" in only:
        query = query.where(Comment.article_lineage_id == only["article"])
    if "anchors" in only:
        query = query.where(Comment.anchor.in_(only["anchors"]))
    render = get_template_attribute("components/gone.html", "gone")
    return {
        number: render({**words(taken[number]), "id": number})
        for number in db.session.scalars(query)
    }


def words(takedown: Takedown) -> dict[str, Any]:
    """What may be said of a takedown in the place of what it hides."""
    return {
        "at": takedown.taken_at,
        "iso": clock.vn_date(takedown.taken_at).isoformat(),
        "basis": takedown.basis,
        "agency": named(takedown.agency.name, takedown.agency.name_en),
        "number": takedown.number,
        "url": url_for("takedowns.listed", _anchor=takedown.number),
    }
