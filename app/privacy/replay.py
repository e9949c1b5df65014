"""A database brought back from a copy forgets again whom it had forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.alerts.models import Subscriber
from app.citizens.models import Citizen
from app.comments.models import Comment
from app.extensions import db
from app.people.models import Erasure, Scope
from app.privacy import erase


@dataclass(frozen=True)
class Line:
    """One erasure as the list has it."""

    kind: str
    number: int
    scope: Scope
    at: datetime


def replay(path: Path | None = None) -> int:
    """Everybody on the list is erased who is not yet; returns how many were; commits.

    `path` is the newest list there is, that of the instance unless given.
    """
    done = 0
    for line in _lines(path or erase.journal()):
        done += _again(line)
    db.session.commit()
    return done


def _lines(path: Path) -> Iterator[Line]:
    if not path.is_file():
        return
    for text in path.read_text(encoding="ascii").splitlines():
        told = json.loads(text)
        kind, _, number = told["subject"].partition(":")
        yield Line(kind, int(number), Scope(told["scope"]), datetime.fromisoformat(told["at"]))


def _again(line: Line) -> bool:
    """Whether somebody was erased by it; who came later to a number that was free is left alone."""
    known = select(Erasure.id).where(
        Erasure.subject == f"{line.kind}:{line.number}",
        Erasure.scope == line.scope.value,
        Erasure.at >= line.at,
    )
    if db.session.scalar(known.limit(1)) is not None:
        return False
    match line.kind:
        case "comment":
            return _comment(line)
        case "subscriber":
            whose = db.session.get(Subscriber, line.number)
            if whose is None or whose.created_at > line.at:
                return False
            erase.forget_subscriber(whose.id, whose.key, line.at, None)
            return True
        case "citizen":
            citizen = db.session.get(Citizen, line.number)
            if citizen is None or citizen.created_at > line.at:
                return False
            erase.forget_citizen(citizen, line.at, None)
            return True
    return False


def _comment(line: Line) -> bool:
    comment = db.session.get(Comment, line.number)
    if comment is None or comment.submitted_at > line.at or comment.erased in ("text", line.scope):
        return False
    for path in erase.erase_comment(comment, line.scope, line.at, None):
        path.unlink(missing_ok=True)
    return True
