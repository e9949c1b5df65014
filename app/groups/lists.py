"""What the desk of groups lists: consultations, suggestions to decide on, steps that were done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.orm import aliased

from app.accounts.models import Agency, Officer
from app.comments.models import Comment, CommentStatus, Tally
from app.consultations.models import Consultation
from app.documents.models import Dossier, DraftVersion
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember, GroupStep, GroupSuggestion, Tier
from app.groups.reading import SAID, AnyRow

SUGGESTIONS = 10  # pairs of texts on one page
STEPS = 50
DECIDERS = aliased(Officer)


def consultations(agencies: Collection[int]) -> Sequence[AnyRow]:
    """Every consultation of those agencies, the newest first, with its largest group."""
    largest = (
        select(func.max(CommentGroup.messages))
        .where(
            CommentGroup.consultation_id == Consultation.id,
            CommentGroup.tier == Tier.NEAR.value,
        )
        .scalar_subquery()
    )
    query = (
        select(
            Consultation.last_day,
            Consultation.round,
            func.max(Consultation.round).over(partition_by=Consultation.dossier_id).label("rounds"),
            DraftVersion.number.label("draft"),
            Dossier.slug,
            Dossier.title,
            Agency.name.label("agency"),
            func.coalesce(Tally.received, 0).label("received"),
            func.coalesce(largest, 0).label("largest"),
            _asked(Consultation.id).label("asked"),
        )
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(DraftVersion, DraftVersion.id == Consultation.version_id)
        .outerjoin(
            Tally, (Tally.consultation_id == Consultation.id) & (Tally.article_lineage_id == 0)
        )
        .where(Dossier.agency_id.in_(agencies), Dossier.sealed.is_(False))
        .order_by(Consultation.id.desc())
    )
    return db.session.execute(query).all()


def _asked(consultation_id: Any) -> Any:
    return exists().where(
        GroupSuggestion.consultation_id == consultation_id, GroupSuggestion.said == ""
    )


def suggestions(
    consultation_id: int, after: tuple[float, int] | None = None
) -> tuple[Sequence[AnyRow], tuple[float, int] | None]:
    """Up to SUGGESTIONS pairs nobody has decided on, the likeliest first, and where to go on."""
    key = (GroupSuggestion.score, GroupSuggestion.id)
    query = (
        select(
            GroupSuggestion.id,
            GroupSuggestion.comment_id,
            GroupSuggestion.other_id,
            GroupSuggestion.score,
        )
        .where(GroupSuggestion.consultation_id == consultation_id, GroupSuggestion.said == "")
        .order_by(*(column.desc() for column in key))
        .limit(SUGGESTIONS + 1)
    )
    if after is not None:
        query = query.where(tuple_(*key) < after)
    rows = db.session.execute(query).all()
    if len(rows) <= SUGGESTIONS:
        return rows, None
    last = rows[SUGGESTIONS - 1]
    return rows[:SUGGESTIONS], (last.score, last.id)


def said(ids: Collection[int], statuses: Collection[CommentStatus]) -> dict[int, AnyRow]:
    """Those of the comments that are in one of the states, by number."""
    query = select(*SAID).where(
        Comment.id.in_(ids), Comment.status.in_([status.value for status in statuses])
    )
    return {row.id: row for row in db.session.execute(query)}


def machine_groups(ids: Collection[int]) -> dict[int, AnyRow]:
    """The widest group of a machine that each comment is in, with its counts."""
    rows = db.session.execute(
        select(
            GroupMember.comment_id,
            CommentGroup.id,
            CommentGroup.messages,
            CommentGroup.people,
        )
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(
            GroupMember.comment_id.in_(ids),
            CommentGroup.tier != Tier.ARGUMENT.value,
            CommentGroup.messages > 1,
        )
        .order_by(CommentGroup.messages, CommentGroup.id)
    )
    return {row.comment_id: row for row in rows}


def steps(consultation_id: int, before: int = 0) -> tuple[Sequence[AnyRow], int | None]:
    """Up to STEPS steps, the newest first, and where to go on."""
    query = (
        _told()
        .where(GroupStep.consultation_id == consultation_id)
        .order_by(GroupStep.id.desc())
        .limit(STEPS + 1)
    )
    if before:
        query = query.where(GroupStep.id < before)
    rows = db.session.execute(query).all()
    return rows[:STEPS], rows[STEPS - 1].id if len(rows) > STEPS else None


def step(step_id: int | None) -> AnyRow | None:
    """One step as the list tells it."""
    if step_id is None:
        return None
    return db.session.execute(_told().where(GroupStep.id == step_id)).one_or_none()


def _told() -> Any:
    return (
        select(
            GroupStep.id,
            GroupStep.kind,
            GroupStep.before["about"].label("about"),
            GroupStep.at,
            GroupStep.undone_at,
            Officer.name.label("who"),
            DECIDERS.name.label("undone_by"),
        )
        .join(Officer, Officer.id == GroupStep.officer_id)
        .outerjoin(DECIDERS, DECIDERS.id == GroupStep.undone_by)
    )
