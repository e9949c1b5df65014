"""A reply of an author brings the waiting comment back to the moderators' eyes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.moderation.models import FlagKind
from app.moderation.pending import open_flag


def _flag(entries: Sequence[Entry]) -> None:
    replied = {entry.facts["comment_id"] for entry in entries}
    waiting = db.session.scalars(
        select(Comment.id).where(
            Comment.id.in_(replied), Comment.status == CommentStatus.WAITING.value
        )
    ).all()
    open_flag(FlagKind.REPLIED, waiting)


READERS = (Reader("replied", frozenset({Verb.QUESTION_REPLIED}), _flag),)
