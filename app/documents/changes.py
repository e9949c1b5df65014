"""What changed between two posted versions of a draft, read from what was decided at posting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.documents.became import became
from app.documents.compared import Comparison, compare
from app.documents.exports.source import Cover, Edition, edition_of
from app.documents.lineage.pairs import Pair
from app.documents.models import DraftVersion, Provision
from app.documents.redline import Run, redline
from app.extensions import db


@dataclass(frozen=True)
class Changes:
    """Two versions as one; `articles` has the lineage of each older unit's article or annex."""

    older: Cover
    newer: Cover
    title: list[Run]
    preamble: list[Run]
    closing: list[Run]
    comparison: Comparison
    articles: Sequence[int | None]


def changes_between(older: DraftVersion, newer: DraftVersion) -> Changes:
    """All that leads from one version to the other; both posted, `older` first."""
    before, after = edition_of(older, ""), edition_of(newer, "")
    return changes_of(before, after, _pairs(older, newer), _articles(older.id))


def changes_of(
    before: Edition, after: Edition, pairs: Sequence[Pair], articles: Sequence[int | None]
) -> Changes:
    """The same from plain values; `pairs` link the units as `lineage.align` does."""
    return Changes(
        older=before.cover,
        newer=after.cover,
        title=redline(before.cover.title, after.cover.title),
        preamble=redline(before.preamble, after.preamble),
        closing=redline(before.closing, after.closing),
        comparison=compare(before.units, after.units, pairs),
        articles=articles,
    )


def _pairs(older: DraftVersion, newer: DraftVersion) -> list[Pair]:
    old, new = _lineages(older.id), _lineages(newer.id)
    olds = {key: n for n, (key, _) in enumerate(old)}
    news = {key: n for n, (key, _) in enumerate(new)}
    found = []
    for link in became(older, newer):
        before = None if link.old is None else olds[link.old]
        after = None if link.new is None else news[link.new]
        goes_on = before is not None and after is not None and old[before][1] == new[after][1]
        found.append(Pair(before, after, link.fate, 0.0, link.reworded, goes_on, doubtful=False))
    return found


def _lineages(version_id: int) -> list[tuple[int, int]]:
    rows = (
        select(Provision.id, Provision.lineage_id)
        .where(Provision.version_id == version_id)
        .order_by(Provision.position)
    )
    return [(row.id, row.lineage_id) for row in db.session.execute(rows)]


def _articles(version_id: int) -> list[int | None]:
    rows = (
        select(Provision.article_lineage_id)
        .where(Provision.version_id == version_id)
        .order_by(Provision.position)
    )
    return list(db.session.scalars(rows))
