"""Erasing a person: one act for all rooms, on record by numbers, and done again after a restore.

What must stay stays: words that stand in an archived dossier (Law 33/2024), unless they name their
author themselves; the place of a comment on record; that somebody once agreed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event, select

from app.alerts import keeping
from app.alerts.models import SavedSearch
from app.citizens import forget as accounts
from app.citizens.models import Citizen
from app.comments import erasing
from app.comments.models import Comment
from app.extensions import db
from app.groups import following
from app.mail import post
from app.moderation import erasing as moderation
from app.people import consents
from app.people.models import Erasure, Scope
from app.privacy.person import Person

# beside the database, so that a copy brought back learns who was erased since it was made
JOURNAL = "erasures.jsonl"


def journal() -> Path:
    """The list of all erasures: numbers and instants, nobody's name."""
    return Path(current_app.extensions["settings"].instance_dir) / JOURNAL


def erase(person: Person, scope: Scope, now: datetime, officer_id: int | None = None) -> None:
    """Nothing that the portal can reach names the person, once the caller commits.

    With TEXT their words go as well: for those that identify their author by themselves.
    """
    note([(subject, scope) for subject in person.subjects], now)
    gone: list[Path] = []
    touched: set[int] = set()
    for number in person.comments:
        comment = db.session.get_one(Comment, number, with_for_update=True)
        if not _is_done(comment, scope):
            gone += erase_comment(comment, scope, now, officer_id)
            touched.add(comment.consultation_id)
    for whose in person.subscribers:
        forget_subscriber(whose.id, whose.key, now, officer_id)
    for citizen in person.citizens:
        forget_citizen(citizen, now, officer_id)
    _once_committed(gone, touched)


def erase_comment(
    comment: Comment, scope: Scope, now: datetime, officer_id: int | None
) -> list[Path]:
    """The author goes from the comment; returns the files to be deleted once committed."""
    subject = f"comment:{comment.id}"
    post.take_back(post.waiting([subject]), now)
    consents.forget([subject], now)
    if scope is Scope.TEXT:
        # while its words can still be read: they lead to what was found alike
        following.leave(comment.consultation_id, comment.id)
    gone = erasing.erase(comment, scope, now, officer_id)
    if scope is Scope.TEXT:
        moderation.erase(comment)
    return gone


def forget_subscriber(number: int, key: str, now: datetime, officer_id: int | None) -> None:
    """No search is kept for the address any more, nor the address."""
    searches = db.session.scalars(select(SavedSearch.id).where(SavedSearch.subscriber_id == number))
    subjects = [f"search:{one}" for one in searches]
    keeping.stop_all(key, now)
    consents.forget(subjects, now)
    _write_down(f"subscriber:{number}", now, officer_id)


def forget_citizen(citizen: Citizen, now: datetime, officer_id: int | None) -> None:
    """The account is gone, with all that leads to it."""
    _write_down(f"citizen:{citizen.id}", now, officer_id)
    accounts.forget(citizen, now)


def note(subjects: Sequence[tuple[str, Scope]], now: datetime) -> None:
    """The list beside the database has these, on disk before anything else is said to be done."""
    lines = [
        json.dumps({"subject": subject, "scope": scope.value, "at": now.isoformat()})
        for subject, scope in subjects
    ]
    with journal().open("a", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _is_done(comment: Comment, scope: Scope) -> bool:
    return comment.erased == Scope.TEXT or comment.erased == scope


def _write_down(subject: str, now: datetime, officer_id: int | None) -> None:
    scope = Scope.IDENTITY.value
    db.session.add(Erasure(subject=subject, scope=scope, at=now, officer_id=officer_id))
    db.session.flush()


def _once_committed(gone: Sequence[Path], consultations: set[int]) -> None:
    """Files that hold what is gone are deleted, if and when it is gone."""

    def clear(_session: Any) -> None:
        for path in gone:
            path.unlink(missing_ok=True)
        tables = Path(current_app.extensions["settings"].files_dir) / "tables"
        for number in consultations:
            for shelf in tables.glob(f"*/{number}"):
                shutil.rmtree(shelf, ignore_errors=True)

    event.listen(db.session(), "after_commit", clear, once=True)
