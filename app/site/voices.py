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

from app.approvals.models import Takedown
from app.comments import attachments
from app.comments.models import Comment, CommentStatus
from app.documents.passage import Words, own_texts
from app.documents.redline import redline
from app.extensions import db
from app.kit import clock
from app.moderation.masks import Field, Shown
from app.responses.models import Answer, AnswerComment
from app.responses.takedown import HELD
from app.site import alike, because, covers, fates, gone, heads, provenance, spoken, translated
from app.site.heads import AnyRow, AnySelect
from app.web import locale
from app.web.filters import day
from app.web.phrases import Phrase

BEYOND = 2**62  # greater than any id
KEPT = 4000  # comments per process, about a kilobyte each
COLUMNS = (
    Comment.id,
    Comment.anchor,
    Comment.place,
    Comment.quote,
    Comment.shown_body.label("body"),
    Comment.shown_wording.label("proposed_wording"),
    Comment.commenter_kind,
    Comment.shown_name.label("display_name"),
    Comment.language,
    Comment.country,
    Comment.channel,
    Comment.criticism,
    Comment.members,
    Comment.identity,
    Comment.submitted_at,
    Comment.row_version,
    Comment.masked,
    Comment.erased,
)


ANSWERS = (
    select(
        AnswerComment.comment_id,
        Answer.id,
        Answer.disposition,
        Answer.explanation,
        Answer.no_change_reason,
        Answer.published_at,
        Answer.signed_at,
        Answer.signed_as,
        Answer.delegation_id,
        HELD.label("held"),
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


def shown(
    rows: Sequence[AnyRow],
    head: AnyRow,
    agency: Phrase,
    level: int,
    *,
    answered: bool = True,
    alone: bool = True,
) -> list[Markup]:
    """The rows as markup; `level` is that of their headings.

    Each has the official answer where `answered`, and says what became of its part of the draft,
    and how many say the same; the page of a group has said that of them all and is not `alone`.
    """
    answers = answers_to([row.id for row in rows]) if answered else {}
    sources, hidden = provenance.sources_of(rows), covers.of(rows)
    files = attachments.named([row.id for row in rows])
    beside = spoken.of(rows, head.consultation_id)
    groups = alike.widest([row.id for row in rows]) if alone else {}
    ended = answered and not heads.is_open(head, clock.now())
    later = fates.of(head)
    proposing = [row for row in rows if row.proposed_wording]
    present = own_texts(head.version_id, {row.anchor for row in proposing})
    texts = Words(later.newer_id if later else 0)
    taken = fates.adopted([row.id for row in proposing], head)
    kept: OrderedDict[Any, Markup] = current_app.extensions.setdefault("voices", OrderedDict())
    found = []
    for row in rows:
        answer, place = answers.get(row.id), taken.get(row.id)
        # Neither a published comment nor its answer or a version ever changes, so a process renders
        # each once; with the instant, because a database made anew gives its ids once more, and
        # with the version, because one decided again may have other passages masked.
        key = (
            *(request.script_root, row.id, row.submitted_at, row.row_version, agency.text, level),
            *(tuple(file.id for file in files.get(row.id, ())), ended, groups.get(row.id)),
            *((answer.id, answer.held) if answer is not None else (0, None)),
            *(later.newer_id if later else 0, place, *beside[row.id].key, row.identity),
            answer and translated.answer(head.id, answer.id, answer.explanation),
            bool(translated.of(head.id)),
        )
        html = kept.get(key)
        if html is None:
            known = sources.get(row.id), hidden.get(row.id), beside[row.id]
            words = saying(row, head, agency, answer, *known)
            if later:
                words["became"] = fates.told(later, row.anchor, head, row.quote, texts)
            # who proposed nothing did not propose that the provision goes
            asked = row.proposed_wording
            told = redline(present.get(row.anchor, ""), asked) if asked else []
            words["proposed"] = covers.runs(told, hidden.get(row.id, {}))
            words["adopted"] = place
            words["files"] = _files(files.get(row.id, ()))
            words["alike"] = alike.link(head.slug, groups.get(row.id))
            words["owed"] = ended and answer is None
            render = get_template_attribute("components/comment.html", "comment")
            html = kept[key] = render(words, level)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        found.append(html)
    return found


def _files(found: Sequence[Any]) -> list[tuple[str, str]]:
    return [
        (url_for("comments.attachment", attachment_id=file.id, name=file.name), file.name)
        for file in found
    ]


def saying(
    row: AnyRow,
    head: AnyRow,
    agency: Phrase,
    answer: AnyRow | None = None,
    source: AnyRow | None = None,
    hidden: Shown | None = None,
    beside: spoken.Spoken = spoken.NOTHING,
) -> dict[str, Any]:
    """One comment as its component wants it, without what later versions made of it."""
    where, hidden = None, hidden or {}
    if row.anchor:
        address = url_for("site.article", slug=head.slug, anchor=row.anchor, **heads.here(head))
        where = (address, translated.place(head.id, row.anchor, row.place))
    return {
        "anchor": f"comment-{row.id}",
        "who": covers.line(row.display_name, hidden, Field.NAME) or _("Anonymous"),
        "kind": spoken.kind(row, beside.country),
        "identity": row.identity,
        "date": day(row.submitted_at),
        "iso": clock.vn_date(row.submitted_at).isoformat(),
        "lang": None if row.language == locale.current().code else row.language,
        "where": where,
        "came": provenance.door(row, source),
        "tags": provenance.tags(row),
        "quote": row.quote.get("exact"),
        "paragraphs": covers.paragraphs(row.body, hidden),
        "told": spoken.shown(beside.told),
        "covered": covers.reasons(hidden),
        "erased": bool(row.erased),
        "url": permalink(head, row.id),
        "reply": reply(answer, head, agency) if answer is not None else None,
    }


def reply(
    answer: AnyRow, head: AnyRow, agency: Phrase, told: because.Changes | None = None
) -> dict[str, Any]:
    """One official answer as its component wants it, with the words that changed because of it.

    Who shows many has asked for what all of them changed at once: `told`. Of one that was taken
    from public view only that is said.
    """
    if answer.held is not None:
        return {"agency": agency, "gone": gone.words(db.session.get_one(Takedown, answer.held))}
    if told is None:
        told = because.changed_by([answer.id], head)
    words = translated.answer(head.id, answer.id, answer.explanation)
    return {
        "changes": told.get(answer.id, []),
        "unchanged": answer.no_change_reason,
        "agency": agency,
        "disposition": answer.disposition,
        "paragraphs": split(words.text),
        "lang": None if words.lang == locale.current().code else words.lang,
        "missing": words.missing,
        "vouched": words.vouched,
        "original": split(answer.explanation) if words.vouched else (),
        "date": day(answer.published_at),
        "iso": clock.vn_date(answer.published_at).isoformat(),
        "signed": (answer.signed_as, answer.delegation_id) if answer.signed_at else None,
        "group": (
            url_for(
                "site.answers",
                slug=head.slug,
                round=head.round,
                before=answer.id + 1,
                _anchor=f"answer-{answer.id}",
            ),
            _("This answer and all comments it speaks to"),
        ),
    }


def permalink(head: AnyRow, comment_id: int) -> str:
    """The page of the list that begins with this comment, for good."""
    return url_for(
        "site.comments",
        slug=head.slug,
        round=head.round,
        before=comment_id + 1,
        _anchor=f"comment-{comment_id}",
    )


def split(text: str) -> list[str]:
    """The paragraphs of plain text."""
    return [line for line in text.split("\n") if line.strip()]
