"""Earlier answers to what is much like it, as a place to begin; likeness is that of words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.extensions import db
from app.groups.models import GroupMember
from app.kit.text import fold
from app.responses.models import Answer, AnswerComment, AnswerGroup, AnswerState
from app.responses.takedown import is_public

CANDIDATES = 200  # answers looked at of this draft, and as many of all others
SHOWN = 3
LEAST = 0.25  # of the shorter text's pairs of syllables that both have
LETTERS = 1500  # of a text that are compared
# how much nearer an answer is that speaks to the same place, or to the same group
SAME_ARTICLE = 0.15
SAME_GROUP = 1.0


@dataclass(frozen=True)
class Similar:
    """A published answer, a comment it spoke to, and how much alike that is, from 0 on."""

    answer_id: int
    disposition: str
    explanation: str
    comment: str
    comment_id: int
    slug_of: int
    likeness: float


def similar(consultation: Consultation, comment_ids: Collection[int]) -> list[Similar]:
    """Up to SHOWN published answers to comments like these, the most alike first.

    `slug_of` is the consultation they were given in.
    """
    asked = _comments(comment_ids)
    if not asked:
        return []
    texts = [pairs(row.body) for row in asked]
    articles = {row.article_lineage_id for row in asked} - {None}
    groups = _same_group(comment_ids)
    found: dict[str, Similar] = {}
    for row in _candidates(consultation):
        words = pairs(row.body)
        likeness = max((alike(words, text) for text in texts), default=0.0)
        likeness += SAME_ARTICLE * (row.article_lineage_id in articles)
        likeness += SAME_GROUP * (row.id in groups)
        before = found.get(row.explanation)
        if likeness >= LEAST and (before is None or before.likeness < likeness):
            told = (row.id, row.disposition, row.explanation, row.body, row.comment_id)
            found[row.explanation] = Similar(*told, row.consultation_id, likeness)
    return sorted(found.values(), key=lambda one: -one.likeness)[:SHOWN]


def pairs(text: str) -> frozenset[tuple[str, str]]:
    """The neighbouring syllables of a text, marks off: what two texts that say the same share."""
    words = [word.strip(".,;:!?()\"'“”") for word in fold(text[:LETTERS]).split()]
    return frozenset(pairwise(words))


def alike(one: frozenset[Any], other: frozenset[Any]) -> float:
    """The share of the shorter text that stands in the longer one, 0 to 1."""
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))


def earlier(answer_id: int) -> Answer | None:
    """The published answer with that number, whose text may be begun with."""
    return db.session.scalar(select(Answer).where(Answer.id == answer_id, is_public()))


def _comments(ids: Collection[int]) -> Sequence[Any]:
    query = select(Comment.shown_body.label("body"), Comment.article_lineage_id).where(
        Comment.id.in_(ids), Comment.status == CommentStatus.PUBLISHED.value
    )
    return db.session.execute(query).all()


def _same_group(ids: Collection[int]) -> set[int]:
    groups = select(GroupMember.group_id).where(GroupMember.comment_id.in_(ids))
    query = select(AnswerGroup.answer_id).where(AnswerGroup.group_id.in_(groups))
    return set(db.session.scalars(query))


def _candidates(consultation: Consultation) -> list[Any]:
    """The newest answers of this draft, and of all drafts, each with the first of its comments."""
    near = select(Consultation.id).where(Consultation.dossier_id == consultation.dossier_id)
    newest = select(Answer.id).where(Answer.state == AnswerState.PUBLISHED.value, is_public())
    newest = newest.order_by(Answer.id.desc()).limit(CANDIDATES)
    ids = set(db.session.scalars(newest.where(Answer.consultation_id.in_(near))))
    ids |= set(db.session.scalars(newest))
    first = (
        select(func.min(AnswerComment.comment_id))
        .where(AnswerComment.answer_id == Answer.id)
        .scalar_subquery()
    )
    query = (
        select(
            Answer.id,
            Answer.consultation_id,
            Answer.disposition,
            Answer.explanation,
            Comment.id.label("comment_id"),
            Comment.shown_body.label("body"),
            Comment.article_lineage_id,
        )
        .join(Comment, Comment.id == first)
        .where(Answer.id.in_(ids), Comment.status == CommentStatus.PUBLISHED.value)
        .order_by(Answer.id.desc())
    )
    return list(db.session.execute(query))
