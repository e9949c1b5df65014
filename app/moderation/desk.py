"""Doors of moderation: the queue and the decision."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import require, signed_in
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.publish import StaleError
from app.comments.words import KINDS, STATES
from app.documents.passage import own_text, passage
from app.documents.redline import redline
from app.extensions import db
from app.kit import clock
from app.moderation import queue as lists
from app.moderation.forms import PublishForm, WithholdForm
from app.moderation.reasons import LABELS, Reason
from app.web.guard import allow

bp = Blueprint("moderation", __name__)

ITEM = "/desk/moderation/<int(max=9223372036854775807):comment_id>"


@bp.app_template_filter("waited")
def waited(since: datetime) -> str:
    """How long ago that was, in the largest unit that fits."""
    minutes = max(0, int((clock.now() - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))


@bp.get("/desk/moderation")
@allow(Act.READ_QUEUE)
def queue() -> ResponseReturnValue:
    """The comments in one state, at first those waiting, across all agencies in reach."""
    officer = signed_in()
    asked = request.args.get("state", CommentStatus.WAITING.value)
    if asked not in {status.value for status in lists.LISTED}:
        abort(404)
    status, agencies = CommentStatus(asked), realm(officer, Act.READ_QUEUE)
    after = _whole(request.args.get("after"))
    rows, onward = lists.page(status, agencies, after)
    return render_template(
        "moderation/queue.html",
        status=status,
        states=STATES,
        kinds={kind.value: words for kind, words in KINDS.items()},
        rows=rows,
        after=after,
        onward=onward,
        counts=lists.counts(agencies),
        decidable=set(realm(officer, Act.DECIDE_COMMENT)),
    )


@bp.get(ITEM)
@allow(Act.READ_QUEUE)
def item(comment_id: int) -> ResponseReturnValue:
    """One comment in full, with the part it is about and the ways to decide."""
    comment, officer = _comment(comment_id, Act.READ_QUEUE)
    return _page(comment, officer, WithholdForm(version=comment.row_version))


@bp.post(ITEM)
@allow(Act.DECIDE_COMMENT)
def decide(comment_id: int) -> ResponseReturnValue:
    """The comment is decided and the next one shown; the first of two moderators decides."""
    comment, officer = _comment(comment_id, Act.DECIDE_COMMENT)
    form = WithholdForm() if request.form.get("outcome") == "withhold" else PublishForm()
    if not form.validate():
        return _page(comment, officer, form), form.status()
    try:
        form.carry_out(comment, officer, clock.now())
        db.session.commit()
    except StaleError:
        db.session.rollback()
        return _overtaken(comment, officer, form), 409
    _tell(comment)
    return redirect(_onward(comment.id, officer), 303)


def _comment(comment_id: int, act: Act) -> tuple[Comment, Officer]:
    comment = db.session.get(Comment, comment_id) or abort(404)
    return comment, require(act, comment.consultation.dossier.agency)


def _whole(text: str | None) -> int:
    """The number in an address, 0 for none and for nonsense."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tell(comment: Comment) -> None:
    if comment.status == CommentStatus.PUBLISHED:
        flash(_("%(reference)s is published.", reference=comment.reference), "success")
    else:
        words = _(
            "%(reference)s is withheld. Its author can read why.", reference=comment.reference
        )
        flash(words, "success")


def _onward(comment_id: int, officer: Officer) -> str:
    """Back to the list when the decision was made there, else on to the next comment."""
    after = request.form.get("after")
    if after is not None:
        return url_for("moderation.queue", after=_whole(after) or None)
    following = lists.next_waiting(realm(officer, Act.DECIDE_COMMENT), comment_id)
    if following is None:
        return url_for("moderation.queue")
    return url_for("moderation.item", comment_id=following)


def _page(comment: Comment, officer: Officer, form: PublishForm) -> str:
    dossier, status = comment.consultation.dossier, CommentStatus(comment.status)
    decided = lists.decision(comment.id)
    lines = passage(comment.consultation.version_id, comment.anchor)
    present = own_text(lines)
    return render_template(
        "moderation/item.html",
        comment=comment,
        dossier=dossier,
        form=form if isinstance(form, WithholdForm) else WithholdForm(formdata=None),
        failed=form,
        state=STATES[status],
        kind=KINDS[CommenterKind(comment.commenter_kind)],
        lines=lines,
        proposed=redline(present, comment.proposed_wording) if comment.proposed_wording else [],
        open=status is CommentStatus.WAITING and may(officer, Act.DECIDE_COMMENT, dossier.agency),
        decided=decided,
        reason=LABELS[Reason(decided.reason)] if decided and decided.reason else "",
    )


def _overtaken(comment: Comment, officer: Officer, form: PublishForm) -> str:
    return render_template(
        "moderation/overtaken.html",
        comment=comment,
        state=STATES[CommentStatus(comment.status)],
        decided=lists.decision(comment.id),
        following=lists.next_waiting(realm(officer, Act.DECIDE_COMMENT), comment.id),
        sentence=form.sentence.data if isinstance(form, WithholdForm) else "",
    )
