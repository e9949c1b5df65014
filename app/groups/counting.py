"""How many comments a group has, and of how many people at least; kept, never counted on a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select, update

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember
from app.kit.text import fold
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb

NAMES = ("messages", "people", "published", "published_people")
AT_ONCE = 500  # groups, or comments, asked for in one statement


def people(names: Iterable[str]) -> int:
    """Of how many people at least comments under these names come; "" is an anonymous one.

    Who gave no name may be any of those who did, so all of them together count only where nobody
    gave one. Nothing else is known of an author here: addresses are read by nobody.
    """
    told = {" ".join(fold(name).split()) for name in names}
    return len(told - {""}) or len(told)


def recount(group_ids: Collection[int]) -> None:
    """What those groups say of their size is what their rows say; bears being called again."""
    for part in _parts(sorted(set(group_ids))):
        # whoever moves members holds their groups: what is counted here is what is kept
        held = select(CommentGroup.id).where(CommentGroup.id.in_(part)).order_by(CommentGroup.id)
        db.session.execute(held.with_for_update())
        counts = dict.fromkeys(part, (0, 0, 0, 0))
        rows = db.session.execute(
            select(GroupMember.group_id, Comment.display_name, Comment.status)
            .join(Comment, Comment.id == GroupMember.comment_id)
            .where(GroupMember.group_id.in_(part))
            .order_by(GroupMember.group_id)
        )
        for group_id, members in groupby(rows, key=lambda row: row[0]):
            counts[group_id] = _counted([(row[1], row[2]) for row in members])
        db.session.connection().execute(
            update(CommentGroup)
            .where(CommentGroup.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in NAMES}),
            [
                {"key": group_id, **{f"new_{name}": n for name, n in zip(NAMES, new, strict=True)}}
                for group_id, new in counts.items()
            ],
        )
        for row in list(db.session.identity_map.values()):
            if isinstance(row, CommentGroup):
                db.session.expire(row, NAMES)


def _counted(rows: Sequence[tuple[str, str]]) -> tuple[int, int, int, int]:
    public = [name for name, status in rows if status == CommentStatus.PUBLISHED.value]
    return len(rows), people(name for name, _ in rows), len(public), people(public)


def _parts(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[n : n + AT_ONCE] for n in range(0, len(ids), AT_ONCE))


def _follow(entries: Sequence[Entry]) -> None:
    touched: set[int] = set()
    for part in _parts(sorted({entry.facts["comment_id"] for entry in entries})):
        touched.update(
            db.session.scalars(
                select(GroupMember.group_id).distinct().where(GroupMember.comment_id.in_(part))
            )
        )
    recount(touched)


READERS = (
    Reader(
        "group_sizes",
        frozenset(
            {
                Verb.COMMENT_PUBLISHED,
                Verb.COMMENT_WITHHELD,
                Verb.COMMENT_WITHDRAWN,
                Verb.COMMENT_RETURNED,
                Verb.COMMENT_REINSTATED,
            }
        ),
        _follow,
    ),
)
