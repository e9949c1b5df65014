"""What is open where: the articles and the groups of a consultation, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from app.comments.models import CommentStatus, Tally
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db
from app.groups.models import Tier
from app.groups.reading import largest, voices
from app.responses.assigning import Place, holders
from app.responses.models import Answer, AnswerGroup

GROUPS = 20
WHOLE_DRAFT = 0


class Whose(StrEnum):
    ALL = "all"
    MINE = "mine"
    NOBODYS = "nobodys"


@dataclass(frozen=True)
class Part:
    """An article with comments, the draft as a whole where the anchor is empty."""

    lineage_id: int
    anchor: str
    heading: str
    published: int
    answered: int
    holder: tuple[int, str] | None

    @property
    def place(self) -> str:
        """How the law cites it, "" for the draft as a whole."""
        return citation(self.anchor)

    @property
    def open(self) -> int:
        return max(0, self.published - self.answered)

    @property
    def percent(self) -> int:
        """The share that is answered, in whole percent; 100 only when all is."""
        return 100 * self.answered // self.published if self.published else 100


@dataclass(frozen=True)
class Sharing:
    """A group with its words, its holder, and the answers that were written for it."""

    group: Any
    voice: Any
    holder: tuple[int, str] | None
    answers: Sequence[Any]


def parts(consultation: Consultation, whose: Whose, officer_id: int) -> list[Part]:
    """The articles that have published comments, in the order of the draft."""
    tallies = {
        row.article_lineage_id: row
        for row in db.session.scalars(
            select(Tally).where(Tally.consultation_id == consultation.id, Tally.published > 0)
        )
    }
    holding = holders(consultation.id)
    found = []
    total = tallies.pop(WHOLE_DRAFT, None)
    if total is not None:
        published = total.published - sum(row.published for row in tallies.values())
        answered = total.answered - sum(row.answered for row in tallies.values())
        if published > 0:
            holder = holding.get(Place(article=WHOLE_DRAFT))
            found.append(Part(WHOLE_DRAFT, "", "", published, max(0, answered), holder))
    for row in db.session.execute(
        select(Provision.lineage_id, Provision.anchor, Provision.heading)
        .where(
            Provision.version_id == consultation.version_id,
            Provision.lineage_id.in_(list(tallies)),
        )
        .order_by(Provision.position)
    ):
        tally = tallies[row.lineage_id]
        counts = (tally.published, min(tally.answered, tally.published))
        holder = holding.get(Place(article=row.lineage_id))
        found.append(Part(row.lineage_id, row.anchor, row.heading, *counts, holder))
    return [part for part in found if _fits(part.holder, whose, officer_id)]


def sharings(
    consultation: Consultation,
    tier: Tier,
    whose: Whose,
    officer_id: int,
    after: tuple[int, int] | None = None,
) -> tuple[list[Sharing], str | None]:
    """Up to GROUPS groups with public comments, the largest first, and the key of the next."""
    rows = largest(consultation.id, tier, after, GROUPS + 1)
    groups = [row for row in rows[:GROUPS] if row.published > 0]
    said = voices(groups, [CommentStatus.PUBLISHED])
    holding = holders(consultation.id)
    written = _written([group.id for group in groups])
    found = [
        Sharing(
            group, said[group.id], holding.get(Place(group=group.id)), written.get(group.id, [])
        )
        for group in groups
        if group.id in said
    ]
    onward = None
    if len(rows) > GROUPS:
        onward = f"{rows[GROUPS - 1].messages}.{rows[GROUPS - 1].id}"
    return [one for one in found if _fits(one.holder, whose, officer_id)], onward


def _fits(holder: tuple[int, str] | None, whose: Whose, officer_id: int) -> bool:
    if whose is Whose.NOBODYS:
        return holder is None
    return whose is Whose.ALL or (holder is not None and holder[0] == officer_id)


def _written(group_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    query = (
        select(AnswerGroup.group_id, Answer.id, Answer.state, Answer.size)
        .join(Answer, Answer.id == AnswerGroup.answer_id)
        .where(AnswerGroup.group_id.in_(group_ids))
        .order_by(Answer.id)
    )
    for row in db.session.execute(query):
        found.setdefault(row.group_id, []).append(row)
    return found
