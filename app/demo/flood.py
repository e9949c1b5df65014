"""N more comments, varied and dated, for load work: the same rows and entries as the verbs make."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import Grant, Role
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.submit import Place, Words, columns, entry_of
from app.consultations.models import Consultation
from app.demo.voices import Voices
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.ledger.record import entry
from app.ledger.verbs import Verb
from app.moderation.models import Decision
from app.moderation.reasons import LABELS, Reason

BATCH = 2000
COMMON = (CommenterKind.INDIVIDUAL,) * 7
KINDS = (*COMMON, *CommenterKind)
FROM_ABROAD = (CommenterKind.OVERSEAS_VIETNAMESE, CommenterKind.RESIDENT_FOREIGNER)
OUTCOMES = (CommentStatus.PUBLISHED,) * 17 + (
    CommentStatus.WAITING,
    CommentStatus.WAITING,
    CommentStatus.WITHHELD,
)


class NothingOpenError(Exception):
    """Raised when there is no consultation to comment on, or nobody to decide."""


@dataclass(frozen=True)
class Ground:
    """A consultation with the places one can comment on."""

    consultation: Consultation
    places: tuple[Place, ...]


def grounds() -> list[Ground]:
    """Every consultation with its articles and clauses."""
    found = []
    for consultation in db.session.scalars(select(Consultation)):
        rows = db.session.execute(
            select(Provision.anchor, Provision.lineage_id, Provision.article_lineage_id).where(
                Provision.version_id == consultation.version_id,
                Provision.kind.in_(["article", "clause"]),
            )
        )
        places = tuple(Place(a, citation(a), own, home) for a, own, home in rows)
        found.append(Ground(consultation, (Place(), *places)))
    return found


def flood(n: int, seed: int, voices: Voices, progress: Callable[[int], None]) -> None:
    """`n` comments stand in the database, decided as they would be; commits batch by batch."""
    chance = random.Random(seed)
    ground = grounds()
    moderator = db.session.scalar(
        select(Grant.officer_id).where(Grant.role == Role.MODERATOR.value).limit(1)
    )
    if not ground or moderator is None:
        raise NothingOpenError
    now = clock.now()
    weights = [2**-k for k in range(len(ground))]
    left = n
    while left:
        size = min(left, BATCH)
        rows = [_row(chance, chance.choices(ground, weights)[0], voices, now) for _ in range(size)]
        _write(rows, moderator, chance)
        db.session.commit()
        ground = grounds()  # the commit expired what it held
        left -= size
        progress(size)


def _row(chance: random.Random, ground: Ground, voices: Voices, now: datetime) -> dict[str, Any]:
    consultation = ground.consultation
    end = min(now, consultation.closes_at - timedelta(minutes=1))
    span = max((end - consultation.opened_at).total_seconds(), 60)
    at = consultation.opened_at + timedelta(seconds=chance.uniform(0, span))
    body, language = voices.say(chance)
    country = voices.country(language)
    kind = chance.choice(FROM_ABROAD if country else KINDS)
    words = Words(
        body=body,
        commenter_kind=kind,
        language=language,
        key=codes.new_key(),
        display_name=voices.name(chance, language) if chance.random() < 0.6 else "",
        country=country,
    )
    row = columns(consultation, words, chance.choice(ground.places), at)
    if row["status"] == CommentStatus.WAITING:
        outcome = chance.choice(OUTCOMES)
        if outcome is not CommentStatus.WAITING:
            row["status"] = outcome.value
            row["decided_at"] = at + timedelta(hours=chance.uniform(0.2, 30))
            row["row_version"] = 2
    row.setdefault("decided_at", None)
    return row


def _write(rows: list[dict[str, Any]], moderator: int, chance: random.Random) -> None:
    ids = db.session.scalars(
        insert(Comment).returning(Comment.id, sort_by_parameter_order=True), rows
    ).all()
    entries, decisions = [], []
    for comment_id, row in zip(ids, rows, strict=True):
        decided = row["decided_at"]
        taken = {**row, "status": CommentStatus.WAITING.value} if decided else row
        entries.append(entry_of(comment_id, taken))
        if decided:
            reason = chance.choice(list(Reason)) if row["status"] == "withheld" else None
            entries.append(_decided(comment_id, row, moderator, reason))
            decisions.append(
                {
                    "comment_id": comment_id,
                    "officer_id": moderator,
                    "outcome": row["status"],
                    "reason": reason.value if reason else "",
                    "sentence": str(LABELS[reason]) if reason else "",
                    "at": decided,
                }
            )
    db.session.execute(insert(Entry), entries)
    if decisions:
        db.session.execute(insert(Decision), decisions)


def _decided(
    comment_id: int, row: dict[str, Any], moderator: int, reason: Reason | None
) -> dict[str, Any]:
    facts = {"comment_id": comment_id, "lineage_id": row["article_lineage_id"]}
    if reason is not None:
        facts["reason"] = reason.value
    return entry(
        Verb.COMMENT_WITHHELD if reason else Verb.COMMENT_PUBLISHED,
        f"comment:{comment_id}",
        actor_id=moderator,
        consultation_id=row["consultation_id"],
        at=row["decided_at"],
        **facts,
    )
