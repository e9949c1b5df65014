"""What the answering desk shows: consultations with figures, comments, answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select, tuple_

from app.accounts.models import Agency, Officer
from app.comments.models import Comment, CommentStatus, Tally
from app.consultations.models import Consultation
from app.documents.models import Dossier, DraftVersion, Provision
from app.documents.passage import own_texts
from app.documents.redline import Run, redline
from app.extensions import db
from app.responses.models import Answer, AnswerComment
from app.responses.selecting import ANSWERABLE

PAGE = 50
ANSWERS = 25
WHOLE_DRAFT = -1  # comments on the draft as a whole come before those on its first provision


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
        .where(Dossier.agency_id.in_(agencies))
        .order_by(Consultation.id.desc())
    )
    return db.session.execute(query).all()


def figures(ids: Collection[int]) -> dict[int, Figures]:
    """The figures of each of those consultations."""
    public = select(Tally.consultation_id, Tally.published).where(
        Tally.consultation_id.in_(ids), Tally.article_lineage_id == 0
    )
    published = {row[0]: row[1] for row in db.session.execute(public)}
    said = func.sum(case((Answer.published_at.is_not(None), 1), else_=0))
    answers = (
        select(Answer.consultation_id, said, func.count())
        .join(AnswerComment, AnswerComment.answer_id == Answer.id)
        .join(Comment, Comment.id == AnswerComment.comment_id)
        .where(Answer.consultation_id.in_(ids), Comment.status.in_(ANSWERABLE))
        .group_by(Answer.consultation_id)
    )
    taken = {row[0]: (row[1], row[2]) for row in db.session.execute(answers)}
    return {
        key: Figures(published.get(key, 0), answered, every - answered)
        for key in ids
        for answered, every in [taken.get(key, (0, 0))]
    }


def unanswered(
    consultation: Consultation, after: tuple[int, int] | None
) -> tuple[Sequence[Any], str | None]:
    """Up to PAGE public comments that no answer speaks to, in the order of the draft, and the key
    of the next page."""
    position = func.coalesce(Provision.position, WHOLE_DRAFT)
    query = (
        select(
            Comment.id,
            Comment.shown_body.label("body"),
            Comment.quote,
            Comment.shown_wording.label("proposed_wording"),
            Comment.anchor,
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            Comment.shown_name.label("display_name"),
            Comment.submitted_at,
            position.label("position"),
        )
        .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
        .outerjoin(
            Provision,
            and_(
                Provision.version_id == consultation.version_id,
                Provision.lineage_id == Comment.lineage_id,
            ),
        )
        .where(
            Comment.consultation_id == consultation.id,
            Comment.status == CommentStatus.PUBLISHED.value,
            AnswerComment.answer_id.is_(None),
        )
        .order_by(position, Comment.id)
    )
    if after is not None:
        query = query.where(tuple_(position, Comment.id) > after)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.position}.{last.id}"


def answers(
    consultation_id: int, *, published: bool, before: int = 0
) -> tuple[Sequence[Any], int | None]:
    """Up to ANSWERS answers with the numbers of their comments, and where to go on.

    Drafts come oldest first, published ones newest first.
    """
    query = (
        select(Answer, Officer.name.label("drafter"))
        .join(Officer, Officer.id == Answer.drafted_by)
        .where(Answer.consultation_id == consultation_id)
    )
    if published:
        query = query.where(Answer.published_at.is_not(None)).order_by(Answer.id.desc())
        query = query.where(Answer.id < before) if before else query
    else:
        query = query.where(Answer.published_at.is_(None), Answer.id > before).order_by(Answer.id)
    rows = db.session.execute(query.limit(ANSWERS + 1)).all()
    return rows[:ANSWERS], rows[ANSWERS - 1].Answer.id if len(rows) > ANSWERS else None


def spoken_to(answer_ids: Collection[int]) -> dict[int, list[int]]:
    """The numbers of the comments that each of those answers speaks to."""
    found: dict[int, list[int]] = {answer_id: [] for answer_id in answer_ids}
    pairs = select(AnswerComment.answer_id, AnswerComment.comment_id).where(
        AnswerComment.answer_id.in_(answer_ids)
    )
    for answer_id, comment_id in db.session.execute(pairs.order_by(AnswerComment.comment_id)):
        found[answer_id].append(comment_id)
    return found


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
            Comment.anchor,
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            case((public, Comment.shown_name), else_="").label("display_name"),
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
