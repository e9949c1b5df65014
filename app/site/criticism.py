"""The social criticisms of the Fatherland Front, which have a section of their own (S46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import get_template_attribute
from markupsafe import Markup
from sqlalchemy import select

from app.comments.clerk import IS_CRITICISM
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.site import covers, provenance, spoken, voices
from app.site.heads import AnyRow
from app.web.phrases import Phrase

SHOWN = 50  # the Front has one voice at each level, and speaks once or twice


@dataclass(frozen=True)
class Section:
    """Each criticism as markup with the answer to it, or None where there is none yet."""

    shown: Sequence[tuple[Markup, bool]]
    ids: frozenset[int]


def section(head: AnyRow, agency: Phrase, level: int = 3) -> Section | None:
    """The published criticisms of a comment period, the oldest first; None where there is none."""
    query = (
        select(*voices.COLUMNS)
        .where(
            Comment.consultation_id == head.consultation_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            IS_CRITICISM,
        )
        .order_by(Comment.id)
    )
    rows = db.session.execute(query.limit(SHOWN)).all()
    if not rows:
        return None
    ids = [row.id for row in rows]
    answers, sources = voices.answers_to(ids), provenance.sources_of(rows)
    hidden, beside = covers.of(rows), spoken.of(rows, head.consultation_id)
    render = get_template_attribute("components/comment.html", "comment")
    shown = []
    for row in rows:
        known = answers.get(row.id), sources.get(row.id), hidden.get(row.id), beside[row.id]
        words = voices.saying(row, head, agency, *known)
        # the same comment may stand in the list below, under its own anchor
        words["anchor"] = f"criticism-{row.id}"
        shown.append((render(words, level), row.id in answers))
    return Section(shown, frozenset(ids))
