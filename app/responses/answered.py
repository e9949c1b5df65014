"""The tally of what is answered, kept true when an answered comment is public no more, or again.

The tally itself follows from the floor below, which cannot see whether an answer was public.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from app.comments.models import CommentStatus
from app.comments.tally import TOTAL, Moves, shift
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.responses.models import Answer, AnswerComment


def _follow(entries: Sequence[Entry]) -> None:
    """What is no public comment any more no longer counts as answered, until it is one again."""
    public = CommentStatus.PUBLISHED.value
    moved = [
        one
        for one in entries
        if one.verb == Verb.COMMENT_REINSTATED or one.facts["from_status"] == public
    ]
    told = _told(moved)
    moves: Moves = {}
    for entry in moved:
        # an answer that came later never counted what had been taken back before
        seq = entry.seq or 0
        if told.get(entry.facts["comment_id"], seq) >= seq:
            continue
        for place in {TOTAL, entry.facts["lineage_id"] or TOTAL}:
            where = (entry.consultation_id or 0, place)
            by = 1 if entry.verb == Verb.COMMENT_REINSTATED else -1
            moves.setdefault(where, Counter())["answered"] += by
    shift(moves)


def _told(moved: Sequence[Entry]) -> dict[int, int]:
    """The `seq` at which the answer to each of those comments was published, where one was.

    By the ledger and not by the clock: whoever waits to write has looked at the clock before.
    """
    rows = db.session.execute(
        select(AnswerComment.comment_id, AnswerComment.answer_id)
        .join(Answer, Answer.id == AnswerComment.answer_id)
        .where(
            AnswerComment.comment_id.in_([one.facts["comment_id"] for one in moved]),
            Answer.published_at.is_not(None),
        )
    ).all()
    if not rows:
        return {}
    published = db.session.execute(
        select(Entry.subject, Entry.seq).where(
            Entry.consultation_id.in_({one.consultation_id for one in moved}),
            Entry.verb == Verb.ANSWER_PUBLISHED,
            Entry.subject.in_({f"answer:{row.answer_id}" for row in rows}),
            Entry.seq.is_not(None),
        )
    )
    when: dict[str, int] = {row.subject: row.seq for row in published}
    return {
        row.comment_id: when[subject]
        for row in rows
        if (subject := f"answer:{row.answer_id}") in when
    }


READERS = (
    Reader(
        "answered",
        frozenset({Verb.COMMENT_WITHDRAWN, Verb.COMMENT_RETURNED, Verb.COMMENT_REINSTATED}),
        _follow,
        after=("tally",),
    ),
)
