"""The page of published answers: what was accepted, what was not, and the comments behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.responses.models import Answer, AnswerComment, Disposition
from app.responses.tables import FORMATS
from app.responses.takedown import HELD, is_public
from app.responses.words import DISPOSITIONS
from app.site import because, criticism, draft, heads, owed, translated, voices
from app.site.heads import AnyRow
from app.web.phrases import named

PAGE = 50
SHOWN = 10  # comments shown under one answer; the rest are counted

TABLES: dict[str, LazyString] = {
    "docx": _l("Word"),
    "xlsx": _l("Excel"),
    "ods": _l("OpenDocument spreadsheet"),
    "csv": _l("Table for any program"),
    "json": _l("Data with every part named"),
}


@dataclass(frozen=True)
class Download:
    """One format in which the table of all answers can be taken away."""

    name: LazyString
    form: str
    url: str
    size: None = None  # it changes with each answer


def downloads(head: AnyRow) -> list[Download]:
    """Every format with its address, in the order of a list."""
    here = heads.here(head)
    return [
        Download(
            TABLES[form], form, url_for("site.answers_table", slug=head.slug, form=form, **here)
        )
        for form in FORMATS
    ]


def page(
    head: AnyRow, now: datetime, before: int | None, kind: Disposition | None
) -> dict[str, Any]:
    """What `site/answers.html` shows: a page of answers in the order of the provisions."""
    agency = named(head.agency_name, head.agency_name_en)
    rows = published(head.consultation_id, before, kind)
    text = draft.text(head, now)
    order = {anchor: n for n, anchor in enumerate(text.home)}
    behind = comments_behind([row.id for row in rows[:PAGE]])
    told = because.changed_by([row.id for row in rows[:PAGE]], head)
    groups: list[dict[str, Any]] = []
    for row in rows[:PAGE]:
        said = behind.get(row.id, [])
        groups.append(
            {
                "row": row,
                "reply": voices.reply(row, head, agency, told) | {"group": None},
                "comments": voices.shown(said, head, agency, 3, answered=False),
                "more": (said[0].total if said else 0) - len(said),
                "order": min((order.get(one.anchor, -1) for one in said), default=-1),
                "places": [
                    translated.place(head.id, anchor, place)
                    for place, anchor in sorted({(one.place, one.anchor) for one in said})
                    if place
                ],
            }
        )
    groups.sort(key=lambda group: (group["order"], group["row"].id))
    older = None
    if len(rows) > PAGE:
        older = url_for(
            "site.answers",
            slug=head.slug,
            before=rows[PAGE - 1].id,
            kind=kind or None,
            **heads.here(head),
        )
    return {
        **draft.frame(head, now),
        "agency": agency,
        "clock": owed.of_head(head, now),
        "criticism": criticism.section(head, agency) if not (before or kind) else None,
        "groups": groups,
        "counts": dispositions(head.consultation_id),
        "downloads": downloads(head),
        "chosen": kind,
        "older": older,
        "newer": url_for("site.answers", slug=head.slug, kind=kind or None, **heads.here(head))
        if before
        else None,
    }


def published(
    consultation_id: int, before: int | None, kind: Disposition | None
) -> Sequence[AnyRow]:
    """One answer more than a page holds, newest first."""
    query = select(
        Answer.id,
        Answer.disposition,
        Answer.explanation,
        Answer.no_change_reason,
        Answer.published_at,
        Answer.signed_at,
        Answer.signed_as,
        Answer.delegation_id,
        HELD.label("held"),
    ).where(Answer.consultation_id == consultation_id, Answer.published_at.is_not(None))
    if before is not None:
        query = query.where(Answer.id < before)
    if kind is not None:
        query = query.where(Answer.disposition == kind.value, HELD.is_(None))
    return db.session.execute(query.order_by(Answer.id.desc()).limit(PAGE + 1)).all()


def comments_behind(answer_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The first SHOWN published comments behind each answer, with their `total`."""
    if not answer_ids:
        return {}
    ranked = (
        select(
            *voices.COLUMNS,
            AnswerComment.answer_id,
            func.row_number()
            .over(order_by=Comment.id, partition_by=AnswerComment.answer_id)
            .label("place_in_answer"),
            func.count().over(partition_by=AnswerComment.answer_id).label("total"),
        )
        .join(Comment, Comment.id == AnswerComment.comment_id)
        .where(
            AnswerComment.answer_id.in_(answer_ids),
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .subquery()
    )
    found: dict[int, list[AnyRow]] = {}
    for row in db.session.execute(
        select(ranked).where(ranked.c.place_in_answer <= SHOWN).order_by(ranked.c.id)
    ):
        found.setdefault(row.answer_id, []).append(row)
    return found


def dispositions(consultation_id: int) -> list[tuple[Disposition, str, int]]:
    """How many answers that anybody can read have each disposition, none left out that has any."""
    rows = db.session.execute(
        select(Answer.disposition, func.count().label("many"))
        .where(Answer.consultation_id == consultation_id, is_public())
        .group_by(Answer.disposition)
    )
    counts = {row.disposition: row.many for row in rows}
    return [(kind, str(DISPOSITIONS[kind]), counts[kind]) for kind in Disposition if kind in counts]
