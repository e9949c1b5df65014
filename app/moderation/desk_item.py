"""Doors of moderation: one comment in full, held while it is looked at, and decided."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.comments import attachments
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.publish import StaleError
from app.comments.words import KINDS, STATES
from app.documents.passage import own_text, passage
from app.documents.redline import redline
from app.extensions import db
from app.kit import clock
from app.moderation import decide, lease, takedown, telling
from app.moderation import decided as last
from app.moderation import queue as lists
from app.moderation.addresses import ITEM, found
from app.moderation.desk import bp
from app.moderation.filters import View, kept
from app.moderation.forms import FORMS, Deciding, PublishForm, RefusedError, WithholdForm
from app.moderation.models import Outcome
from app.moderation.noticed import noticed
from app.moderation.reasons import LABELS, TWO_PERSONS, Reason
from app.moderation.words import FLAGS, OUTCOMES, minute
from app.people import reading
from app.people.reading import For, Looked
from app.web import translator
from app.web.guard import allow

LOOKED_AT = 8  # of the next comments, to find one that nobody holds


@bp.get(ITEM)
@allow(Act.READ_QUEUE)
def item(comment_id: int) -> ResponseReturnValue:
    """One comment in full, with the part it is about and, for whoever holds it, the ways to
    decide."""
    comment, officer = found(comment_id, Act.READ_QUEUE)
    return _page(comment, officer)


@bp.post(ITEM)
@allow(Act.DECIDE_COMMENT)
def decide_(comment_id: int) -> ResponseReturnValue:
    """The comment is decided and the next one held and shown."""
    comment, officer = found(comment_id, Act.DECIDE_COMMENT)
    form = (FORMS.get(request.form.get("outcome", "")) or abort(422))()
    if not form.validate():
        return _again(comment, officer, form, form.status())
    now = clock.now()
    try:
        if request.form.get("over"):
            lease.take_over(comment.id, officer, now)
        outcome, masks = form.carry_out(comment, officer, now)
    except lease.NotLeasedError:
        return _lapsed(comment, officer, form)
    except StaleError:
        return _overtaken(comment, officer, form)
    except RefusedError as wrong:
        db.session.rollback()
        field = form.passages if isinstance(form, PublishForm) else form.version
        field.errors = [str(wrong)]
        return _again(comment, officer, form, 422)
    return _onward(comment, officer, outcome, masks)


@bp.post(f"{ITEM}/lease")
@allow(Act.DECIDE_COMMENT, keeps_typed=False)
def take(comment_id: int) -> ResponseReturnValue:
    """The officer holds the comment for the next minutes, anew, for longer, or in a colleague's
    place."""
    comment, officer = found(comment_id, Act.DECIDE_COMMENT)
    to = url_for("moderation.item", comment_id=comment.id, **kept())
    act = lease.take_over if request.form.get("over") else lease.take
    try:
        # read before the commit: the same officer may give it back from another window at once
        until = act(comment.id, officer, clock.now()).until.isoformat()
        db.session.commit()
    except lease.LeasedError as busy:
        db.session.rollback()
        return telling.refused(telling.held(comment, busy.holder), to)
    said = _("%(reference)s is yours for ten minutes.", reference=comment.reference)
    return telling.done(said, to, until=until, waiting=comment.status == CommentStatus.WAITING)


@bp.post(f"{ITEM}/release")
@allow(Act.DECIDE_COMMENT, keeps_typed=False)
def release(comment_id: int) -> ResponseReturnValue:
    """The officer holds the comment no longer; others may take it."""
    comment, officer = found(comment_id, Act.DECIDE_COMMENT)
    lease.release(comment.id, officer)
    db.session.commit()
    said = _("%(reference)s is free for others.", reference=comment.reference)
    return telling.done(said, url_for("moderation.queue", **kept()))


def _onward(
    comment: Comment, officer: Officer, outcome: Outcome, masks: int
) -> ResponseReturnValue:
    """The decision and the hold on the next comment are kept together."""
    now = clock.now()
    view = View(officer, now)
    following = None if telling.by_script() else _claim(comment.id, officer, view)
    db.session.commit()
    said = telling.decided(comment, outcome, masks)
    more = {} if outcome is Outcome.PROPOSED else telling.offer_undo(comment)
    to = url_for("moderation.queue", **kept())
    if following:
        to = url_for("moderation.item", comment_id=following, **kept())
    return telling.done(said, to, **more)


def _claim(comment_id: int, officer: Officer, view: View) -> int | None:
    now = clock.now()
    ahead = lists.following(view.wanted, view.decidable_reach(), now, comment_id, LOOKED_AT)
    for one in ahead:
        try:
            lease.take(one, officer, now)
        except lease.LeasedError:
            continue
        return one
    return None


def _next(comment: Comment, officer: Officer, view: View) -> int | None:
    """The comment that a decision would lead to, if nobody takes it before."""
    now = clock.now()
    ahead = lists.following(view.wanted, view.decidable_reach(), now, comment.id, LOOKED_AT)
    held = lease.holders(ahead, now)
    return next((n for n in ahead if n not in held or held[n].officer_id == officer.id), None)


def _again(
    comment: Comment, officer: Officer, form: Deciding, status: int, notice: str = ""
) -> ResponseReturnValue:
    """The same page with everything that was typed."""
    if telling.by_script():
        wrong = [words for _target, words in form.failed()]
        return telling.refused(" ".join([notice, *wrong]).strip(), "", status)
    return _page(comment, officer, form, notice), status


def _lapsed(comment: Comment, officer: Officer, form: Deciding) -> ResponseReturnValue:
    """The hold is over: it is taken anew where nobody else has it; nothing typed is lost."""
    db.session.rollback()
    try:
        lease.take(comment.id, officer, clock.now())
        db.session.commit()
    except lease.LeasedError as busy:
        db.session.rollback()
        notice = telling.held(comment, busy.holder)
        notice += " " + _("Nothing you typed is lost, and nothing was decided.")
        return _again(comment, officer, form, 409, notice)
    notice = _(
        "Your ten minutes were over, so nothing was decided yet. The comment is yours again and "
        "nothing you typed is lost: send it once more."
    )
    return _again(comment, officer, form, 409, notice)


def _overtaken(comment: Comment, officer: Officer, form: Deciding) -> ResponseReturnValue:
    db.session.rollback()
    if telling.by_script():
        return telling.refused(telling.overtaken(comment), "", gone=True)
    view = View(officer, clock.now())
    page = render_template(
        "moderation/overtaken.html",
        comment=comment,
        state=STATES[CommentStatus(comment.status)],
        decided=last.decision(comment.id),
        following=_next(comment, officer, view),
        query=view.wanted.query(),
        sentence=form.sentence.data if isinstance(form, WithholdForm) else "",
    )
    return page, 409


def _page(
    comment: Comment, officer: Officer, failed: Deciding | None = None, notice: str = ""
) -> str:
    now, dossier = clock.now(), comment.consultation.dossier
    reading.comments(officer, Looked.READ, [comment.id], For.REVIEW, now)
    view, status = View(officer, now), CommentStatus(comment.status)
    waits = status is CommentStatus.WAITING
    deciding = waits and may(officer, Act.DECIDE_COMMENT, dossier.agency)
    holder = lease.holders([comment.id], now).get(comment.id) if waits else None
    lines = passage(comment.consultation.version_id, comment.anchor)
    decided = last.decision(comment.id)
    given: dict[str, Any] = {
        "files": attachments.of([comment.id], public=False).get(comment.id, []),
        "file_reasons": [(one.value, LABELS[one]) for one in Reason if one not in TWO_PERSONS],
        "machine": translator.available(),
        "translates": status is not CommentStatus.WITHDRAWN
        and may(officer, Act.TRANSLATE_COMMENT, dossier.agency),
        "asks": may(officer, Act.ASK_AUTHOR, dossier.agency),
        "takes_down": may(officer, Act.TAKE_DOWN_COMMENT, dossier.agency)
        and (status is CommentStatus.PUBLISHED or bool(takedown.of(comment))),
        "lines": lines,
        "proposed": redline(own_text(lines), comment.proposed_wording)
        if comment.proposed_wording
        else [],
        "reason": LABELS[Reason(decided.reason)] if decided and decided.reason else "",
        "undoable": _undoable(comment, officer, decided, now),
        "following": _next(comment, officer, view) if deciding else None,
    }
    return render_template(
        "moderation/item.html",
        comment=comment,
        dossier=dossier,
        withhold=_or_empty(failed, WithholdForm),
        publish=_or_empty(failed, PublishForm),
        failed=failed,
        notice=notice,
        state=STATES[status],
        kind=KINDS[CommenterKind(comment.commenter_kind)],
        deciding=deciding,
        holder=holder,
        until=minute(holder.until) if holder else "",
        mine=deciding and holder is not None and holder.officer_id == officer.id,
        decided=decided,
        outcomes=OUTCOMES,
        proposal=decided if decided and decided.outcome == Outcome.PROPOSED else None,
        me=officer,
        noticed=noticed(comment),
        flags=FLAGS,
        second=TWO_PERSONS,
        labels=LABELS,
        query=view.wanted.query(),
        undo=telling.offered_undo(),
        **given,
    )


def _or_empty(failed: Deciding | None, kind: type[Any]) -> Any:
    return failed if isinstance(failed, kind) else kind(formdata=None)


def _undoable(comment: Comment, officer: Officer, decided: last.Decided | None, now: Any) -> bool:
    return (
        decided is not None
        and decided.outcome in decide.UNDONE
        and now - decided.at <= decide.UNDO
        and may(officer, Act.DECIDE_COMMENT, comment.consultation.dossier.agency)
    )
