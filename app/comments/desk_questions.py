"""Doors of staff who ask authors what they meant."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.comments import asking
from app.comments.addresses import back, whole
from app.comments.asking_forms import AskForm
from app.comments.models import Comment, CommentStatus
from app.comments.public import bp
from app.comments.words import STATES
from app.documents.access import allowed
from app.extensions import db
from app.kit import clock
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow

bp.add_app_template_global(asking.asked, "comments_questions")


@bp.get("/desk/questions")
@allow(Act.ASK_AUTHOR)
def questions() -> ResponseReturnValue:
    """The questions in reach: those that wait for the author, or those with a reply."""
    officer, replied = signed_in(), request.args.get("show") == "replied"
    rows, onward = asking.listed(
        realm(officer, Act.DECIDE_COMMENT),
        realm(officer, Act.DRAFT_ANSWER),
        replied=replied,
        after=whole(request.args.get("after", "")),
    )
    told = [row.comment_id for row in rows]
    reading.comments(officer, Looked.LISTED, told, For.ANSWERING)
    return render_template(
        "comments/questions.html",
        rows=rows,
        replied=replied,
        onward=onward,
        later="after" in request.args,
    )


@bp.route(
    "/desk/comments/<int(max=9223372036854775807):comment_id>/questions", methods=["GET", "POST"]
)
@allow(Act.ASK_AUTHOR)
def ask(comment_id: int) -> ResponseReturnValue:
    """The author is asked; otherwise what was asked and replied, with the form as it was typed."""
    comment, officer = _comment(comment_id)
    form = AskForm()
    if request.method != "POST":
        return _page(comment, form), 200
    if not form.validate():
        status = form.status()
        return _page(comment, form), status
    refusal = _asked(comment, form, officer)
    if refusal:
        return _page(comment, form, refusal), 409
    flash(_("The author is asked. The reply comes to this page."), "success")
    return redirect(back(form.back.data) or url_for("comments.ask", comment_id=comment.id), 303)


def _asked(comment: Comment, form: AskForm, officer: Officer) -> str:
    """Why the question was not asked, "" when it was."""
    try:
        asking.ask(comment, form.text.data or "", officer, clock.now())
        db.session.commit()
    except asking.NotAskableError:
        db.session.rollback()
        return _("This comment is withheld or was taken back, so its author is not asked.")
    except asking.StillOpenError:
        db.session.rollback()
        return _("The author has not replied to the question before. Wait for that reply first.")
    return ""


def _comment(comment_id: int) -> tuple[Comment, Officer]:
    comment = db.session.get(Comment, comment_id) or abort(404)
    agency = comment.consultation.dossier.agency
    officer = allowed(Act.ASK_AUTHOR, comment.consultation.dossier)
    # what was not reviewed yet is read by those who review it, and by nobody else
    if comment.status != CommentStatus.PUBLISHED and not may(officer, Act.DECIDE_COMMENT, agency):
        abort(404)
    return comment, officer


def _page(comment: Comment, form: AskForm, refusal: str = "") -> str:
    dossier = comment.consultation.dossier
    reading.comments(signed_in(), Looked.READ, [comment.id], For.ANSWERING)
    return render_template(
        "comments/asked.html",
        comment=comment,
        dossier=dossier,
        state=STATES[CommentStatus(comment.status)],
        form=form,
        refusal=refusal,
        open=bool(refusal or form.errors) or asking.may_ask(comment),
        may_review=may(signed_in(), Act.DECIDE_COMMENT, dossier.agency),
    )
