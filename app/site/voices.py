"""Published comments with the official answer under each, as the pages show them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from flask import current_app, get_template_attribute, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import bindparam, select

from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.words import KINDS
from app.extensions import db
from app.kit import clock
from app.responses.models import Answer, AnswerComment
from app.site.heads import AnyRow, AnySelect, Phrase
from app.web import locale

BEYOND = 2**62  # greater than any id
KEPT = 4000  # comments per process, about a kilobyte each
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


ANSWERS = (
    select(
        AnswerComment.comment_id,
        Answer.id,
        Answer.disposition,
        Answer.explanation,
        Answer.published_at,
    )
    .join(Answer, Answer.id == AnswerComment.answer_id)
    .where(
        AnswerComment.comment_id.in_(bindparam("ids", expanding=True)),
        Answer.published_at.is_not(None),
    )
)


@cache
def _newest(by_article: bool, by_anchor: bool) -> AnySelect:
    """Published comments, newest first; composed once, because that costs as much as a look."""
    query = select(*COLUMNS).where(
        Comment.consultation_id == bindparam("consultation_id"),
        Comment.status == CommentStatus.PUBLISHED.value,
        Comment.id < bindparam("before"),
    )
    if by_article:
        query = query.where(Comment.article_lineage_id == bindparam("article"))
    if by_anchor:
        query = query.where(Comment.anchor.in_(bindparam("anchors", expanding=True)))
    return query.order_by(Comment.id.desc()).limit(bindparam("most"))


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
    words: dict[str, Any] = {
        "consultation_id": consultation_id,
        "before": before or BEYOND,
        "most": limit,
    }
    if article is not None:
        words["article"] = article
    if anchors is not None:
        words["anchors"] = list(anchors)
    query = _newest(article is not None, anchors is not None)
    return db.session.execute(query, words).all()


def answers_to(ids: Sequence[int]) -> dict[int, AnyRow]:
    """The published answers to those comments, by comment id."""
    if not ids:
        return {}
    rows = db.session.execute(ANSWERS, {"ids": list(ids)})
    return {row.comment_id: row for row in rows}


def shown(rows: Sequence[AnyRow], slug: str, agency: Phrase, level: int) -> list[Markup]:
    """The rows as markup, each with its official answer; `level` is that of their headings."""
    answers = answers_to([row.id for row in rows])
    return [rendered(row, slug, agency, level, answers.get(row.id)) for row in rows]


def rendered(
    row: AnyRow, slug: str, agency: Phrase, level: int, answer: AnyRow | None = None
) -> Markup:
    """One comment as markup.

    Neither a comment nor a published answer ever changes, so a process renders each once; which
    of them may be seen is asked anew for every page.
    """
    kept: OrderedDict[Any, Markup] = current_app.extensions.setdefault("voices", OrderedDict())
    answered = answer.id if answer is not None else 0
    # with the instant, because a database made anew gives its ids once more
    key = (request.script_root, row.id, row.submitted_at, answered, agency.text, level)
    html = kept.get(key)
    if html is None:
        render = get_template_attribute("components/comment.html", "comment")
        html = kept[key] = render(saying(row, slug, agency, answer), level)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return html


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
