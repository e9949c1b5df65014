"""Doors of moderation: what one decided in the last minutes, and taking a decision back."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.comments.publish import StaleError
from app.extensions import db
from app.kit import clock
from app.moderation import decide, decided, lease, telling
from app.moderation.addresses import DESK, ITEM, found
from app.moderation.desk import bp
from app.moderation.filters import kept, whole
from app.moderation.words import OUTCOMES
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow


@bp.get(f"{DESK}/lately")
@allow(Act.DECIDE_COMMENT)
def lately() -> ResponseReturnValue:
    """What the officer decided in the last ten minutes, each to be taken back."""
    officer = signed_in()
    rows = decided.lately(officer, clock.now() - decide.UNDO, decide.UNDONE)
    reading.comments(officer, Looked.LISTED, [row.comment_id for row in rows], For.REVIEW)
    return render_template(
        "moderation/lately.html", rows=rows, outcomes=OUTCOMES, most=decided.LATELY
    )


@bp.post(f"{ITEM}/undo")
@allow(Act.DECIDE_COMMENT, keeps_typed=False)
def undo(comment_id: int) -> ResponseReturnValue:
    """The comment waits again, held by whoever took the decision back."""
    comment, officer = found(comment_id, Act.DECIDE_COMMENT)
    now, to = clock.now(), url_for("moderation.item", comment_id=comment.id, **kept())
    try:
        decide.undo(comment, whole(request.form.get("version")), officer, now)
    except StaleError:
        return _refused(telling.overtaken(comment), to)
    except decide.UndoOverError as over:
        return _refused(telling.stands(over.why), to)
    if not telling.by_script():
        _hold(comment.id, officer, now)
    db.session.commit()
    said = _("%(reference)s waits again.", reference=comment.reference)
    return telling.done(said, to, version=comment.row_version)


def _refused(said: str, to: str) -> ResponseReturnValue:
    db.session.rollback()
    return telling.refused(said, to)


def _hold(comment_id: int, officer: Officer, now: datetime) -> None:
    """Whoever takes a decision back wants to make another; a colleague may be there already."""
    try:
        lease.take(comment_id, officer, now)
    except lease.LeasedError:
        return
