"""The door of attachments that are public."""

from __future__ import annotations

from flask import abort, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.comments import attachments
from app.comments.models import Attachment, Comment, CommentStatus
from app.comments.public import bp
from app.extensions import db
from app.web import pages
from app.web.guard import public
from app.web.uploads import served_as

PUBLIC = CommentStatus.PUBLISHED


@bp.get("/comments/attachments/<int(max=9223372036854775807):attachment_id>/<name>")
@public
def attachment(attachment_id: int, name: str) -> ResponseReturnValue:
    """A published file of a published comment, without what it told of its maker."""
    found = db.session.get(Attachment, attachment_id) or abort(404)
    comment = db.session.get_one(Comment, found.comment_id)
    hidden = comment.consultation.dossier.sealed
    if hidden or (found.status, comment.status) != (PUBLIC, PUBLIC):
        abort(404)
    if name != found.name:
        where = url_for("comments.attachment", attachment_id=found.id, name=found.name)
        return redirect(where, 303)
    if not attachments.path(found).is_file():
        abort(404)
    response = send_file(
        attachments.path(found),
        mimetype=served_as(found.media_type),
        as_attachment=True,
        download_name=found.name,
        etag=found.clean_sha256,
        max_age=0,
    )
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    return response
