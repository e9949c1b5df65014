"""What of the things found may be shown this instant, asked of the database and not of the index.

The index follows within a second or two; what was taken back meanwhile is not shown either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, literal, select, union_all

from app.comments.models import Attachment, Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import (
    ComparisonRow,
    Dossier,
    DossierFile,
    DraftVersion,
    Provision,
    is_public,
)
from app.documents.takedown import FILE, is_held
from app.extensions import db
from app.outreach.models import Correction, ReformSuggestion
from app.responses import takedown as answers
from app.responses.models import Answer
from app.search.finding import Hit

PUBLISHED = Comment.status == CommentStatus.PUBLISHED.value


def still_public(hits: Iterable[Hit]) -> list[Hit]:
    """Those of the hits, in their order, that are public now and read as they did when indexed.

    One statement, however many hits there are.
    """
    hits = list(hits)
    asked: defaultdict[str, set[int]] = defaultdict(set)
    for hit in hits:
        sort, number = _named(hit.key)
        asked[sort].add(number)
    if not asked:
        return []
    found = db.session.execute(_together(tuple(sorted(asked))), _listed(asked))
    states = {(sort, number): state for sort, number, state in found}
    return [hit for hit in hits if states.get(_named(hit.key)) == hit.stored.get("seen", 0)]


def _named(key: str) -> tuple[str, int]:
    """The sort and the number in a key; a part of a long text is public with the whole."""
    sort, _, number = key.partition(":")
    return sort, int(number.partition(".")[0])


def _listed(asked: Mapping[str, set[int]]) -> dict[str, list[int]]:
    return {sort: list(numbers) for sort, numbers in asked.items()}


@cache
def _together(sorts: tuple[str, ...]) -> Executable:
    """Sort, number and state of what is public, among the numbers given by the name of a sort."""
    if len(sorts) == 1:
        return _statement(sorts[0])
    return union_all(*map(_statement, sorts))


def _statement(sort: str) -> Select[Any]:
    """The same of one sort; only a comment has states."""
    column, within = SORTS[sort]
    state = Comment.row_version if column is Comment.id else literal(0)
    query = select(literal(sort), column, state)
    return within(query.where(column.in_(bindparam(sort, expanding=True)))).where(is_public())


def _of_dossier(query: Select[Any]) -> Select[Any]:
    return query


def _beside(owner: Any, *conditions: ColumnElement[bool]) -> Callable[[Select[Any]], Select[Any]]:
    """What belongs to a dossier itself, under these conditions."""
    return lambda query: query.join(Dossier, Dossier.id == owner).where(*conditions)


def _in_version(version: Any) -> Callable[[Select[Any]], Select[Any]]:
    """What stands in a posted text."""
    return lambda query: (
        query.join(DraftVersion, DraftVersion.id == version)
        .join(Dossier, Dossier.id == DraftVersion.dossier_id)
        .where(DraftVersion.posted_at.is_not(None))
    )


def _in_period(
    period: Any, *conditions: ColumnElement[bool]
) -> Callable[[Select[Any]], Select[Any]]:
    """What was said or answered in a comment period, under these conditions."""
    return lambda query: (
        query.join(Consultation, Consultation.id == period)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(*conditions)
    )


def _of_comment(
    comment: Any, *conditions: ColumnElement[bool]
) -> Callable[[Select[Any]], Select[Any]]:
    """What goes with a published comment, under these conditions."""
    return lambda query: _in_period(Comment.consultation_id, PUBLISHED, *conditions)(
        query.join(Comment, Comment.id == comment)
    )


# The first half of a key: which column its number is of, and what makes that public.
SORTS: dict[str, tuple[Any, Callable[[Select[Any]], Select[Any]]]] = {
    "dossier": (Dossier.id, _of_dossier),
    "period": (Consultation.id, _beside(Consultation.dossier_id)),
    "version": (
        DraftVersion.id,
        _beside(DraftVersion.dossier_id, DraftVersion.posted_at.is_not(None)),
    ),
    "provision": (Provision.id, _in_version(Provision.version_id)),
    "comparison": (ComparisonRow.id, _in_version(ComparisonRow.version_id)),
    "file": (
        DossierFile.id,
        _beside(
            DossierFile.dossier_id,
            DossierFile.posted_at.is_not(None),
            ~is_held(FILE, DossierFile.id),
        ),
    ),
    "comment": (Comment.id, _in_period(Comment.consultation_id, PUBLISHED)),
    "attachment": (
        Attachment.id,
        _of_comment(Attachment.comment_id, Attachment.status == CommentStatus.PUBLISHED.value),
    ),
    "answer": (
        Answer.id,
        _in_period(Answer.consultation_id, answers.is_public()),
    ),
    "correction": (
        Correction.id,
        _beside(
            Correction.dossier_id,
            Correction.published_at.is_not(None),
            Correction.withdrawn_at.is_(None),
        ),
    ),
    "suggestion": (ReformSuggestion.id, _of_comment(ReformSuggestion.comment_id)),
}
