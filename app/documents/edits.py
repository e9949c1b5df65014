"""Repairs of an unposted version as they are kept: each with what it replaced, to be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.documents.aligning import Said
from app.documents.models import DraftEdit, DraftVersion
from app.documents.nodes import Kind
from app.documents.repair import Change, Edit, Operation, applied, change
from app.documents.standing import standing
from app.documents.versions import PostedVersionError, Row, put, stored
from app.documents.written import BEGIN, give_back
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb

UNDO = "undo"


def repair(version: DraftVersion, edit: Edit, officer: Officer, now: datetime) -> str:
    """The version's units are repaired and its doubts told anew; gives the anchor of the unit.

    Raises WrongRepairError, and PostedVersionError once the version is public. It has to be
    accepted and declared again.
    """
    if version.posted_at is not None:
        raise PostedVersionError
    rows = stored(version)
    made = change(rows, edit)
    old = rows[made.start : made.stop]
    after = applied(rows, made)
    gone = hold(version, after, version.doubts, _lines(rows, made))
    named = next(row for row in old if row.anchor == edit.anchor)
    at = made.start + (edit.operation is Operation.SPLIT)
    operation = edit.operation
    if operation is Operation.RETYPE and after[at].kind is named.kind:
        operation = Operation.RENUMBER
    db.session.add(
        DraftEdit(
            version_id=version.id,
            operation=operation.value,
            facts={
                "kind": named.kind.value,
                "number": named.number,
                "became": [after[at].kind.value, after[at].number],
                "gone": gone,
            },
            position=made.start,
            count=len(made.rows),
            before=[asdict(row) for row in old],
            officer_id=officer.id,
            at=now,
        )
    )
    note(version, operation.value, officer, now)
    return after[at].anchor


def undo(version: DraftVersion, officer: Officer, now: datetime) -> str | None:
    """The last repair is taken back, units and doubts are as before it; None if there is none."""
    if version.posted_at is not None:
        raise PostedVersionError
    edit = last(version)
    if edit is None:
        return None
    rows = stored(version)
    before = [Row(**found | {"kind": Kind(found["kind"])}) for found in edit.before]
    after = applied(rows, Change(edit.position, edit.position + edit.count, tuple(before)))
    hold(version, after, [*version.doubts, *edit.facts["gone"]], range(0))
    give_back(version, edit)
    db.session.delete(edit)
    note(version, UNDO, officer, now)
    return after[edit.position].anchor


def last(version: DraftVersion) -> DraftEdit | None:
    """The repair that would be undone next."""
    return db.session.scalar(
        select(DraftEdit)
        .where(DraftEdit.version_id == version.id, DraftEdit.operation != BEGIN)
        .order_by(DraftEdit.id.desc())
        .limit(1)
    )


def count(version: DraftVersion) -> int:
    """How many repairs can be undone."""
    made = select(func.count()).where(
        DraftEdit.version_id == version.id, DraftEdit.operation != BEGIN
    )
    return db.session.scalar(made) or 0


def hold(
    version: DraftVersion,
    rows: Sequence[Row],
    told: Sequence[dict[str, Any]],
    touched: range,
    said: Sequence[Said] = (),
) -> list[dict[str, Any]]:
    """The version holds the rows and the doubts about them; gives the doubts that are over."""
    doubts, over = standing(rows, told, touched)
    version.doubts = doubts
    put(version, rows, said)
    return over


def _lines(rows: Sequence[Row], made: Change) -> range:
    """The lines of the file that the replaced rows stand on."""
    end = rows[made.stop].line if made.stop < len(rows) else rows[-1].line + 10**6
    return range(rows[made.start].line, max(end, rows[made.start].line + 1))


def note(version: DraftVersion, operation: str, officer: Officer, now: datetime) -> None:
    """The ledger tells of the edit and the words it led to."""
    record(
        Verb.DRAFT_REPAIRED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        operation=operation,
        digest=version.digest,
    )
