"""What each provision of a posted version became in a later one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy import select

from app.documents.lineage.pairs import Fate
from app.documents.models import Alignment, DraftVersion
from app.documents.versions import posted
from app.extensions import db

# of two fates on the way, the one that says more
WEIGHT = (Fate.KEPT, Fate.REWORDED, Fate.MOVED, Fate.MERGED, Fate.SPLIT)


@dataclass(frozen=True)
class Link:
    """A provision of the older version and what it became, by id; None for added and removed."""

    old: int | None
    new: int | None
    fate: Fate
    reworded: bool


def became(older: DraftVersion, newer: DraftVersion) -> list[Link]:
    """Every provision of both versions is in at least one link; those between are followed.

    The two are posted versions of one dossier, `older` before `newer`, or `newer` is the draft
    that follows the last posted one.
    """
    chain = [
        version
        for version in [*posted(newer.dossier_id), newer]
        if older.number < version.number <= newer.number
    ]
    steps = [_step(version.id) for version in dict.fromkeys(chain)]
    return reduce(_followed, steps) if steps else []


def _step(version_id: int) -> list[Link]:
    columns = (
        Alignment.old_provision_id,
        Alignment.new_provision_id,
        Alignment.fate,
        Alignment.reworded,
    )
    rows = db.session.execute(
        select(*columns).where(Alignment.version_id == version_id).order_by(Alignment.id)
    )
    return [Link(old, new, Fate(fate), reworded) for old, new, fate, reworded in rows]


def _followed(first: Sequence[Link], second: Sequence[Link]) -> list[Link]:
    """The links from the first step's older side to the second step's newer side."""
    onward: dict[int | None, list[Link]] = defaultdict(list)
    for link in second:
        onward[link.old].append(link)
    found: list[Link] = []
    for link in first:
        ways = onward[link.new] if link.new is not None else []
        goes_on = [way for way in ways if way.new is not None]
        for way in goes_on:
            reworded = link.reworded or way.reworded
            found.append(Link(link.old, way.new, _heavier(link.fate, way.fate), reworded))
        if not goes_on and link.old is not None:
            found.append(Link(link.old, None, Fate.REMOVED, False))
    found += [link for link in onward[None] if link.new is not None]
    return list(dict.fromkeys(found))


def _heavier(first: Fate, second: Fate) -> Fate:
    if first is Fate.ADDED:
        return first
    return max(first, second, key=WEIGHT.index)
