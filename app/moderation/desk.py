"""Doors of moderation: the queue, and what is done from one of its rows."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.comments.models import Comment, CommentStatus
from app.comments.publish import StaleError
from app.extensions import db
from app.kit import clock
from app.moderation import decide, lease, telling
from app.moderation import queue as lists
from app.moderation.addresses import DESK, found
from app.moderation.drawn import dialog, drawn
from app.moderation.filters import View, kept, whole
from app.moderation.models import Outcome
from app.moderation.words import WHEN, texts
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow

bp = Blueprint("moderation", __name__)

# what a row's buttons are called; `bulk` takes all that are ticked
PRESSED = ("publish", "open", "mask", "withhold")


@bp.get(DESK)
@allow(Act.READ_QUEUE)
def queue() -> ResponseReturnValue:
    """The comments in one state, at first those waiting, across all agencies in reach."""
    now, officer = clock.now(), signed_in()
    view = View(officer, now)
    args = request.args
    page = lists.page(
        view.wanted, view.reach, now, whole(args.get("after")), whole(args.get("before"))
    )
    shown = [row.id for row in page.rows]
    reading.comments(officer, Looked.LISTED, shown, For.REVIEW, now)
    waits = view.wanted.status is CommentStatus.WAITING
    decides = waits and any(view.decides(row.consultation_id) for row in page.rows)
    when = WHEN.get(view.wanted.status, _("Decided"))
    return render_template(
        "moderation/queue.html",
        view=view,
        wanted=view.wanted,
        query=view.wanted.query(),
        page=page,
        rows=drawn(page.rows, view, decides, officer.id, now),
        when=when,
        decides=decides,
        said=texts(),
        dialog=dialog() if decides else "",
        undo=telling.offered_undo(),
    )


@bp.post(DESK)
@allow(Act.DECIDE_COMMENT, keeps_typed=False)
def row() -> ResponseReturnValue:
    """What a button of a row says is done, or the ticked rows are shown before it is."""
    ticked = request.form.getlist("comment")
    if deed := request.form.get("bulk"):
        return redirect(url_for("moderation.bulk", deed=deed, comment=ticked), 303)
    pressed = next((name for name in PRESSED if name in request.form), None) or abort(422)
    number, _dot, version = request.form[pressed].partition(".")
    comment, officer = found(whole(number), Act.DECIDE_COMMENT)
    if pressed == "publish":
        return _publish(comment, whole(version), officer)
    return _open(comment, officer, pressed)


def _here() -> str:
    """The list as it was, filters and place kept."""
    return url_for("moderation.queue", **kept("after", "before"))


def _publish(comment: Comment, version: int, officer: Officer) -> ResponseReturnValue:
    now = clock.now()
    try:
        lease.take(comment.id, officer, now)
        decide.publish(comment, version, officer, now)
        db.session.commit()
    except lease.LeasedError as busy:
        db.session.rollback()
        return telling.refused(telling.held(comment, busy.holder), _here())
    except StaleError:
        db.session.rollback()
        return telling.refused(telling.overtaken(comment), _here(), gone=True)
    said = telling.decided(comment, Outcome.PUBLISHED)
    return telling.done(said, _here(), **telling.offer_undo(comment))


def _open(comment: Comment, officer: Officer, pressed: str) -> ResponseReturnValue:
    """The officer holds the comment, or is shown who does."""
    places = {"mask": "covers", "withhold": "withhold"}
    to = url_for("moderation.item", comment_id=comment.id, _anchor=places.get(pressed), **kept())
    try:
        lease.take(comment.id, officer, clock.now())
        db.session.commit()
    except lease.LeasedError:
        db.session.rollback()  # the page says who has it, and offers to take it over
    return redirect(to, 303)
