"""What moderators see: comments across the agencies they reach, filtered, a page at a time.

Every list is in the order of arrival and read by one index, whatever it is filtered by; where
only some consultations are in reach each of them is asked for its first few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select, tuple_, union_all
from sqlalchemy.orm import aliased

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus
from app.comments.tally import TOTAL
from app.extensions import db
from app.kit.text import shorten
from app.moderation.models import Decision, Flag, FlagKind
from app.moderation.reach import LISTED as LISTED
from app.moderation.reach import Reach

PAGE = 25
SHOWN = 240  # characters of a comment in a list
# work is done from the oldest on; of what is done the newest is looked for
OLDEST_FIRST = (CommentStatus.WAITING, CommentStatus.LATE)
LATELY = 50  # decisions listed to be undone
PROBES = 100  # consultations asked in one statement; SQLite takes 500

Key = tuple[datetime, int]


class Age(StrEnum):
    """How long ago a comment came, in days."""

    OVER_1 = "over-1"
    OVER_3 = "over-3"
    OVER_7 = "over-7"
    UNDER_1 = "under-1"
    UNDER_3 = "under-3"
    UNDER_7 = "under-7"

    @property
    def days(self) -> int:
        return int(self.value[-1])

    @property
    def older(self) -> bool:
        return self.value.startswith("over")


@dataclass(frozen=True)
class Wanted:
    """What a list is filtered by; `part` is an article's lineage, 0 the draft as a whole."""

    status: CommentStatus = CommentStatus.WAITING
    draft: int | None = None
    part: int | None = None
    flag: FlagKind | None = None
    age: Age | None = None

    def query(self) -> dict[str, str | int]:
        """The same as the query of an address, without what is usual."""
        asked = {
            "state": None if self.status is CommentStatus.WAITING else self.status.value,
            "draft": self.draft,
            "part": self.part,
            "flag": self.flag and self.flag.value,
            "age": self.age and self.age.value,
        }
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class Row:
    """One comment in a list; `text` and `wording` are shortened, `name` empty when anonymous."""

    id: int
    text: str
    wording: str
    language: str
    place: str
    kind: str
    name: str
    submitted_at: datetime
    decided_at: datetime | None
    version: int
    consultation_id: int
    flags: tuple[FlagKind, ...]


@dataclass(frozen=True)
class Page:
    """Rows, and the comments before and after which there are more, None at an end."""

    rows: list[Row]
    before: int | None
    after: int | None


def page(wanted: Wanted, reach: Reach, now: datetime, after: int = 0, before: int = 0) -> Page:
    """Up to PAGE comments beyond the one numbered `after`, or just before the one `before`."""
    edge = _edge(after or before)
    back = bool(before) and edge is not None
    keys = _keys(wanted, reach, now, PAGE + 1, edge, back)
    more, keys = len(keys) > PAGE, keys[:PAGE]
    if back and not more:  # so near to the start that the first page says it all
        return page(wanted, reach, now)
    if back:
        keys.reverse()
    shown = rows([key[1] for key in keys])
    earlier = keys[0][1] if keys and (more if back else edge is not None) else None
    onward = keys[-1][1] if keys and (back or more) else None
    return Page(shown, earlier, onward)


def following(
    wanted: Wanted, reach: Reach, now: datetime, comment_id: int, many: int = 1
) -> list[int]:
    """The comments of the list after that one, then those from its start, never itself."""
    edge = _edge(comment_id)
    keys = _keys(wanted, reach, now, many, edge)
    if edge and len(keys) < many:
        start = _keys(wanted, reach, now, many + 1, None)
        keys += [key for key in start if key not in keys and key[1] != comment_id]
    return [key[1] for key in keys[:many]]


def _edge(comment_id: int) -> Key | None:
    if not comment_id:
        return None
    at = db.session.scalar(select(Comment.submitted_at).where(Comment.id == comment_id))
    return (at, comment_id) if at else None


def _keys(
    wanted: Wanted,
    reach: Reach,
    now: datetime,
    limit: int,
    edge: Key | None,
    back: bool = False,
) -> list[Key]:
    scopes = [wanted.draft] if wanted.draft else reach.scopes(wanted.status)
    up = (wanted.status in OLDEST_FIRST) is not back
    if scopes is None:
        asked: Any = _probe(wanted, None, now, edge, up, limit)
        return [(at, key) for at, key in db.session.execute(asked)]
    found: list[Key] = []
    for n in range(0, len(scopes), PROBES):
        probes = [
            select(_probe(wanted, scope, now, edge, up, limit).subquery())
            for scope in scopes[n : n + PROBES]
        ]
        asked = probes[0] if len(probes) == 1 else union_all(*probes)
        found += [(at, key) for at, key in db.session.execute(asked)]
    return sorted(found, reverse=not up)[:limit]


def _probe(
    wanted: Wanted, scope: int | None, now: datetime, edge: Key | None, up: bool, limit: int
) -> Select[datetime, int]:
    """The first few of one consultation, or of all: a stretch of one index."""
    if wanted.flag:
        table: Any = Flag
        at, key = Flag.submitted_at, Flag.comment_id
        query = select(at, key).where(Flag.kind == wanted.flag.value, Flag.open == True)  # noqa: E712
    else:
        table, at, key = Comment, Comment.submitted_at, Comment.id
        query = select(at, key).where(Comment.status == wanted.status.value)
    if scope is not None:
        query = query.where(table.consultation_id == scope)
    if wanted.part is not None:
        part = None if wanted.part == TOTAL else wanted.part
        query = query.where(table.article_lineage_id == part)
    if wanted.age:
        edge_of_age = now - timedelta(days=wanted.age.days)
        query = query.where(at <= edge_of_age if wanted.age.older else at > edge_of_age)
    if edge:
        here = tuple_(at, key)
        query = query.where(here > edge if up else here < edge)
    return query.order_by(*((at, key) if up else (at.desc(), key.desc()))).limit(limit)


def rows(ids: Sequence[int]) -> list[Row]:
    """These comments as a list shows them, in this order."""
    if not ids:
        return []
    flags: dict[int, list[FlagKind]] = {}
    raised = select(Flag.comment_id, Flag.kind).where(Flag.comment_id.in_(ids), Flag.open == True)  # noqa: E712
    for comment_id, kind in db.session.execute(raised):
        flags.setdefault(comment_id, []).append(FlagKind(kind))
    found = db.session.execute(
        select(
            Comment.id,
            func.substr(Comment.body, 1, 2 * SHOWN),
            func.substr(Comment.proposed_wording, 1, 2 * SHOWN),
            Comment.language,
            Comment.place,
            Comment.commenter_kind,
            Comment.display_name,
            Comment.submitted_at,
            Comment.decided_at,
            Comment.row_version,
            Comment.consultation_id,
        ).where(Comment.id.in_(ids))
    )
    known = {}
    for number, body, wording, *rest in found:
        start, proposed = shorten(body, SHOWN), shorten(wording, SHOWN)
        values: tuple[Any, ...] = (number, start, proposed, *rest, tuple(flags.get(number, ())))
        known[number] = Row(*values)
    return [known[comment_id] for comment_id in ids]


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
