"""Appeals against a withholding: filed with the receipt, decided by another person, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from app.accounts.models import Officer
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.consultations import rules
from app.consultations.period import end_of, working_days_after
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.moderation import takedown
from app.moderation.decide import cover
from app.moderation.masks import Asked, lay, words
from app.moderation.models import Appeal, Decision, Outcome

FILE_WITHIN = 10  # working days after the decision
ANSWER_WITHIN = 5  # working days after the appeal
MAX_WORDS = 5_000
APPEALED = (Outcome.WITHHELD, Outcome.TAKEN_DOWN, Outcome.REINSTATED)


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class NotAppealableError(Exception):
    """Raised when the comment is not withheld, or was appealed against already."""


class TooLateError(Exception):
    """Raised when the last day for an appeal is over."""


class SamePersonError(Exception):
    """Raised when whoever took part in the withholding would decide on the appeal."""


class DecidedError(Exception):
    """Raised when the appeal has been decided."""


@dataclass(frozen=True)
class Standing:
    """Where a withheld comment stands: its decision, the last day to appeal, the appeal if any."""

    decision: Decision
    last_day: date
    appeal: Appeal | None

    def may_file(self, now: datetime) -> bool:
        return self.appeal is None and now < end_of(self.last_day)


def standing(comment_id: int) -> Standing | None:
    """How it stands with an appeal; None where nothing was withheld that still is."""
    decision = db.session.scalar(
        select(Decision)
        .where(Decision.comment_id == comment_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if decision is None or decision.outcome not in APPEALED:
        return None
    of_comment = select(Appeal).where(Appeal.comment_id == comment_id).order_by(Appeal.id.desc())
    if decision.outcome != Outcome.REINSTATED:
        # who was right before may be wronged again
        of_comment = of_comment.where(Appeal.decision_id == decision.id)
    appeal = db.session.scalar(of_comment.limit(1))
    if appeal is None and decision.outcome == Outcome.REINSTATED:
        return None
    last_day = working_days_after(clock.vn_date(decision.at), FILE_WITHIN, rules.calendar())
    return Standing(decision, last_day, appeal)


def file(comment: Comment, why: str, now: datetime) -> Appeal:
    """The appeal is filed and has to be answered by its day.

    Raises NotAppealableError, TooLateError.
    """
    # of two presses the second waits here and then sees the first's appeal
    db.session.refresh(comment, with_for_update={"of": Comment})
    found = standing(comment.id)
    if found is None or comment.status != CommentStatus.WITHHELD or found.appeal is not None:
        raise NotAppealableError
    if not found.may_file(now):
        raise TooLateError
    appeal = Appeal(
        comment_id=comment.id,
        decision_id=found.decision.id,
        words=why,
        filed_at=now,
        due_on=working_days_after(clock.vn_date(now), ANSWER_WITHIN, rules.calendar()),
    )
    db.session.add(appeal)
    db.session.flush()
    record(
        Verb.APPEAL_FILED,
        f"appeal:{appeal.id}",
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        appeal_id=appeal.id,
        digest=_digest(why),
        due_on=appeal.due_on.isoformat(),
    )
    return appeal


def took_part(comment_id: int) -> set[int]:
    """The officers who had a hand in what was decided on the comment."""
    decided = select(Decision.officer_id).where(Decision.comment_id == comment_id)
    return {*db.session.scalars(decided), *takedown.took_part(comment_id)}


def decide(
    appeal: Appeal,
    outcome: AppealOutcome,
    reply: str,
    officer: Officer,
    now: datetime,
    masks: Sequence[Asked] = (),
) -> None:
    """The appeal is answered in words; overturned, the comment is public, those passages covered.

    Raises SamePersonError, DecidedError, MaskError.
    """
    db.session.refresh(appeal, with_for_update=True)
    if appeal.decided_at is not None:
        raise DecidedError
    if officer.id in took_part(appeal.comment_id):
        raise SamePersonError
    appeal.decided_by, appeal.decided_at = officer.id, now
    appeal.outcome, appeal.reply = outcome.value, reply
    comment = db.session.get_one(Comment, appeal.comment_id)
    if outcome is AppealOutcome.OVERTURNED:
        texts = words(comment)
        laid = lay(texts, masks)
        outcomes.reinstate(comment, comment.row_version, officer.id, now)
        decision = Decision(
            comment_id=comment.id,
            officer_id=officer.id,
            outcome=Outcome.REINSTATED.value,
            sentence=reply,
            at=now,
        )
        db.session.add(decision)
        db.session.flush()
        if laid:
            cover(comment, decision, texts, laid)
        takedown.overturned(comment.id, officer, now)
    db.session.flush()
    record(
        Verb.APPEAL_DECIDED,
        f"appeal:{appeal.id}",
        actor_id=officer.id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        appeal_id=appeal.id,
        outcome=outcome.value,
        digest=_digest(reply),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
