"""The versions of a draft: which there are, and how the units of an unposted one are stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select

from app.documents.aligning import Said, aligned, keep, said_of, unit_of
from app.documents.anchors import Anchors
from app.documents.models import (
    Alignment,
    Dossier,
    DraftVersion,
    Lineage,
    Provision,
    select_provisions,
)
from app.documents.nodes import Kind, Outline
from app.extensions import db

HOMES = (Kind.ARTICLE, Kind.ANNEX)


class PostedVersionError(Exception):
    """Raised when a posted version would be touched."""


@dataclass
class Row:
    """A unit as it is stored, without ids; `depth` is 0 at the top."""

    kind: Kind
    number: str
    heading: str
    text: str
    depth: int
    label: str = ""
    line: int = 0
    rows: list[list[str]] = field(default_factory=list)
    anchor: str = ""


def newest(dossier: Dossier) -> DraftVersion | None:
    """The dossier's version with the highest number."""
    return db.session.scalar(
        select(DraftVersion)
        .where(DraftVersion.dossier_id == dossier.id)
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )


def posted(dossier_id: int) -> list[DraftVersion]:
    """The versions that the public may read, the first one first."""
    found = select(DraftVersion).where(
        DraftVersion.dossier_id == dossier_id, DraftVersion.posted_at.is_not(None)
    )
    return list(db.session.scalars(found.order_by(DraftVersion.number)))


def before(version: DraftVersion) -> DraftVersion | None:
    """The version posted last before this one, to which it is aligned."""
    return db.session.scalar(
        select(DraftVersion)
        .where(
            DraftVersion.dossier_id == version.dossier_id,
            DraftVersion.number < version.number,
            DraftVersion.posted_at.is_not(None),
        )
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )


def rows_of(tree: Outline) -> list[Row]:
    """The tree as rows in document order."""
    return [
        Row(
            kind=node.kind,
            number=node.number,
            heading=node.heading,
            text=node.text,
            depth=depth,
            label=node.label,
            line=node.line,
            rows=[list(row) for row in node.rows],
            anchor=node.anchor,
        )
        for node, depth, _parent in tree.walk()
    ]


def stored(version: DraftVersion) -> list[Row]:
    """The units of a version as they are stored, in document order."""
    return [
        Row(
            kind=Kind(found.kind),
            number=found.number,
            heading=found.heading,
            text=found.text,
            depth=found.depth,
            label=found.label,
            line=found.line,
            rows=found.rows,
            anchor=found.anchor,
        )
        for found in db.session.execute(select_provisions(version.id))
    ]


def name_anew(rows: Sequence[Row]) -> None:
    """Every row has the anchor that its kind, number and place give it."""
    names = Anchors()
    path: list[tuple[str, str]] = []  # each unit above, with the annex it is in
    for row in rows:
        del path[row.depth :]
        parent, annex = path[-1] if path else ("", "")
        row.anchor = names.name(row.kind, row.number, row.label, parent, annex)
        path.append((row.anchor, row.anchor if row.kind is Kind.ANNEX else annex))


def put(version: DraftVersion, rows: Sequence[Row], said: Sequence[Said] = ()) -> None:
    """The unposted version holds exactly those units, aligned to the version posted before.

    Provisions that continue one of that version have its lineage, all others a new one. What
    people said of the alignment stands, `said` besides. New words have to be accepted and declared
    anew. Raises PostedVersionError.
    """
    if version.posted_at is not None:
        raise PostedVersionError
    before_now = said_of(version) if version.id is not None else []
    _take_away(version)
    words = digest(version, rows)
    if version.digest != words:
        version.digest = words
        version.accepted_at = None
    db.session.flush()
    found = aligned(before(version), [unit_of(row) for row in rows], [*before_now, *said])
    lineages = _lineages(version.dossier_id, len(rows), found.carried())
    keep(version, found, _insert(version, rows, lineages))


def drop_unposted(dossier: Dossier) -> None:
    """No unposted version is left: before posting nobody but the drafter has seen it."""
    version = newest(dossier)
    if version is None or version.posted_at is not None:
        return
    _take_away(version)
    db.session.delete(version)
    db.session.flush()


def digest(version: DraftVersion, rows: Sequence[Row]) -> str:
    """SHA-256 (hex) of everything a reader of the version sees, in order."""
    units = [
        {
            "position": position,
            "depth": row.depth,
            "kind": row.kind.value,
            "number": row.number,
            "heading": row.heading,
            "text": row.text,
            "anchor": row.anchor,
            "rows": row.rows,
            "home": home,
        }
        for position, (row, home) in enumerate(zip(rows, _homes(rows), strict=True))
    ]
    parts = [version.title, version.preamble, version.closing, units]
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _take_away(version: DraftVersion) -> None:
    """The provisions of an unposted version are gone, with the lineages that begin with them."""
    mine = select(Provision.lineage_id).where(Provision.version_id == version.id)
    elsewhere = select(Provision.lineage_id).where(
        Provision.version_id != version.id, Provision.lineage_id.in_(mine)
    )
    begun = list(db.session.scalars(mine.where(Provision.lineage_id.not_in(elsewhere))))
    db.session.execute(delete(Alignment).where(Alignment.version_id == version.id))
    db.session.execute(delete(Provision).where(Provision.version_id == version.id))
    for at in range(0, len(begun), 500):
        db.session.execute(delete(Lineage).where(Lineage.id.in_(begun[at : at + 500])))


def _lineages(dossier_id: int, count: int, carried: dict[int, int]) -> list[int]:
    """The lineage of each of `count` units: the carried one, or one that begins here."""
    fresh = [n for n in range(count) if n not in carried]
    begun: list[int] = []
    if fresh:
        begun = list(
            db.session.scalars(
                insert(Lineage).returning(Lineage.id, sort_by_parameter_order=True),
                [{"dossier_id": dossier_id} for _ in fresh],
            )
        )
    found = carried | dict(zip(fresh, begun, strict=True))
    return [found[n] for n in range(count)]


def _homes(rows: Sequence[Row]) -> list[int | None]:
    """For each row the index of the article or annex it belongs to, its own when it is one."""
    found: list[int | None] = []
    path: list[int] = []
    for position, row in enumerate(rows):
        del path[row.depth :]
        above = [n for n in path if rows[n].kind in HOMES]
        found.append(position if row.kind in HOMES else above[-1] if above else None)
        path.append(position)
    return found


def _insert(version: DraftVersion, rows: Sequence[Row], lineages: Sequence[int]) -> list[int]:
    if not rows:
        return []
    return list(
        db.session.scalars(
            insert(Provision).returning(Provision.id, sort_by_parameter_order=True),
            [
                {
                    "version_id": version.id,
                    "lineage_id": lineages[n],
                    "article_lineage_id": None if home is None else lineages[home],
                    "position": n,
                    "depth": row.depth,
                    "kind": row.kind.value,
                    "number": row.number,
                    "heading": row.heading,
                    "text": row.text,
                    "anchor": row.anchor,
                    "rows": row.rows,
                    "label": row.label,
                    "line": row.line,
                }
                for n, (row, home) in enumerate(zip(rows, _homes(rows), strict=True))
            ],
        )
    )
