"""The tally of what is answered, kept true when an author takes an answered comment back.

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
    """What was taken back no longer counts as answered: it is no public comment any more."""
    public = CommentStatus.PUBLISHED.value
    gone = [one for one in entries if one.facts["from_status"] == public]
    rows = db.session.execute(
        select(AnswerComment.comment_id, Answer.published_at)
        .join(Answer, Answer.id == AnswerComment.answer_id)
        .where(
            AnswerComment.comment_id.in_([one.facts["comment_id"] for one in gone]),
            Answer.published_at.is_not(None),
        )
    )
    answered = {row.comment_id: row.published_at for row in rows}
    moves: Moves = {}
    for entry in gone:
        told = answered.get(entry.facts["comment_id"])
        # an answer that came later never counted what had been taken back before
        if told is None or told > entry.at:
            continue
        for place in {TOTAL, entry.facts["lineage_id"] or TOTAL}:
            where = (entry.consultation_id or 0, place)
            moves.setdefault(where, Counter())["answered"] -= 1
    shift(moves)


READERS = (Reader("answered", frozenset({Verb.COMMENT_WITHDRAWN}), _follow, after=("tally",)),)
