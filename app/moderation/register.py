"""The public register: what was decided, for which reasons, how fast; kept by following the ledger.

Each withholding leaves a tombstone with its leaf, so that anybody who has the ledger can check
that the register leaves none out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.comments.models import Comment
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.moderation.models import Appeal, Decision, ModerationFigure, Outcome, Tombstone

PAGE = 50
BATCH = 1000
LIFTED = "lifted"  # withholdings that were undone or overturned
HOUR = 3600
# after these the comment is public
SHOWN = (Outcome.PUBLISHED.value, Outcome.REINSTATED.value, Outcome.GIVEN_BACK.value)
AnyRow = Row[*tuple[Any, ...]]
Moves = Counter[tuple[str, str, int]]


def _follow(entries: Sequence[Entry]) -> None:
    moves: Moves = Counter()
    submitted = _submitted(entries)
    for entry in entries:
        comment_id = entry.facts["comment_id"]
        match Verb(entry.verb):
            case Verb.COMMENT_PUBLISHED:
                hours = _hours(submitted[comment_id], entry.at)
                moves[Outcome.PUBLISHED.value, "", hours] += 1
            case Verb.COMMENT_WITHHELD:
                hours = _hours(submitted[comment_id], entry.at)
                moves[Outcome.WITHHELD.value, entry.facts["reason"], hours] += 1
                _bury(entry)
            case Verb.COMMENT_RETURNED | Verb.COMMENT_REINSTATED:
                _lift(entry, submitted[comment_id], moves)
    for (outcome, reason, hours), by in moves.items():
        figure = db.session.get(ModerationFigure, (outcome, reason, hours))
        if figure is None:
            figure = ModerationFigure(outcome=outcome, reason=reason, hours=hours, decisions=0)
            db.session.add(figure)
        figure.decisions += by


def _submitted(entries: Sequence[Entry]) -> dict[int, datetime]:
    ids = {entry.facts["comment_id"] for entry in entries}
    rows = db.session.execute(select(Comment.id, Comment.submitted_at).where(Comment.id.in_(ids)))
    return {row.id: row.submitted_at for row in rows}


def _hours(since: datetime, at: datetime) -> int:
    return max(0, int((at - since).total_seconds())) // HOUR


def _bury(entry: Entry) -> None:
    db.session.merge(
        Tombstone(
            seq=entry.seq,
            comment_id=entry.facts["comment_id"],
            consultation_id=entry.consultation_id,
            reason=entry.facts["reason"],
            at=entry.at,
            leaf=(entry.leaf or b"").hex(),
        )
    )
    db.session.flush()


def _lift(entry: Entry, submitted: datetime, moves: Moves) -> None:
    """What was decided before no longer counts; a tombstone stays, as lifted."""
    comment_id = entry.facts["comment_id"]
    if entry.facts.get("from_status") == Outcome.PUBLISHED.value:
        at = db.session.scalar(
            select(Decision.at)
            .where(
                Decision.comment_id == comment_id,
                Decision.outcome.in_(SHOWN),
                Decision.at <= entry.at,
            )
            .order_by(Decision.id.desc())
            .limit(1)
        )
        if at is not None:
            moves[Outcome.PUBLISHED.value, "", _hours(submitted, at)] -= 1
        return
    stone = db.session.scalar(
        select(Tombstone)
        .where(Tombstone.comment_id == comment_id, Tombstone.lifted_at.is_(None))
        .order_by(Tombstone.seq.desc())
        .limit(1)
    )
    if stone is None:
        return
    db.session.execute(
        update(Tombstone).where(Tombstone.seq == stone.seq).values(lifted_at=entry.at)
    )
    # a withholding stays counted as one, as its tombstone stays: what stands is the difference
    moves[LIFTED, stone.reason, 0] += 1
    if entry.verb == Verb.COMMENT_REINSTATED:
        moves[Outcome.PUBLISHED.value, "", _hours(submitted, entry.at)] += 1


@dataclass(frozen=True)
class Figures:
    """How many were published and withheld, for which reasons, and the median hours it took."""

    published: int
    withheld: dict[str, int]
    lifted: int
    median_hours: int | None
    open_appeals: int
    overdue_appeals: int
    overturned: int
    upheld: int


def figures(today: date) -> Figures:
    """The register's numbers; a few hundred small rows, whatever the number of comments."""
    rows = db.session.execute(
        select(
            ModerationFigure.outcome,
            ModerationFigure.reason,
            ModerationFigure.hours,
            ModerationFigure.decisions,
        )
    ).all()
    withheld: Counter[str] = Counter()
    hours: Counter[int] = Counter()
    published = lifted = 0
    for row in rows:
        if row.outcome == LIFTED:
            lifted += row.decisions
            continue
        hours[row.hours] += row.decisions
        if row.outcome == Outcome.WITHHELD:
            withheld[row.reason] += row.decisions
        else:
            published += row.decisions
    appeals = _appeals(today)
    return Figures(published, dict(withheld), lifted, median(hours), **appeals)


def median(hours: Counter[int]) -> int | None:
    """The lower median of the hours, each counted as often as it occurred; None of nothing."""
    half, seen = (sum(hours.values()) + 1) // 2, 0
    for value in sorted(hours):
        seen += hours[value]
        if seen >= half and hours[value] > 0:
            return value
    return None


def _appeals(today: date) -> dict[str, int]:
    def many(*which: Any) -> int:
        return db.session.scalar(select(func.count()).select_from(Appeal).where(*which)) or 0

    undecided = Appeal.decided_at.is_(None)
    return {
        "open_appeals": many(undecided),
        "overdue_appeals": many(undecided, Appeal.due_on < today),
        "overturned": many(Appeal.outcome == "overturned"),
        "upheld": many(Appeal.outcome == "upheld"),
    }


def tombstones(before: int | None, slug: str | None, limit: int = PAGE) -> Sequence[AnyRow]:
    """One tombstone more than a page holds, newest first, of one draft or of all."""
    query = (
        select(
            Tombstone.seq,
            Tombstone.comment_id,
            Tombstone.reason,
            Tombstone.at,
            Tombstone.leaf,
            Tombstone.lifted_at,
            Consultation.round,
            Dossier.id.label("dossier_id"),
            *(_unless_sealed(name) for name in (Dossier.slug, Dossier.title, Dossier.title_en)),
        )
        .join(Consultation, Consultation.id == Tombstone.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
    )
    if before is not None:
        query = query.where(Tombstone.seq < before)
    if slug is not None:
        mine = select(Consultation.id).join(Dossier).where(Dossier.slug == slug)
        query = query.where(Tombstone.consultation_id.in_(mine))
    return db.session.execute(query.order_by(Tombstone.seq.desc()).limit(limit + 1)).all()


def _unless_sealed(name: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """What a draft is called, "" of one that was taken from public view: its tombstones stay."""
    return case((Dossier.sealed, ""), else_=name).label(name.key)


def every_tombstone() -> Iterator[AnyRow]:
    """All of them, newest first, a batch at a time."""
    before = None
    while True:
        rows = tombstones(before, None, BATCH)
        yield from rows[:BATCH]
        if len(rows) <= BATCH:
            return
        before = rows[BATCH - 1].seq


READERS = (
    Reader(
        "register",
        frozenset(
            {
                Verb.COMMENT_PUBLISHED,
                Verb.COMMENT_WITHHELD,
                Verb.COMMENT_RETURNED,
                Verb.COMMENT_REINSTATED,
            }
        ),
        _follow,
    ),
)
