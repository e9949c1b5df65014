"""What moderators see: comments across the agencies they reach, filtered, a page at a time.

Every list is in the order of arrival and read by one index, whatever it is filtered by; where
only some consultations are in reach each of them is asked for its first few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Executable,
    Integer,
    Select,
    bindparam,
    func,
    select,
    true,
    tuple_,
    union_all,
)

from app.comments.models import Comment, CommentStatus
from app.comments.tally import TOTAL
from app.extensions import Instant, db
from app.kit.text import shorten
from app.moderation.models import Flag, FlagKind
from app.moderation.reach import LISTED as LISTED
from app.moderation.reach import Reach

PAGE = 25
SHOWN = 240  # characters of a comment in a list
# work is done from the oldest on; of what is done the newest is looked for
OLDEST_FIRST = (CommentStatus.WAITING, CommentStatus.LATE)
PROBES = 100  # consultations asked in one statement; SQLite takes 500

Key = tuple[datetime, int]
# plain tables: a page of the queue is read too often to make objects of its rows
COMMENT, FLAG = Comment.__table__.c, Flag.__table__.c


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
    """One comment in a list; `name` is empty when anonymous."""

    id: int
    start: str
    wording_start: str
    language: str
    place: str
    kind: str
    name: str
    identity: str
    submitted_at: datetime
    decided_at: datetime | None
    version: int
    consultation_id: int
    flags: tuple[FlagKind, ...]

    @property
    def text(self) -> str:
        """The comment, shortened."""
        return shorten(self.start, SHOWN)

    @property
    def wording(self) -> str:
        """The wording that it proposes, shortened."""
        return shorten(self.wording_start, SHOWN)


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
    at = db.session.scalar(select(COMMENT.submitted_at).where(COMMENT.id == comment_id))
    return (at, comment_id) if at else None


def _keys(
    wanted: Wanted,
    reach: Reach,
    now: datetime,
    limit: int,
    edge: Key | None,
    back: bool = False,
) -> list[Key]:
    """The first few in the order of the list; where only some consultations are in reach, the
    first few of each are put together."""
    scopes = [wanted.draft] if wanted.draft else reach.scopes(wanted.status)
    shape = _Shape(
        flagged=wanted.flag is not None,
        scopes=0,
        part=None if wanted.part is None else wanted.part != TOTAL,
        older=None if wanted.age is None else wanted.age.older,
        edge=edge is not None,
        up=(wanted.status in OLDEST_FIRST) is not back,
    )
    given: dict[str, Any] = {"limit": limit, "part": wanted.part}
    given["kind"] = wanted.flag.value if wanted.flag else wanted.status.value
    if wanted.age:
        given["cut"] = now - timedelta(days=wanted.age.days)
    if edge:
        given["at"], given["id"] = edge
    found: list[Key] = []
    for n in range(0, len(scopes or [0]), PROBES):
        some = scopes[n : n + PROBES] if scopes is not None else []
        given |= {f"scope{k}": scope for k, scope in enumerate(some)}
        if scopes is None or some:
            asked = _statement(replace(shape, scopes=len(some)))
            found += [(at, key) for at, key in db.session.execute(asked, given)]
    return sorted(found, reverse=not shape.up)[:limit]


@dataclass(frozen=True)
class _Shape:
    """All in which one statement differs from another; each is built once in a process."""

    flagged: bool
    scopes: int
    part: bool | None
    older: bool | None
    edge: bool
    up: bool


@lru_cache(maxsize=512)
def _statement(shape: _Shape) -> Executable:
    if shape.scopes == 0:
        return _probe(shape, None)
    probes = [select(_probe(shape, f"scope{n}").subquery()) for n in range(shape.scopes)]
    if len(probes) == 1:
        return probes[0]
    whole = union_all(*probes).subquery()
    at, key = whole.c
    order = (at, key) if shape.up else (at.desc(), key.desc())
    return select(at, key).order_by(*order).limit(bindparam("limit", type_=Integer))


def _probe(shape: _Shape, scope: str | None) -> Select[Any]:
    """The first few of one consultation, or of all: a stretch of one index."""
    table: Any = FLAG if shape.flagged else COMMENT
    at, key = table.submitted_at, table.comment_id if shape.flagged else table.id
    query = select(at.label("at"), key.label("id"))
    if shape.flagged:
        query = query.where(FLAG.kind == bindparam("kind"), FLAG.open == true())
    else:
        query = query.where(COMMENT.status == bindparam("kind"))
    if scope is not None:
        query = query.where(table.consultation_id == bindparam(scope))
    if shape.part is not None:
        part: Any = bindparam("part") if shape.part else None
        query = query.where(table.article_lineage_id == part)
    if shape.older is not None:
        cut: Any = bindparam("cut")
        query = query.where(at <= cut if shape.older else at > cut)
    if shape.edge:
        here, there = tuple_(at, key), tuple_(bindparam("at", type_=Instant), bindparam("id"))
        query = query.where(here > there if shape.up else here < there)
    order = (at, key) if shape.up else (at.desc(), key.desc())
    return query.order_by(*order).limit(bindparam("limit", type_=Integer))


def rows(ids: Sequence[int]) -> list[Row]:
    """These comments as a list shows them, in this order."""
    if not ids:
        return []
    flags: dict[int, list[FlagKind]] = {}
    for comment_id, kind in db.session.execute(RAISED, {"ids": ids}):
        flags.setdefault(comment_id, []).append(FlagKind(kind))
    known = {}
    for line in db.session.execute(LINES, {"ids": ids}):
        values: tuple[Any, ...] = (*line, tuple(flags.get(line.id, ())))
        known[line.id] = Row(*values)
    return [known[comment_id] for comment_id in ids]


IDS: Any = bindparam("ids", expanding=True)
RAISED = select(FLAG.comment_id, FLAG.kind).where(FLAG.comment_id.in_(IDS), FLAG.open == true())
LINES = select(
    COMMENT.id,
    func.substr(COMMENT.body, 1, 2 * SHOWN),
    func.substr(COMMENT.proposed_wording, 1, 2 * SHOWN),
    COMMENT.language,
    COMMENT.place,
    COMMENT.commenter_kind,
    COMMENT.display_name,
    COMMENT.identity,
    COMMENT.submitted_at,
    COMMENT.decided_at,
    COMMENT.row_version,
    COMMENT.consultation_id,
).where(COMMENT.id.in_(IDS))
