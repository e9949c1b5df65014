"""Who read what: a row for each look of staff at what is not public of a person.

A page that cannot be written down is not shown: the rows are written after it was made and before
it is sent, in a short transaction of their own. Pages of the desk hold a snapshot while they are
made, and on SQLite a snapshot cannot become a writer; so nobody waits for a page to be rendered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from flask import Response, after_this_request, g, has_request_context
from sqlalchemy import Connection, insert

from app.extensions import db, reads_only
from app.kit import clock
from app.people.models import Reading

MOST = 500  # rows in a statement


class Looked(StrEnum):
    """What was done with what is not public."""

    READ = "read"
    LISTED = "listed"
    EXPORTED = "exported"


class For(StrEnum):
    """What staff look at what is not public for."""

    REVIEW = "review"
    APPEAL = "appeal"
    INTAKE = "intake"
    ANSWERING = "answering"
    GROUPING = "grouping"
    TRANSLATING = "translating"
    SUBJECT_REQUEST = "subject_request"


class Officer(Protocol):
    """Who looks; where they work is written beside it."""

    id: Any
    agency_id: Any


def note(
    officer: Officer,
    act: Looked,
    subjects: Collection[str],
    purpose: For,
    now: datetime | None = None,
) -> None:
    """It is on record that the officer is shown these, or they are not shown.

    Subjects are numbers ("comment:12"), never words. In a request the rows are written once the
    page is made and before any of it is sent; elsewhere at once, in the caller's transaction.
    """
    rows = _rows(officer, act, subjects, purpose, now or clock.now())
    if not rows:
        return
    if not has_request_context():
        _insert(db.session.connection(), rows)
        return
    waiting: list[dict[str, object]] | None = g.get("readings")
    if waiting is None:
        waiting = g.readings = []
        after_this_request(_write)
    waiting += rows


def comments(
    officer: Officer, act: Looked, ids: Collection[int], purpose: For, now: datetime | None = None
) -> None:
    """It is on record that the officer is shown these comments, or they are not shown."""
    note(officer, act, [f"comment:{one}" for one in sorted(set(ids))], purpose, now)


def _rows(
    officer: Officer, act: Looked, subjects: Collection[str], purpose: For, now: datetime
) -> Sequence[dict[str, object]]:
    common = {
        "officer_id": officer.id,
        "agency_id": officer.agency_id,
        "at": now,
        "act": act.value,
        "purpose": purpose.value,
    }
    return [{**common, "subject": subject} for subject in dict.fromkeys(subjects)]


def _write(response: Response) -> Response:
    """The page goes out with its rows on record; an error here goes out in its place."""
    # what the view wanted kept is committed; on SQLite nobody else could write beside it
    db.session.rollback()
    token = reads_only.set(False)
    try:
        with db.engine.begin() as own:
            _insert(own, g.pop("readings"))
    finally:
        reads_only.reset(token)
    return response


def _insert(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    for start in range(0, len(rows), MOST):
        connection.execute(insert(Reading), rows[start : start + MOST])
