"""Doors of takedowns of what was said: a published comment, or a file sent with one."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from wtforms.fields.choices import SelectChoice

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.approvals.models import Category, Takedown
from app.approvals.propose import AlreadyProposedError
from app.comments.models import Comment
from app.documents.takedown import NotAgainError, TakenDownError
from app.documents.takedown_page import LiftForm, TakedownForm, page
from app.extensions import db
from app.kit import clock
from app.moderation import takedown as orders
from app.moderation.addresses import DESK, ITEM, found
from app.moderation.desk import bp
from app.web.guard import allow


@bp.route(f"{ITEM}/takedown", methods=["GET", "POST"])
@allow(Act.TAKE_DOWN_COMMENT)
def takedown(comment_id: int) -> ResponseReturnValue:
    """What is chosen can be read by nobody in public from now on; a second officer is asked."""
    comment, officer = found(comment_id, Act.TAKE_DOWN_COMMENT)
    form = _form(comment)
    if form.validate_on_submit() and _order(comment, form, officer):
        flash(
            _("It is taken from public view. A second officer has to confirm it in 24 hours."),
            "success",
        )
        return redirect(url_for("moderation.takedown", comment_id=comment_id), 303)
    status = form.status() if form.is_submitted() else 200
    return _page(comment, officer, form), status


@bp.post(f"{DESK}/takedowns/<int(max=2147483647):takedown_id>/lifting")
@allow(Act.TAKE_DOWN_COMMENT)
def lift_takedown(takedown_id: int) -> ResponseReturnValue:
    """A second officer is asked whether the public may read it again."""
    taken = db.session.get(Takedown, takedown_id) or abort(404)
    said = orders.comment_of(taken) or abort(404)
    comment, officer = found(said.id, Act.TAKE_DOWN_COMMENT)
    form = LiftForm()
    if not form.validate():
        fresh = _form(comment, empty=True)
        return _page(comment, officer, fresh, {taken.id: form}), form.status()
    try:
        orders.propose_lifting(taken, form.reason.data or "", officer, clock.now())
        db.session.commit()
        flash(_("A second officer is asked to agree."), "success")
    except (AlreadyProposedError, TakenDownError):
        db.session.rollback()
        flash(_("That waits for a second officer already."), "error")
    return redirect(url_for("moderation.takedown", comment_id=said.id), 303)


def _form(comment: Comment, *, empty: bool = False) -> TakedownForm:
    form = TakedownForm(formdata=None) if empty else TakedownForm()
    form.subject.choices = [SelectChoice(*one) for one in orders.subjects(comment).items()]
    return form


def _order(comment: Comment, form: TakedownForm, officer: Officer) -> bool:
    category = Category(form.category.data)
    words = form.basis.data or "", form.reason.data or ""
    try:
        orders.order(form.subject.data, comment, category, *words, officer, clock.now())
    except (AlreadyProposedError, IntegrityError, TakenDownError):
        db.session.rollback()
        form.form_errors.append(_("That is taken down already."))
        return False
    except NotAgainError:
        db.session.rollback()
        form.form_errors.append(_("You proposed this: another officer has to decide."))
        return False
    db.session.commit()
    return True


def _page(
    comment: Comment,
    officer: Officer,
    form: TakedownForm,
    failed: dict[int, LiftForm] | None = None,
) -> str:
    dossier = comment.consultation.dossier
    above = _above(comment, officer)
    return page(
        dossier,
        orders.of(comment),
        form,
        lambda number: url_for("moderation.lift_takedown", takedown_id=number),
        failed=failed or {},
        above=above,
        back=above[-1][0],
        called_here=comment.reference,
    )


def _above(comment: Comment, officer: Officer) -> list[tuple[str, str]]:
    """The way by which the officer came: review, answers, or the desk itself."""
    dossier = comment.consultation.dossier
    if may(officer, Act.READ_QUEUE, dossier.agency):
        item = url_for("moderation.item", comment_id=comment.id)
        return [(url_for("moderation.queue"), _("Review of comments")), (item, comment.reference)]
    if may(officer, Act.READ_ANSWERS, dossier.agency):
        answers = url_for("responses.consultation", slug=dossier.slug)
        return [(answers, dossier.title[:60])]
    return [(url_for("desk.home"), _("My desk"))]
