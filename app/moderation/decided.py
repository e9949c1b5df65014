"""What was decided: the last word on one comment, and what an officer decided lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Officer
from app.comments.models import Comment
from app.extensions import db
from app.kit.text import shorten
from app.moderation.models import Decision

LATELY = 50  # decisions listed to be undone
SHOWN = 240  # characters of a comment in that list


@dataclass(frozen=True)
class Decided:
    """Who decided on a comment, when, and in what words."""

    by: str
    officer_id: int
    at: datetime
    outcome: str
    reason: str
    sentence: str


def decision(comment_id: int) -> Decided | None:
    """The last decision on the comment, None before the first."""
    row = db.session.execute(
        select(
            Officer.name,
            Officer.id,
            Decision.at,
            Decision.outcome,
            Decision.reason,
            Decision.sentence,
        )
        .join(Officer, Officer.id == Decision.officer_id)
        .where(Decision.comment_id == comment_id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Decided(*row)


@dataclass(frozen=True)
class Lately:
    """A decision that stands, on a comment in that version."""

    comment_id: int
    outcome: str
    at: datetime
    version: int
    language: str
    text: str


def lately(officer: Officer, since: datetime, outcomes: Sequence[str]) -> list[Lately]:
    """The newest LATELY decisions of the officer that still stand, the newest first."""
    later = aliased(Decision)
    rows = db.session.execute(
        select(
            Decision.comment_id,
            Decision.outcome,
            Decision.at,
            Comment.row_version,
            Comment.language,
            func.substr(Comment.body, 1, 2 * SHOWN),
        )
        .join(Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.officer_id == officer.id,
            Decision.at >= since,
            Decision.outcome.in_(outcomes),
            ~exists().where(later.comment_id == Decision.comment_id, later.id > Decision.id),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(LATELY)
    )
    return [
        Lately(number, outcome, at, version, language, shorten(body, SHOWN))
        for number, outcome, at, version, language, body in rows
    ]
