"""Published comments with the official answer under each, as the pages show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.words import KINDS
from app.extensions import db
from app.kit import clock
from app.responses.models import Answer, AnswerComment
from app.site.heads import AnyRow, AnySelect, Phrase
from app.web import locale

COLUMNS = (
    Comment.id,
    Comment.anchor,
    Comment.place,
    Comment.body,
    Comment.commenter_kind,
    Comment.display_name,
    Comment.language,
    Comment.submitted_at,
)


def select_published(consultation_id: int) -> AnySelect:
    """The published comments of a consultation, newest first, as plain rows."""
    return (
        select(*COLUMNS)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(Comment.id.desc())
    )


def newest(
    consultation_id: int,
    limit: int,
    *,
    before: int | None = None,
    article: int | None = None,
    anchors: Collection[str] | None = None,
) -> Sequence[AnyRow]:
    """Up to `limit` published comments with ids under `before`.

    `article` narrows to the lineage of an article and all its clauses, `anchors` to places.
    """
    query = select_published(consultation_id)
    if before is not None:
        query = query.where(Comment.id < before)
    if article is not None:
        query = query.where(Comment.article_lineage_id == article)
    if anchors is not None:
        query = query.where(Comment.anchor.in_(anchors))
    return db.session.execute(query.limit(limit)).all()


def answers_to(ids: Sequence[int]) -> dict[int, AnyRow]:
    """The published answers to those comments, by comment id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(
            AnswerComment.comment_id,
            Answer.id,
            Answer.disposition,
            Answer.explanation,
            Answer.published_at,
        )
        .join(Answer, Answer.id == AnswerComment.answer_id)
        .where(AnswerComment.comment_id.in_(ids), Answer.published_at.is_not(None))
    )
    return {row.comment_id: row for row in rows}


def shown(rows: Sequence[AnyRow], slug: str, agency: Phrase) -> list[dict[str, Any]]:
    """The rows as the component `comment` wants them, each with its official answer."""
    answers = answers_to([row.id for row in rows])
    return [saying(row, slug, agency, answers.get(row.id)) for row in rows]


def saying(row: AnyRow, slug: str, agency: Phrase, answer: AnyRow | None = None) -> dict[str, Any]:
    """One comment as its component wants it."""
    where = None
    if row.anchor:
        where = (url_for("site.article", slug=slug, anchor=row.anchor), Phrase(row.place, "vi"))
    return {
        "anchor": f"comment-{row.id}",
        "who": row.display_name or _("Anonymous"),
        "kind": KINDS[CommenterKind(row.commenter_kind)],
        "date": _day(row.submitted_at),
        "iso": clock.vn_date(row.submitted_at).isoformat(),
        "lang": None if row.language == locale.current().code else row.language,
        "where": where,
        "paragraphs": split(row.body),
        "url": permalink(slug, row.id),
        "reply": reply(answer, slug, agency) if answer is not None else None,
    }


def reply(answer: AnyRow, slug: str, agency: Phrase) -> dict[str, Any]:
    """One official answer as its component wants it."""
    return {
        "agency": agency,
        "disposition": answer.disposition,
        "paragraphs": split(answer.explanation),
        "lang": None if locale.current().code == "vi" else "vi",
        "date": _day(answer.published_at),
        "iso": clock.vn_date(answer.published_at).isoformat(),
        "group": (
            url_for("site.answers", slug=slug, before=answer.id + 1) + f"#answer-{answer.id}",
            _("This answer and all comments it speaks to"),
        ),
    }


def permalink(slug: str, comment_id: int) -> str:
    """The page of the list that begins with this comment, for good."""
    return url_for("site.comments", slug=slug, before=comment_id + 1) + f"#comment-{comment_id}"


def split(text: str) -> list[str]:
    """The paragraphs of plain text."""
    return [line for line in text.split("\n") if line.strip()]


def _day(instant: Any) -> str:
    return clock.vn_date(instant).strftime("%d/%m/%Y")
