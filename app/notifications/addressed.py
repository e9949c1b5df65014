"""Whom a letter about a comment goes to; the one place that reads addresses besides their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from app.accounts.models import Agency
from app.comments.models import Comment, ContactAddress
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.responses.models import AnswerComment
from app.translations.read import title_for

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
TITLE, TITLE_OF = title_for(Dossier.id, ContactAddress.language)
COLUMNS = (
    Comment.id,
    Comment.receipt,
    Comment.status,
    or_(
        Comment.masked_body.is_not(None),
        Comment.masked_wording.is_not(None),
        Comment.masked_name.is_not(None),
    ).label("covered"),
    ContactAddress.email,
    ContactAddress.language,
    ContactAddress.key,
    Dossier.title,
    Dossier.title_en,
    TITLE.label("title_told"),
    TITLE_OF.label("title_digest"),
    Agency.name.label("agency_name"),
    Agency.name_en.label("agency_name_en"),
)
REACHABLE = (ContactAddress.key != "", ContactAddress.stopped_at.is_(None))
WILLING = (*REACHABLE, ContactAddress.confirmed_at.is_not(None))


def _select(*where: ColumnElement[bool]) -> AnySelect:
    return (
        select(*COLUMNS)
        .select_from(ContactAddress)
        .join(Comment, Comment.id == ContactAddress.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.sealed.is_(False), *where)
        .order_by(Comment.id)
    )


def silent(comment_ids: Collection[int]) -> Sequence[AnyRow]:
    """The authors of these comments who left an address that has neither confirmed nor stopped."""
    asked = _select(*REACHABLE, ContactAddress.confirmed_at.is_(None), Comment.id.in_(comment_ids))
    return db.session.execute(asked).all()


def willing(comment_ids: Collection[int]) -> Sequence[AnyRow]:
    """The authors of these comments whose address said yes and never stop."""
    return db.session.execute(_select(*WILLING, Comment.id.in_(comment_ids))).all()


def willing_of_answers(answer_ids: Collection[int]) -> Sequence[AnyRow]:
    """The same of all comments these answers speak to, however many, with `answer_id`."""
    query = _select(*WILLING).join(AnswerComment, AnswerComment.comment_id == Comment.id)
    query = query.where(AnswerComment.answer_id.in_(answer_ids))
    return db.session.execute(query.add_columns(AnswerComment.answer_id)).all()
