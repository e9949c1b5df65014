"""An unposted version beside the one posted before: what the drafter confirms, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.documents.lineage.align import Word, align, repaired
from app.documents.lineage.pairs import Pair, Unit
from app.documents.models import Alignment, DraftVersion, Provision, select_provisions
from app.documents.nodes import Kind
from app.extensions import db


@dataclass(frozen=True)
class Said:
    """A person's word: the older provision (by id) became the unit with that anchor, or none.

    The `heir` of a provision carries its lineage on, whatever else its words are like.
    """

    old_id: int
    anchor: str | None
    officer_id: int
    at: datetime
    heir: bool = False


@dataclass(frozen=True)
class Aligned:
    """The pairs of a version with the one before; `old` are the older provisions in order."""

    old: Sequence[Any]
    pairs: Sequence[Pair]
    said: dict[tuple[int, int | None], Said]

    def carried(self) -> dict[int, int]:
        """The lineage that goes on, by the index of the newer unit."""
        return {
            pair.new: self.old[pair.old].lineage_id
            for pair in self.pairs
            if pair.continues and pair.new is not None and pair.old is not None
        }


def aligned(earlier: DraftVersion | None, units: Sequence[Unit], said: Iterable[Said]) -> Aligned:
    """The units beside those of the earlier version, as people said where they did.

    What was said of a unit that is there no longer is forgotten.
    """
    if earlier is None:
        return Aligned([], [], {})
    rows = db.session.execute(select_provisions(earlier.id)).all()
    old = [unit_of(row) for row in rows]
    places = {row.id: n for n, row in enumerate(rows)}
    anchors = {unit.anchor: n for n, unit in enumerate(units)}
    kept: dict[tuple[int, int | None], Said] = {}
    words: list[Word] = []
    for word in said:
        if word.old_id not in places or (word.anchor is not None and word.anchor not in anchors):
            continue
        at = anchors[word.anchor] if word.anchor is not None else None
        kept[places[word.old_id], at] = word
        words.append((places[word.old_id], at, word.heir))
    pairs = align(old, units)
    pairs = repaired(pairs, old, units, words) if words else pairs
    return Aligned(rows, pairs, kept)


def keep(version: DraftVersion, found: Aligned, ids: Sequence[int]) -> None:
    """The alignment of the version is the one found; `ids` are those of its provisions."""
    if not found.pairs:
        return
    values = []
    for pair in found.pairs:
        word = found.said.get((pair.old, pair.new)) if pair.old is not None else None
        values.append(
            {
                "version_id": version.id,
                "old_provision_id": None if pair.old is None else found.old[pair.old].id,
                "new_provision_id": None if pair.new is None else ids[pair.new],
                "fate": pair.fate.value,
                "score": pair.score,
                "reworded": pair.reworded,
                "continues": pair.continues,
                "doubtful": pair.doubtful,
                "confirmed_by": word.officer_id if word is not None else None,
                "confirmed_at": word.at if word is not None else None,
            }
        )
    db.session.execute(insert(Alignment), values)


def said_of(version: DraftVersion) -> list[Said]:
    """What people said of the version so far, in the order they said it."""
    rows = db.session.execute(
        select(
            Alignment.old_provision_id,
            Provision.anchor,
            Alignment.confirmed_by,
            Alignment.confirmed_at,
            Alignment.continues,
        )
        .outerjoin(Provision, Provision.id == Alignment.new_provision_id)
        .where(
            Alignment.version_id == version.id,
            Alignment.confirmed_at.is_not(None),
            Alignment.old_provision_id.is_not(None),
        )
        .order_by(Alignment.confirmed_at, Alignment.id)
    )
    return [
        Said(old or 0, anchor, by or 0, at, heir)
        for old, anchor, by, at, heir in rows
        if at is not None
    ]


def unit_of(row: Any) -> Unit:
    """A provision or stored row as alignment sees it."""
    return Unit(
        kind=Kind(row.kind),
        number=row.number,
        heading=row.heading,
        text=row.text,
        anchor=row.anchor,
        depth=row.depth,
        rows=tuple(tuple(cells) for cells in row.rows),
    )
