"""What still waits at a comment: open flags, and the proposal that asks for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.comments.models import Comment
from app.extensions import db
from app.moderation.models import Decision, Flag, FlagKind, Outcome

SECOND = FlagKind.SECOND_PERSON.value


def proposals(comment_ids: Sequence[int]) -> dict[int, Decision]:
    """The proposals to withhold one of these comments that wait for a second person."""
    newest = select(func.max(Decision.id)).where(Decision.comment_id.in_(comment_ids))
    rows = db.session.scalars(
        select(Decision).where(
            Decision.id.in_(newest.group_by(Decision.comment_id)),
            Decision.outcome == Outcome.PROPOSED.value,
        )
    )
    return {row.comment_id: row for row in rows}


def ask_second(comment_ids: Sequence[int]) -> None:
    """The comments are flagged as waiting for a second person."""
    open_flag(FlagKind.SECOND_PERSON, comment_ids)


def open_flag(kind: FlagKind, comment_ids: Sequence[int]) -> None:
    """The comments have an open flag of that kind."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    places = select(
        Comment.id.label("comment_id"),
        Comment.consultation_id,
        Comment.article_lineage_id,
        Comment.submitted_at,
    ).where(Comment.id.in_(comment_ids))
    flag: dict[str, Any] = {"kind": kind.value, "open": True, "spans": []}
    rows = [{**place, **flag} for place in db.session.execute(places).mappings()]
    if not rows:
        return
    key = ["comment_id", "kind"]
    db.session.execute(
        dialect.insert(Flag)
        .values(rows)
        .on_conflict_do_update(index_elements=key, set_={"open": True})
    )


def close_flags(comment_ids: Sequence[int]) -> None:
    """Nothing waits at the comments: they are decided."""
    db.session.execute(
        update(Flag)
        .where(Flag.comment_id.in_(comment_ids), Flag.open)
        .values(open=False)
        .execution_options(synchronize_session="fetch")
    )


def reopen_flags(comment_id: int) -> None:
    """What was found in the comment is to be looked at again; a proposal is done with."""
    db.session.execute(
        update(Flag)
        .where(Flag.comment_id == comment_id, Flag.kind != SECOND)
        .values(open=True)
        .execution_options(synchronize_session="fetch")
    )
