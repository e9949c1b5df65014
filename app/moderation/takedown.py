"""Taking a published comment, or a file sent with it, from the public's eyes at once (S08, L34).

As with a draft, one officer orders it and a second one has to agree within a day, else it comes
back by itself. The comment is withheld meanwhile as any other: counted so, and open to an appeal.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals import propose
from app.approvals.kinds import Kind, Line
from app.approvals.models import Category, Proposal, Takedown
from app.comments import attachments
from app.comments import publish as outcomes
from app.comments.models import Attachment, Comment, CommentStatus
from app.documents import takedown as orders
from app.documents.takedown import ATTACHMENT, COMMENT, TakenDownError
from app.extensions import db
from app.mail import post
from app.moderation.models import Decision, Outcome
from app.moderation.reasons import Reason

ORDER, LIFT = "comment_takedown", "comment_lift"
# the reason of the public list under which both grounds come
REASON = Reason.UNLAWFUL
OVERTURNED = "overturned"  # how a takedown ends where an appeal was right


def order(
    subject: str,
    comment: Comment,
    category: Category,
    basis: str,
    reason: str,
    officer: Officer,
    now: datetime,
) -> Takedown:
    """The comment or its file can be read by nobody in public; a second officer is asked.

    `subject` is "comment:5" or "attachment:7" of that comment. `basis` is public and told to the
    author, `reason` is not. Raises TakenDownError, NotTheirsError, AlreadyProposedError.
    """
    if subject not in subjects(comment):
        raise TakenDownError
    dossier = comment.consultation.dossier
    found = orders.begin(ORDER, subject, dossier, category, basis, reason, officer, now)
    if orders.sort_of(subject) == COMMENT:
        _hide(comment, basis, officer, now)
    else:
        _take_down_file(subject, officer, now)
    post.take_back_naming(_addresses(subject), now)
    return found


def subjects(comment: Comment) -> dict[str, str]:
    """What of the comment the public can read, and what it is called at the desk."""
    if comment.status != CommentStatus.PUBLISHED:
        return {}
    files = attachments.named([comment.id]).get(comment.id, [])
    return {
        f"{COMMENT}:{comment.id}": comment.reference,
        **{f"{ATTACHMENT}:{one.id}": f"{orders.SORTS[ATTACHMENT]}: {one.name}" for one in files},
    }


def of(comment: Comment) -> Sequence[Takedown]:
    """Every takedown there was of the comment or a file sent with it, the newest first."""
    files = select(Attachment.id).where(Attachment.comment_id == comment.id)
    names = [f"{ATTACHMENT}:{number}" for number in db.session.scalars(files)]
    found = select(Takedown).where(Takedown.subject.in_([f"{COMMENT}:{comment.id}", *names]))
    return db.session.scalars(found.order_by(Takedown.id.desc())).all()


def comment_of(takedown: Takedown) -> Comment | None:
    """The comment it hides or of which it hides a file; None of any other takedown."""
    sort, _colon, number = takedown.subject.partition(":")
    if sort == COMMENT:
        return db.session.get_one(Comment, int(number))
    if sort == ATTACHMENT:
        file = db.session.get_one(Attachment, int(number))
        return db.session.get_one(Comment, file.comment_id)
    return None


def propose_lifting(takedown: Takedown, reason: str, officer: Officer, now: datetime) -> Proposal:
    """A second officer is asked whether the public may read it again.

    Raises TakenDownError where it is not confirmed yet or over, NotTheirsError,
    AlreadyProposedError.
    """
    return orders.propose_lifting(takedown, reason, officer, now, LIFT)


def took_part(comment_id: int) -> set[int]:
    """The officers who ordered, agreed to or refused a takedown of the comment."""
    rows = db.session.execute(
        select(Proposal.proposed_by, Proposal.decided_by).where(
            Proposal.kind.in_([ORDER, LIFT]), Proposal.subject == f"{COMMENT}:{comment_id}"
        )
    )
    return {number for row in rows for number in row if number is not None}


def overturned(comment_id: int, officer: Officer, now: datetime) -> None:
    """What was taken down is no longer so once an appeal made the comment public again."""
    found = orders.standing(f"{COMMENT}:{comment_id}")
    if found is not None:
        orders.end(found, OVERTURNED, officer, now)


def _addresses(subject: str) -> set[str]:
    """How letters that wait to be sent lead to it."""
    sort, _colon, number = subject.partition(":")
    return {f"#comment-{number}\n" if sort == COMMENT else f"/comments/attachments/{number}/"}


def _hide(comment: Comment, basis: str, officer: Officer, now: datetime) -> None:
    try:
        outcomes.take_down(comment, REASON.value, officer.id, now)
    except outcomes.StaleError as gone:
        raise TakenDownError from gone
    _note(comment, Outcome.TAKEN_DOWN, officer.id, now, REASON.value, basis)


def _take_down_file(subject: str, officer: Officer, now: datetime) -> None:
    try:
        attachments.take_down(_file(subject), REASON.value, officer, now)
    except attachments.UndecidableError as gone:
        raise TakenDownError from gone


def _file(subject: str) -> Attachment:
    return db.session.get_one(Attachment, int(subject.partition(":")[2]))


def _note(
    comment: Comment,
    outcome: Outcome,
    officer_id: int,
    now: datetime,
    reason: str = "",
    sentence: str = "",
) -> None:
    db.session.add(
        Decision(
            comment_id=comment.id,
            officer_id=officer_id,
            outcome=outcome.value,
            reason=reason,
            sentence=sentence,
            at=now,
        )
    )
    db.session.flush()


def _end_hold(proposal: Proposal, now: datetime) -> None:
    takedown = orders.of_proposal(proposal)
    if takedown.lifted_at is None:  # else an appeal was faster
        second = db.session.get(Officer, proposal.decided_by) if proposal.decided_by else None
        _give_back(takedown, proposal.outcome, second, now)


def _carry_out_lifting(proposal: Proposal, second: Officer, now: datetime) -> None:
    takedown = orders.of_proposal(proposal)
    if takedown.lifted_at is not None:
        raise propose.StaleProposalError(_("It can be read again already."))
    _give_back(takedown, proposal.outcome, second, now)


def _give_back(takedown: Takedown, how: str, second: Officer | None, now: datetime) -> None:
    """Everybody can read it as before; where the day ran out, no officer did that."""
    if orders.sort_of(takedown.subject) == ATTACHMENT:
        officer = second or db.session.get_one(Officer, takedown.taken_by)
        with suppress(attachments.UndecidableError):  # its author was erased: nothing is left
            attachments.give_back(_file(takedown.subject), officer, now)
    else:
        comment = comment_of(takedown)
        assert comment is not None
        by = second.id if second is not None else None
        outcomes.reinstate(comment, comment.row_version, by, now)
        _note(comment, Outcome.GIVEN_BACK, by or takedown.taken_by, now)
    orders.end(takedown, how, second, now)


def _tell(proposal: Proposal) -> Sequence[Line]:
    takedown = orders.of_proposal(proposal)
    comment = comment_of(takedown)
    assert comment is not None
    what = str(orders.SORTS[orders.sort_of(takedown.subject)])
    if orders.sort_of(takedown.subject) == ATTACHMENT:
        what = f"{what}: {_file(takedown.subject).name}"
    words = "\n\n".join(filter(None, (comment.shown_body, comment.shown_wording)))
    return (*orders.lines(takedown, what), Line(comment.reference, words))


KINDS = (
    Kind(
        code=ORDER,
        name=_l("Something taken from the public's eyes"),
        proposing=Act.TAKE_DOWN_COMMENT,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=orders.confirm,
        give_up=_end_hold,
    ),
    Kind(
        code=LIFT,
        name=_l("Something given back to the public"),
        proposing=Act.TAKE_DOWN_COMMENT,
        agreeing=Act.TAKE_DOWN,
        reading=Act.READ_SEALED,
        tell=_tell,
        carry_out=_carry_out_lifting,
    ),
)
