"""What waits for one officer: comments to review, dossiers to prepare, answers to write."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may, reach
from app.accounts.realm import realm
from app.approvals.kinds import kinds
from app.approvals.models import Proposal
from app.comments.models import Comment, Tally
from app.comments.tally import TOTAL
from app.consultations.models import Consultation
from app.documents.models import Dossier, DraftVersion, Stage
from app.extensions import db
from app.kit import clock
from app.moderation.models import Appeal, Decision
from app.outreach.models import Correction
from app.responses.models import Answer, AnswerState, Unanswered
from app.site.heads import LAST
from app.web.phrases import Phrase

SHOWN = 20
ENDED = (Stage.ADOPTED.value, Stage.WITHDRAWN.value)


@dataclass(frozen=True)
class Work:
    """One thing to do: the dossier, how much of it (None when it is one thing), its last day."""

    dossier_id: int
    slug: str
    title: Phrase
    many: int | None = None
    due: date | None = None
    round: int | None = None  # of an earlier comment period
    period: int | None = None  # the comment period itself, as the queue of review filters by it


def below(tops: Collection[int]) -> set[int]:
    """Those agencies and all under them; a province has hundreds of bodies, so all are read."""
    if not tops:
        return set()
    children: dict[int | None, list[int]] = {}
    for row in db.session.execute(select(Agency.id, Agency.parent_id)):
        children.setdefault(row.parent_id, []).append(row.id)
    found: set[int] = set()
    queue = list(tops)
    while queue:
        agency_id = queue.pop()
        if agency_id not in found:
            found.add(agency_id)
            queue += children.get(agency_id, [])
    return found


def appeals(officer: Officer, limit: int = SHOWN) -> list[tuple[int, int, date]]:
    """Undecided appeals that the officer had no part in, urgent first: number, comment, due day."""
    mine = select(Decision.comment_id).where(Decision.officer_id == officer.id)
    rows = db.session.execute(
        select(Appeal.id, Appeal.comment_id, Appeal.due_on)
        .join(Comment, Comment.id == Appeal.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(
            Appeal.decided_at.is_(None),
            Dossier.agency_id.in_(below(reach(officer, Act.DECIDE_COMMENT))),
            Dossier.sealed.is_(False),
            Appeal.comment_id.not_in(mine),
        )
        .order_by(Appeal.due_on, Appeal.id)
        .limit(limit)
    )
    return [(row.id, row.comment_id, row.due_on) for row in rows]


def proposals(officer: Officer) -> list[tuple[int, Any, Any, datetime | None]]:
    """What colleagues proposed and the officer may agree to: number, kind, about what, until."""
    of_kinds = [code for code, kind in kinds().items() if may(officer, kind.agreeing)]
    found = db.session.scalars(
        select(Proposal)
        .where(
            Proposal.outcome == "",
            Proposal.proposed_by != officer.id,
            Proposal.kind.in_(of_kinds),
            Proposal.agency_id.in_(realm(officer, Act.READ_PROPOSALS)),
            or_(Proposal.expires_at.is_(None), Proposal.expires_at > clock.now()),
        )
        .order_by(Proposal.expires_at, Proposal.id)
    )
    agreed = [(one, kinds()[one.kind]) for one in found]
    return [
        (one.id, kind.name, kind.tell(one)[0].words, one.expires_at)
        for one, kind in agreed
        if may(officer, kind.agreeing, one.agency) and may(officer, kind.reading, one.agency)
    ][:SHOWN]


def corrections(officer: Officer, limit: int = SHOWN) -> list[tuple[int, str, str, Phrase]]:
    """Unpublished corrections that a colleague wrote: number, claim, address and title of draft."""
    rows = db.session.execute(
        select(Correction.id, Correction.claim, Dossier.slug, Dossier.title)
        .join(Dossier, Dossier.id == Correction.dossier_id)
        .where(
            Correction.published_at.is_(None),
            Correction.withdrawn_at.is_(None),
            Correction.written_by != officer.id,
            Dossier.agency_id.in_(below(reach(officer, Act.PUBLISH_CORRECTION))),
            Dossier.sealed.is_(False),
        )
        .order_by(Correction.id)
        .limit(limit)
    )
    return [(row.id, row.claim, row.slug, Phrase(row.title, "vi")) for row in rows]


def to_review(officer: Officer) -> list[Work]:
    """Drafts with comments waiting for a moderator, the soonest to close first."""
    return _dossiers(
        officer,
        Act.DECIDE_COMMENT,
        Tally.waiting > 0,
        many=Tally.waiting,
        order=Consultation.closes_at,
    )


def to_open(officer: Officer) -> list[Work]:
    """Dossiers with something to prepare before people are asked or read on, newest first."""
    in_hand = Dossier.stage.in_([Stage.PROPOSAL.value, Stage.DRAFTING.value])
    next_version = exists().where(
        DraftVersion.dossier_id == Dossier.id, DraftVersion.posted_at.is_(None)
    )
    return _dossiers(
        officer,
        (Act.PREPARE_DOSSIER, Act.OPEN_CONSULTATION),
        (
            (in_hand & Dossier.taking_comments.is_(False))
            | (Dossier.stage.not_in(ENDED) & next_version)
        )
        & func.coalesce(Consultation.round == LAST, True),
        order=Dossier.id.desc(),
    )


def to_answer(officer: Officer) -> list[Work]:
    """Drafts with published comments that no answer speaks to yet."""
    unanswered = exists().where(Unanswered.consultation_id == Consultation.id)
    return _dossiers(
        officer,
        Act.DRAFT_ANSWER,
        Dossier.stage.not_in(ENDED) & unanswered,
        order=Consultation.closes_at,
    )


def to_sign(officer: Officer) -> list[Work]:
    """Drafts with answers that a colleague handed in and this officer may sign."""
    return _answers(officer, Act.SIGN_ANSWER, AnswerState.REVIEW)


def to_publish(officer: Officer) -> list[Work]:
    """Drafts with signed answers that a colleague wrote and this officer may publish."""
    return _answers(officer, Act.PUBLISH_ANSWER, AnswerState.SIGNED)


def _answers(officer: Officer, act: Act, state: AnswerState) -> list[Work]:
    waiting = (
        select(func.count(Answer.id))
        .where(
            Answer.consultation_id == Consultation.id,
            Answer.state == state.value,
            Answer.drafted_by != officer.id,
        )
        .scalar_subquery()
    )
    return _dossiers(officer, act, waiting > 0, many=waiting, order=Consultation.closes_at)


def _dossiers(
    officer: Officer,
    acts: Act | tuple[Act, ...],
    condition: ColumnElement[bool],
    *,
    order: Any,
    many: Any = None,
) -> list[Work]:
    acts = acts if isinstance(acts, tuple) else (acts,)
    agencies = below(set().union(*(reach(officer, act) for act in acts)))
    if not agencies:
        return []
    count = many if many is not None else Dossier.id
    rows = db.session.execute(
        select(
            Dossier.id,
            Dossier.slug,
            Dossier.title,
            Consultation.last_day,
            Consultation.round,
            Consultation.id.label("period"),
            LAST.label("rounds"),
            count.label("many"),
        )
        .outerjoin(Consultation, Consultation.dossier_id == Dossier.id)
        .outerjoin(
            Tally,
            (Tally.consultation_id == Consultation.id) & (Tally.article_lineage_id == TOTAL),
        )
        .where(Dossier.agency_id.in_(agencies), Dossier.sealed.is_(False), condition)
        .order_by(order)
        .limit(SHOWN)
    )
    return [
        Work(
            dossier_id=row.id,
            slug=row.slug,
            title=Phrase(row.title, "vi"),
            many=row.many if many is not None else None,
            due=row.last_day,
            round=row.round if row.round != row.rounds else None,
            period=row.period,
        )
        for row in rows
    ]
