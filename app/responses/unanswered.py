"""The list of public comments that no answer speaks to, kept so that it need not be looked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, func, insert, select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import Provision
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.responses.models import AnswerComment, Unanswered

# comments on the draft as a whole come before those on its first provision
BEFORE_ALL = -1


def remember(which: ColumnElement[bool]) -> None:
    """Those of the comments that are public and have no answer are on the list."""
    taken = select(AnswerComment.comment_id).where(AnswerComment.comment_id == Comment.id)
    listed = select(Unanswered.comment_id).where(Unanswered.comment_id == Comment.id)
    rows = (
        select(
            Comment.id,
            Comment.consultation_id,
            func.coalesce(Comment.article_lineage_id, 0),
            func.coalesce(Provision.position, BEFORE_ALL),
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(
            Provision,
            and_(
                Provision.version_id == Consultation.version_id,
                Provision.lineage_id == Comment.lineage_id,
            ),
        )
        .where(
            which,
            Comment.status == CommentStatus.PUBLISHED.value,
            ~taken.exists(),
            ~listed.exists(),
        )
    )
    names = ["comment_id", "consultation_id", "article_lineage_id", "position"]
    db.session.execute(insert(Unanswered).from_select(names, rows))


def forget(answer_id: int) -> None:
    """What that answer speaks to is not on the list."""
    spoken_to = select(AnswerComment.comment_id).where(AnswerComment.answer_id == answer_id)
    db.session.execute(
        delete(Unanswered)
        .where(Unanswered.comment_id.in_(spoken_to))
        .execution_options(synchronize_session=False)
    )


def _follow(entries: Sequence[Entry]) -> None:
    """The comments that were decided or taken back are on the list if they now belong there."""
    ids = sorted({entry.facts["comment_id"] for entry in entries})
    db.session.execute(
        delete(Unanswered)
        .where(Unanswered.comment_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    remember(Comment.id.in_(ids))


READERS = (
    Reader(
        "unanswered",
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
