"""Taking a published answer from the public's eyes at once, and giving it back (S08, L34).

As with a draft, one officer orders it and a second one has to agree within a day, else it comes
back by itself. No row of it changes, for what was published stands: every page, file, table and
letter asks whether a takedown holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, select

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals.kinds import Kind, Line
from app.approvals.models import Category, Proposal, Takedown
from app.documents import takedown as orders
from app.documents.takedown import ANSWER, TakenDownError
from app.extensions import db
from app.mail import post
from app.responses.models import Answer, AnswerComment

ORDER, LIFT = "answer_takedown", "answer_lift"
# the takedown that holds an answer, NULL of one that everybody can read
HELD = orders.held_by(ANSWER, Answer.id)


def is_public() -> ColumnElement[bool]:
    """True of answers that anybody may read now."""
    return and_(Answer.published_at.is_not(None), ~orders.is_held(ANSWER, Answer.id))


def standing(answer: Answer) -> Takedown | None:
    """What keeps the answer from the public now."""
    return orders.standing(_subject(answer))


def of(answer: Answer) -> Sequence[Takedown]:
    """Every takedown there was of the answer, the newest first."""
    found = select(Takedown).where(Takedown.subject == _subject(answer))
    return db.session.scalars(found.order_by(Takedown.id.desc())).all()


def subjects(answer: Answer) -> dict[str, str]:
    """The answer, where the public can read it, and what it is called at the desk."""
    if answer.published_at is None or standing(answer) is not None:
        return {}
    return {_subject(answer): _called(answer)}


def order(
    answer: Answer, category: Category, basis: str, reason: str, officer: Officer, now: datetime
) -> Takedown:
    """Nobody can read the answer in public any more; a second officer is asked.

    `basis` is public, `reason` is not. Raises TakenDownError, NotAgainError, NotTheirsError,
    AlreadyProposedError.
    """
    if not subjects(answer):
        raise TakenDownError
    dossier = answer.consultation.dossier
    found = orders.begin(ORDER, _subject(answer), dossier, category, basis, reason, officer, now)
    _take_back_letters(answer, now)
    return found


def propose_lifting(takedown: Takedown, reason: str, officer: Officer, now: datetime) -> Proposal:
    """A second officer is asked whether the public may read it again.

    Raises TakenDownError where it is not confirmed yet or over, NotTheirsError,
    AlreadyProposedError.
    """
    return orders.propose_lifting(takedown, reason, officer, now, LIFT)


def _take_back_letters(answer: Answer, now: datetime) -> None:
    """Neither the letters to those it answers nor those about searches that found it are sent."""
    spoken = select(AnswerComment.comment_id).where(AnswerComment.answer_id == answer.id)
    about = {f"comment:{number}" for number in db.session.scalars(spoken)}
    post.take_back(
        [key for key in post.waiting(about) if key.endswith(f":answered:{answer.id}")], now
    )
    post.take_back_naming({f"#answer-{answer.id}\n"}, now)


def _subject(answer: Answer) -> str:
    return f"{ANSWER}:{answer.id}"


def _called(answer: Answer) -> str:
    return _("Answer %(number)d", number=answer.id)


def _tell(proposal: Proposal) -> Sequence[Line]:
    takedown = orders.of_proposal(proposal)
    answer = db.session.get_one(Answer, int(takedown.subject.partition(":")[2]))
    words = "\n\n".join(filter(None, (answer.explanation, answer.no_change_reason)))
    what = str(orders.SORTS[ANSWER])
    return (*orders.lines(takedown, what), Line(_called(answer), words))


KINDS = (
    Kind(
        code=ORDER,
        name=_l("Something taken from the public's eyes"),
        proposing=Act.TAKE_DOWN,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=orders.confirm,
        give_up=orders.end_hold,
    ),
    Kind(
        code=LIFT,
        name=_l("Something given back to the public"),
        proposing=Act.TAKE_DOWN,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=orders.give_back,
    ),
)
