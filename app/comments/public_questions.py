"""The door by which an author replies to a question of the agency."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.comments import asking
from app.comments.asking_forms import ReplyForm
from app.comments.models import Comment, CommentStatus, Question
from app.comments.public import bp
from app.extensions import db
from app.kit import clock
from app.kit.codes import parse_receipt
from app.web.guard import public_form
from app.web.headers import private


@bp.route(
    "/comments/<receipt>/questions/<int(max=9223372036854775807):question_id>",
    methods=["GET", "POST"],
)
@public_form
def reply(receipt: str, question_id: int) -> ResponseReturnValue:
    """The author has replied and is back at the receipt; otherwise the form, as it was typed."""
    private()
    code = parse_receipt(receipt) or abort(404)
    row = db.session.execute(
        select(Question, Comment)
        .join(Comment, Comment.id == Question.comment_id)
        .where(Question.id == question_id, Comment.receipt == code)
    ).one_or_none()
    question, comment = row or abort(404)
    if comment.consultation.dossier.sealed:
        abort(404)
    form = ReplyForm()
    if request.method != "POST":
        return _page(question, comment, form), 200
    if not form.validate():
        status = form.status()
        return _page(question, comment, form), status
    try:
        asking.reply(question, form.reply.data or "", clock.now())
        db.session.commit()
    except (asking.RepliedError, asking.NotAskableError):
        db.session.rollback()
        return _page(question, comment, form, refused=True), 409
    return redirect(url_for("receipts.status", receipt=code, _anchor="questions"), 303)


def _page(question: Question, comment: Comment, form: ReplyForm, refused: bool = False) -> str:
    dossier = comment.consultation.dossier
    return render_template(
        "comments/reply.html",
        question=question,
        comment=comment,
        dossier=dossier,
        form=form,
        refused=refused,
        open=question.replied_at is None and comment.status != CommentStatus.WITHDRAWN,
    )
