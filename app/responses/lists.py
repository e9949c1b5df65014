"""What the answering desk shows: consultations with figures, comments, answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all

from app.accounts.models import Agency, Officer
from app.comments.models import Comment, CommentStatus, Tally
from app.comments.tally import TOTAL
from app.consultations.clocks import Clock, Clocks
from app.consultations.models import Consultation
from app.documents.models import Dossier, DraftVersion, Stage
from app.documents.passage import own_texts
from app.documents.redline import Run, redline
from app.extensions import db
from app.responses.models import Answer, AnswerComment, AnswerState
from app.responses.selecting import ANSWERABLE, free, in_articles, in_groups

ANSWERS = 25
NAMED = 5  # comments named in the line of an answer
SAMPLE = 20  # comments of an answer on one page
UNDER_WAY = tuple(state.value for state in AnswerState if state is not AnswerState.PUBLISHED)


@dataclass(frozen=True)
class Figures:
    """How many public comments a consultation has, and how many of them have which answer."""

    published: int = 0
    answered: int = 0
    drafted: int = 0

    @property
    def unanswered(self) -> int:
        # the tally follows the ledger a moment later than the answers
        return max(0, self.published - self.answered - self.drafted)


def consultations(agencies: Collection[int]) -> Sequence[Any]:
    """Every consultation of those agencies, the newest first."""
    query = (
        select(
            Consultation.id,
            Consultation.last_day,
            Consultation.round,
            func.max(Consultation.round).over(partition_by=Consultation.dossier_id).label("rounds"),
            DraftVersion.number.label("draft"),
            Dossier.slug,
            Dossier.title,
            Agency.name.label("agency"),
        )
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(DraftVersion, DraftVersion.id == Consultation.version_id)
        .where(Dossier.agency_id.in_(agencies), Dossier.sealed.is_(False))
        .order_by(Consultation.id.desc())
    )
    return db.session.execute(query).all()


def figures(ids: Collection[int]) -> dict[int, Figures]:
    """The figures of each of those consultations."""
    told = select(Tally.consultation_id, Tally.published, Tally.answered).where(
        Tally.consultation_id.in_(ids), Tally.article_lineage_id == 0
    )
    tallies = {row[0]: (row[1], row[2]) for row in db.session.execute(told)}
    waiting = (
        select(Answer.consultation_id, func.sum(Answer.size))
        .where(Answer.consultation_id.in_(ids), Answer.state.in_(UNDER_WAY))
        .group_by(Answer.consultation_id)
    )
    drafted = {row[0]: row[1] for row in db.session.execute(waiting)}
    return {key: Figures(*tallies.get(key, (0, 0)), drafted.get(key, 0)) for key in ids}


def clocks(ids: Collection[int], now: datetime) -> dict[int, Clock]:
    """How late answers are, in those of the comment periods that ended and were not withdrawn."""
    told = Clocks(now)
    rows = db.session.execute(
        select(
            Consultation.id,
            Consultation.ends_at,
            Dossier.document_type,
            func.coalesce(Tally.published, 0).label("published"),
            func.coalesce(Tally.answered, 0).label("answered"),
        )
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .outerjoin(
            Tally,
            (Tally.consultation_id == Consultation.id) & (Tally.article_lineage_id == TOTAL),
        )
        .where(
            Consultation.id.in_(ids),
            Consultation.ends_at <= now,
            Dossier.stage != Stage.WITHDRAWN.value,
        )
    )
    return {
        row.id: told.of(row.document_type, row.ends_at, row.published, row.answered) for row in rows
    }


def states(consultation_id: int) -> dict[str, int]:
    """How many answers of the consultation are in each state on the way."""
    rows = db.session.execute(
        select(Answer.state, func.count())
        .where(Answer.consultation_id == consultation_id, Answer.state.in_(UNDER_WAY))
        .group_by(Answer.state)
    )
    counts: dict[str, int] = {state: many for state, many in rows}
    return {state: counts.get(state, 0) for state in UNDER_WAY}


def answers(
    consultation_id: int, state: AnswerState, before: int = 0
) -> tuple[Sequence[Any], int | None]:
    """Up to ANSWERS answers in that state with the name of their drafter, and where to go on.

    Those on the way come oldest first, published ones newest first.
    """
    query = (
        select(Answer, Officer.name.label("drafter"))
        .join(Officer, Officer.id == Answer.drafted_by)
        .where(Answer.consultation_id == consultation_id, Answer.state == state.value)
    )
    if state is AnswerState.PUBLISHED:
        query = query.order_by(Answer.id.desc())
        query = query.where(Answer.id < before) if before else query
    else:
        query = query.where(Answer.id > before).order_by(Answer.id)
    rows = db.session.execute(query.limit(ANSWERS + 1)).all()
    return rows[:ANSWERS], rows[ANSWERS - 1].Answer.id if len(rows) > ANSWERS else None


def spoken_to(answer_ids: Sequence[int]) -> dict[int, list[int]]:
    """The first NAMED numbers of the comments that each of those answers speaks to."""
    found: dict[int, list[int]] = {answer_id: [] for answer_id in answer_ids}
    if not answer_ids:
        return found
    each = [
        select(
            select(AnswerComment.answer_id, AnswerComment.comment_id)
            .where(AnswerComment.answer_id == answer_id)
            .order_by(AnswerComment.comment_id)
            .limit(NAMED)
            .subquery()
        )
        for answer_id in answer_ids
    ]
    for answer_id, comment_id in db.session.execute(union_all(*each)):
        found[answer_id].append(comment_id)
    return {answer_id: sorted(numbers) for answer_id, numbers in found.items()}


def sample(answer_id: int, start: int = 0) -> tuple[list[int], int | None]:
    """The numbers of up to SAMPLE comments of the answer from `start` on, and of the next."""
    query = select(AnswerComment.comment_id).where(
        AnswerComment.answer_id == answer_id, AnswerComment.comment_id >= start
    )
    ids = db.session.scalars(query.order_by(AnswerComment.comment_id).limit(SAMPLE + 1)).all()
    return list(ids[:SAMPLE]), ids[SAMPLE] if len(ids) > SAMPLE else None


def offered(
    consultation: Consultation, groups: Collection[int], articles: Collection[int]
) -> tuple[list[int], int]:
    """The first free comments of whole groups and articles, and how many there are in all."""
    which: list[ColumnElement[bool]] = []
    which += [in_groups(groups)] * bool(groups)
    which += [in_articles(articles)] * bool(articles)
    if not which:
        return [], 0
    free_ones = select(Comment.id).where(
        Comment.consultation_id == consultation.id, or_(*which), free()
    )
    ids = db.session.scalars(free_ones.order_by(Comment.id).limit(SAMPLE)).all()
    many = db.session.scalar(select(func.count()).select_from(free_ones.subquery())) or 0
    return list(ids), many


def chosen(
    consultation: Consultation, ids: Collection[int], answer_id: int | None
) -> Sequence[Any]:
    """Those of the consultation's comments, each with `free`: whether this answer may take it."""
    elsewhere = and_(
        AnswerComment.comment_id == Comment.id, AnswerComment.answer_id != (answer_id or 0)
    )
    public = Comment.status.in_(ANSWERABLE)
    free = and_(public, AnswerComment.answer_id.is_(None))
    return db.session.execute(
        select(
            Comment.id,
            case((public, Comment.shown_body), else_="").label("body"),
            case((public, Comment.shown_wording), else_="").label("proposed_wording"),
            Comment.quote,
            Comment.article_lineage_id,
            Comment.anchor,
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            case((public, Comment.shown_name), else_="").label("display_name"),
            case((public, Comment.identity), else_="").label("identity"),
            Comment.submitted_at,
            Comment.status,
            case((free, 1), else_=0).label("free"),
        )
        .outerjoin(AnswerComment, elsewhere)
        .where(
            Comment.consultation_id == consultation.id,
            Comment.id.in_(ids),
            # what was never public does not exist here; what was taken back keeps its number only
            Comment.status.in_([CommentStatus.PUBLISHED.value, CommentStatus.WITHDRAWN.value]),
        )
        .order_by(Comment.id)
    ).all()


def proposals(consultation: Consultation, rows: Sequence[Any]) -> dict[int, list[Run]]:
    """The wordings proposed in those comments, redlined against what they were written on."""
    proposing = [row for row in rows if row.proposed_wording]
    present = own_texts(consultation.version_id, {row.anchor for row in proposing})
    return {row.id: redline(present.get(row.anchor, ""), row.proposed_wording) for row in proposing}
