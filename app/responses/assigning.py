"""Who is to answer what was said of an article, or what a group says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, exists, select

from app.accounts.models import Agency, Grant, Officer, Role
from app.comments.models import Comment, Tally
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Dossier, Provision
from app.extensions import db
from app.groups.models import CommentGroup
from app.kit.collation import person
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses.models import Assignment


class NotDrafterError(Exception):
    """Raised when the officer does not draft answers for the agency."""


class UnknownPlaceError(Exception):
    """Raised when nobody commented on the article, or the group is of another consultation."""


@dataclass(frozen=True)
class Place:
    """An article by its lineage, the draft as a whole by 0; or a group."""

    article: int | None = None
    group: int | None = None


@dataclass(frozen=True)
class Own:
    """An article of a draft that an officer has to answer, and how many comments are open."""

    slug: str
    title: str
    round: int
    last_day: date
    lineage_id: int
    anchor: str
    open: int
    period: int

    @property
    def place(self) -> str:
        """How the law cites it."""
        return citation(self.anchor)


def assign(
    consultation: Consultation,
    place: Place,
    to: Officer | None,
    officer: Officer,
    now: datetime,
) -> bool:
    """The place is that officer's to answer, or nobody's; False when it was so before.

    Raises NotDrafterError, UnknownPlaceError.
    """
    if to is not None and to.id not in {one.id for one in drafters(consultation.dossier.agency)}:
        raise NotDrafterError
    if not _known(consultation, place):
        raise UnknownPlaceError
    held = _held(consultation, place)
    if (held.officer_id if held else None) == (to.id if to else None):
        return False
    if held is not None:
        db.session.execute(delete(Assignment).where(Assignment.id == held.id))
    if to is not None:
        db.session.add(
            Assignment(
                consultation_id=consultation.id,
                article_lineage_id=place.article,
                group_id=place.group,
                officer_id=to.id,
                assigned_by=officer.id,
                assigned_at=now,
            )
        )
    db.session.flush()
    record(
        Verb.ANSWER_ASSIGNED,
        f"consultation:{consultation.id}",
        actor_id=officer.id,
        consultation_id=consultation.id,
        at=now,
        article_lineage_id=place.article,
        group_id=place.group,
        officer_id=to.id if to is not None else None,
    )
    return True


def drafters(agency: Agency) -> Sequence[Officer]:
    """The active officers who draft answers for the agency, by given name."""
    drafting = select(Grant.officer_id).where(
        Grant.role == Role.DRAFTER.value, Grant.agency_id.in_(agency.lineage())
    )
    query = select(Officer).where(Officer.id.in_(drafting), Officer.active.is_(True))
    found = db.session.scalars(query.order_by(Officer.id))
    return sorted(found, key=lambda officer: person(officer.name))


def holders(consultation_id: int) -> dict[Place, tuple[int, str]]:
    """Who has which place of the consultation: number and name."""
    rows = db.session.execute(
        select(Assignment.article_lineage_id, Assignment.group_id, Officer.id, Officer.name)
        .join(Officer, Officer.id == Assignment.officer_id)
        .where(Assignment.consultation_id == consultation_id)
    )
    return {Place(article, group): (key, name) for article, group, key, name in rows}


def own(officer: Officer, most: int) -> list[Own]:
    """The parts of drafts that are the officer's and have open comments, the first to end first."""
    left = (Tally.published - Tally.answered).label("open")
    query = (
        select(
            Dossier.slug,
            Dossier.title,
            Consultation.round,
            Consultation.last_day,
            Consultation.id.label("period"),
            Assignment.article_lineage_id.label("lineage_id"),
            Provision.anchor,
            left,
        )
        .join(Consultation, Consultation.id == Assignment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(
            Tally,
            (Tally.consultation_id == Assignment.consultation_id)
            & (Tally.article_lineage_id == Assignment.article_lineage_id),
        )
        .join(
            Provision,
            (Provision.version_id == Consultation.version_id)
            & (Provision.lineage_id == Assignment.article_lineage_id),
        )
        .where(Assignment.officer_id == officer.id, left > 0, Dossier.sealed.is_(False))
        .order_by(Consultation.closes_at, Provision.position)
    )
    return [
        Own(
            *(row.slug, row.title, row.round, row.last_day, row.lineage_id, row.anchor),
            *(row.open, row.period),
        )
        for row in db.session.execute(query.limit(most))
    ]


def _held(consultation: Consultation, place: Place) -> Assignment | None:
    query = select(Assignment).where(Assignment.consultation_id == consultation.id)
    if place.group is not None:
        query = query.where(Assignment.group_id == place.group)
    else:
        query = query.where(Assignment.article_lineage_id == place.article)
    return db.session.scalar(query.with_for_update())


def _known(consultation: Consultation, place: Place) -> bool:
    if place.group is not None:
        group = db.session.get(CommentGroup, place.group)
        return group is not None and group.consultation_id == consultation.id
    # the rows themselves and not the tally: it follows a moment later
    said = Comment.consultation_id == consultation.id
    if place.article:
        said = and_(said, Comment.article_lineage_id == place.article)
    return bool(db.session.scalar(select(exists().where(said))))
