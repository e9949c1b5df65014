"""Who read what: a row for each look of staff at what is not public of a person.

The row is written before the page is made, in a short transaction of its own: a page that cannot
be written down is not shown. Pages that only read hold a snapshot, so that the note goes over a
connection of its own and nobody waits for the page to be rendered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, reads_only
from app.kit import clock
from app.people.models import Reading

MOST = 500  # rows in a statement


class Looked(StrEnum):
    """What was done with what is not public."""

    READ = "read"
    LISTED = "listed"
    EXPORTED = "exported"
    SEARCHED = "searched"


class For(StrEnum):
    """What staff look at what is not public for."""

    REVIEW = "review"
    APPEAL = "appeal"
    INTAKE = "intake"
    ANSWERING = "answering"
    GROUPING = "grouping"
    TRANSLATING = "translating"
    REFORM = "reform"
    OVERSIGHT = "oversight"
    SUBJECT_REQUEST = "subject_request"


class Officer(Protocol):
    """Who looks; where they work is written beside it."""

    id: Any
    agency_id: Any


class NotWrittenError(Exception):
    """Raised when a look could not be written down: then nothing is shown."""


def note(
    officer: Officer,
    act: Looked,
    subjects: Collection[str],
    purpose: For,
    now: datetime | None = None,
) -> None:
    """It is on record that the officer is shown these; raises NotWrittenError.

    Subjects are numbers ("comment:12"), never words.
    """
    rows = _rows(officer, act, subjects, purpose, now or clock.now())
    if not rows:
        return
    try:
        with _pen() as connection:
            for start in range(0, len(rows), MOST):
                connection.execute(insert(Reading), rows[start : start + MOST])
    except SQLAlchemyError as error:
        raise NotWrittenError from error


def comments(
    officer: Officer, act: Looked, ids: Collection[int], purpose: For, now: datetime | None = None
) -> None:
    """It is on record that the officer is shown these comments; raises NotWrittenError."""
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


@contextmanager
def _pen() -> Iterator[Connection]:
    """The connection that writes: the request's own where it writes already, else one of its own.

    On SQLite a second writer would wait for the first for ever; a request that only reads has
    none, and its snapshot cannot become a writer's.
    """
    if not reads_only.get():
        yield db.session.connection()
        return
    token = reads_only.set(False)
    try:
        with db.engine.begin() as own:
            yield own
    finally:
        reads_only.reset(token)
