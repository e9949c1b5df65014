"""The flags follow the ledger: what came is screened, counted among its copies, and told."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Agency
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups.following import NAME as GROUPS
from app.groups.models import CommentGroup, GroupMember, Tier
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.moderation import pending
from app.moderation.masks import Field
from app.moderation.models import Flag, FlagKind
from app.moderation.screen import Found, Words, screen
from app.moderation.screening.posing import skeletons

logger = logging.getLogger(__name__)

FLAG: Any = Flag.__table__
# others can write in between, and a batch is never long
BATCH = 200


class Noted(NamedTuple):
    """Something found in one comment, and where."""

    comment_id: int
    kind: FlagKind
    spans: list[dict[str, Any]]


def _follow(entries: Sequence[Entry]) -> None:
    came, attached, gone = (
        {entry.facts["comment_id"] for entry in entries if entry.verb == verb}
        for verb in (Verb.COMMENT_SUBMITTED, Verb.ATTACHMENT_ADDED, Verb.COMMENT_WITHDRAWN)
    )
    noted = [*_screened(came)]
    noted += [Noted(comment_id, FlagKind.COPY, []) for comment_id in _copied(came)]
    noted += [Noted(comment_id, FlagKind.ATTACHMENT, []) for comment_id in attached]
    _keep(noted)
    if gone:
        pending.close_flags(sorted(gone))


def _screened(comment_ids: Collection[int]) -> Iterator[Noted]:
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.body,
            Comment.proposed_wording,
            Comment.display_name,
            Comment.anchor,
            Comment.quote,
        ).where(Comment.id.in_(comment_ids))
    )
    offices = skeletons(db.session.scalars(select(Agency.name)))
    for row in rows:
        texts = {
            Field.BODY: row.body,
            Field.WORDING: row.proposed_wording,
            Field.NAME: row.display_name,
        }
        words = Words(texts, placed=bool(row.anchor or row.quote), offices=offices)
        for kind, spans in _noticed(row.id, words).items():
            yield Noted(row.id, kind, spans)


def _noticed(comment_id: int, words: Words) -> Found:
    """What the screens notice; nothing where one of them fails, and the log says so.

    A flag is a hint for a person who looks anyway: it must not hold up the worker, on whom the
    pages, the search and the letters wait.
    """
    try:
        return screen(words)
    except Exception:
        logger.exception("comment %s was not screened", comment_id)
        return {}


def _copied(comment_ids: Collection[int]) -> set[int]:
    """Those that say the same as others, and the first that said it: it had been alone.

    Words that anybody may hit upon are no copies.
    """
    rows = db.session.execute(
        select(GroupMember.comment_id, CommentGroup.representative_id)
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(
            GroupMember.comment_id.in_(comment_ids),
            GroupMember.tier.in_([Tier.EXACT.value, Tier.NEAR.value]),
            CommentGroup.messages > 1,
            CommentGroup.formula.is_(False),
        )
    )
    return {comment_id for row in rows for comment_id in row}


def _keep(noted: Sequence[Noted]) -> None:
    """The flags are there, open where the comment waits; what stood there before gives way."""
    if not noted:
        return
    # whoever decides meanwhile is waited for, or waits and then closes what is written here
    places = db.session.execute(
        select(
            Comment.id,
            Comment.status,
            Comment.consultation_id,
            Comment.article_lineage_id,
            Comment.submitted_at,
        )
        .where(Comment.id.in_({one.comment_id for one in noted}))
        .order_by(Comment.id)
        .with_for_update(read=True)
    )
    known = {place.id: place for place in places}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(FLAG)
    new = insert.excluded
    db.session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["comment_id", "kind"], set_={"open": new.open, "spans": new.spans}
        ),
        [
            {
                "comment_id": one.comment_id,
                "kind": one.kind.value,
                "spans": one.spans,
                "open": known[one.comment_id].status == CommentStatus.WAITING.value,
                "consultation_id": known[one.comment_id].consultation_id,
                "article_lineage_id": known[one.comment_id].article_lineage_id,
                "submitted_at": known[one.comment_id].submitted_at,
            }
            for one in noted
        ],
    )


READERS = (
    Reader(
        "screen",
        frozenset({Verb.COMMENT_SUBMITTED, Verb.ATTACHMENT_ADDED, Verb.COMMENT_WITHDRAWN}),
        _follow,
        after=(GROUPS,),
        batch=BATCH,
    ),
)
