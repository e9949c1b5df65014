"""Doors of the files sent with a comment: looked at by a moderator, published or withheld."""

from __future__ import annotations

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.comments import attachments
from app.comments.models import Attachment, Comment
from app.documents.access import allowed
from app.extensions import db
from app.kit import clock
from app.moderation import lease, telling
from app.moderation.desk import bp
from app.moderation.reasons import TWO_PERSONS, Reason
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow
from app.web.headers import private
from app.web.uploads import served_as

FILE = "/desk/attachments/<int(max=9223372036854775807):attachment_id>"


@bp.get(FILE)
@allow(Act.READ_QUEUE)
def attachment(attachment_id: int) -> ResponseReturnValue:
    """The file as everybody would get it, for the moderator who has to decide."""
    found, _comment, officer = _attachment(attachment_id, Act.READ_QUEUE)
    reading.note(officer, Looked.READ, [f"attachment:{found.id}"], For.REVIEW)
    private()
    if not found.clean_sha256 or not attachments.path(found).is_file():
        abort(404)
    return send_file(
        attachments.path(found),
        mimetype=served_as(found.media_type),
        as_attachment=True,
        download_name=found.name,
        max_age=0,
    )


@bp.post(FILE)
@allow(Act.DECIDE_COMMENT, keeps_typed=False)
def decide_attachment(attachment_id: int) -> ResponseReturnValue:
    """The file is public with its comment or kept unshown, unless a colleague has it open."""
    found, comment, officer = _attachment(attachment_id, Act.DECIDE_COMMENT)
    back = redirect(url_for("moderation.item", comment_id=comment.id, _anchor="files"), 303)
    holder = lease.holders([comment.id], clock.now()).get(comment.id)
    if holder is not None and holder.officer_id != officer.id:
        flash(telling.held(comment, holder), "error")
        return back
    outcome, reason = request.form.get("outcome"), request.form.get("reason", "")
    # one person alone decides on a file: the reasons that need two are not offered, nor taken
    if outcome != "publish" and reason not in set(Reason) - TWO_PERSONS:
        flash(_("The file was not decided: choose to publish it, or a reason."), "error")
        return back
    try:
        if outcome == "publish":
            attachments.publish(found, officer, clock.now())
        else:
            attachments.withhold(found, reason, officer, clock.now())
        db.session.commit()
    except attachments.UndecidableError:
        db.session.rollback()
        flash(_("A colleague decided on this file meanwhile, or it cannot be shown."), "error")
        return back
    flash(_("The file is decided."), "success")
    return back


def _attachment(attachment_id: int, act: Act) -> tuple[Attachment, Comment, Officer]:
    found = db.session.get(Attachment, attachment_id) or abort(404)
    comment = db.session.get_one(Comment, found.comment_id)
    return found, comment, allowed(act, comment.consultation.dossier)
