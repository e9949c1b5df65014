"""The comparison of a draft with the law in force (S11): rows, each about one provision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select

from app.accounts.models import Officer
from app.documents.models import ChangeKind, ComparisonRow, DraftVersion, Provision
from app.documents.versions import PostedVersionError
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb


@dataclass(frozen=True)
class Comparison:
    """What one row says; `source` and `current` are empty where all is new, `anchor` names the
    provision of the draft."""

    kind: ChangeKind
    anchor: str
    source: str = ""
    current: str = ""
    reason: str = ""


def rows_of(version_id: int) -> Sequence[ComparisonRow]:
    """The rows of a version, in the order the agency gave them."""
    rows = select(ComparisonRow).where(ComparisonRow.version_id == version_id)
    return db.session.scalars(rows.order_by(ComparisonRow.position, ComparisonRow.id)).all()


def unlinked(version_id: int) -> list[int]:
    """Ids of the rows that stand for no provision of the version."""
    provision = exists().where(
        Provision.version_id == version_id, Provision.anchor == ComparisonRow.anchor
    )
    rows = select(ComparisonRow.id).where(ComparisonRow.version_id == version_id, ~provision)
    return list(db.session.scalars(rows))


def add(version: DraftVersion, said: Iterable[Comparison], officer: Officer, now: datetime) -> None:
    """Those rows follow the rows that are there; raises PostedVersionError."""
    _must_be_open(version)
    at = max((row.position for row in rows_of(version.id)), default=0)
    for position, one in enumerate(said, at + 1):
        db.session.add(_row(version.id, position, one))
    _record(version, officer, now)


def replace(
    version: DraftVersion, said: Iterable[Comparison], officer: Officer, now: datetime
) -> None:
    """The version has exactly those rows; raises PostedVersionError."""
    _must_be_open(version)
    db.session.execute(delete(ComparisonRow).where(ComparisonRow.version_id == version.id))
    add(version, said, officer, now)


def change(
    version: DraftVersion, row: ComparisonRow, said: Comparison, officer: Officer, now: datetime
) -> None:
    """The row reads so; raises PostedVersionError."""
    _must_be_open(version)
    row.kind, row.anchor = said.kind.value, said.anchor
    row.source, row.current, row.reason = said.source, said.current, said.reason
    _record(version, officer, now)


def remove(version: DraftVersion, row: ComparisonRow, officer: Officer, now: datetime) -> None:
    """The row is gone; raises PostedVersionError."""
    _must_be_open(version)
    db.session.delete(row)
    _record(version, officer, now)


def move(
    version: DraftVersion, row: ComparisonRow, by: int, officer: Officer, now: datetime
) -> None:
    """The row stands `by` places further down (up where negative); raises PostedVersionError."""
    _must_be_open(version)
    rows = list(rows_of(version.id))
    at = rows.index(row)
    rows.insert(min(max(at + by, 0), len(rows) - 1), rows.pop(at))
    for position, one in enumerate(rows, 1):
        one.position = position
    _record(version, officer, now)


def kept_rows(version: DraftVersion | None) -> list[tuple[Comparison, int | None]]:
    """The rows of a version to be carried to the next text, each with the lineage it is about.

    An unposted text takes its lineages along when it is replaced: then only the anchor is left.
    """
    if version is None:
        return []
    lineages: dict[str, int] = {}
    if version.posted_at is not None:
        named = select(Provision.anchor, Provision.lineage_id)
        found = db.session.execute(named.where(Provision.version_id == version.id))
        lineages = {row.anchor: row.lineage_id for row in found}
    return [
        (
            Comparison(ChangeKind(row.kind), row.anchor, row.source, row.current, row.reason),
            lineages.get(row.anchor),
        )
        for row in rows_of(version.id)
    ]


def carry(version: DraftVersion, kept: Sequence[tuple[Comparison, int | None]]) -> None:
    """The new text has the rows of the one before; a row whose provision is gone is unlinked."""
    if not kept:
        return
    named = select(Provision.anchor, Provision.lineage_id)
    found = db.session.execute(named.where(Provision.version_id == version.id)).all()
    anchors = {row.anchor for row in found}
    of_lineage: dict[int, str] = {}
    for row in found:
        of_lineage.setdefault(row.lineage_id, row.anchor)
    for position, (one, lineage_id) in enumerate(kept, 1):
        if lineage_id is not None:
            anchor = of_lineage.get(lineage_id, "")
        else:
            anchor = one.anchor if one.anchor in anchors else ""
        said = Comparison(one.kind, anchor, one.source, one.current, one.reason)
        db.session.add(_row(version.id, position, said))
    db.session.flush()


def _row(version_id: int, position: int, said: Comparison) -> ComparisonRow:
    return ComparisonRow(
        version_id=version_id,
        position=position,
        kind=said.kind.value,
        source=said.source,
        current=said.current,
        anchor=said.anchor,
        reason=said.reason,
    )


def _must_be_open(version: DraftVersion) -> None:
    if version.posted_at is not None:
        raise PostedVersionError


def _record(version: DraftVersion, officer: Officer, now: datetime) -> None:
    db.session.flush()
    rows = rows_of(version.id)
    words = [
        piece
        for row in rows
        for piece in (row.kind, row.anchor, row.source, row.current, row.reason)
    ]
    record(
        Verb.COMPARISON_CHANGED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        rows=len(rows),
        digest=hashlib.sha256("\x00".join(words).encode()).hexdigest(),
    )
