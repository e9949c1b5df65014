"""Doors of letters: wanted, confirmed, stopped.

The address in a letter is opened by programs that look for traps before any person sees it, so
looking changes nothing: each step takes a press. The exception is the one that RFC 8058 makes, by
which a mail program stops letters for its owner: it posts two words and can carry no token.
"""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.comments import contact
from app.comments.contact import Standing
from app.comments.contact_forms import AddressForm
from app.comments.models import Comment
from app.comments.public import bp
from app.extensions import db
from app.kit import clock
from app.kit.codes import parse_receipt
from app.mail import post
from app.web import locale, one_click
from app.web.forms import PressForm
from app.web.guard import public, public_form
from app.web.headers import private

bp.add_app_template_global(post.is_on, "sends_letters")


@bp.route("/contact/<key>/confirm", methods=["GET", "POST"])
@public_form
def confirm(key: str) -> ResponseReturnValue:
    """The address has said yes; otherwise the page with the button that says so."""
    private()
    comment, standing = contact.find(key) or abort(404)
    form, status = PressForm(), 200
    if request.method == "POST":
        if form.validate() and standing is not Standing.STOPPED:
            contact.confirm(comment, clock.now())
            db.session.commit()
            return redirect(url_for("comments.confirm", key=key), 303)
        status = 409 if standing is Standing.STOPPED else form.status()
    return _page("comments/confirm_letters.html", comment, standing, form), status


@bp.route("/contact/<key>/stop", methods=["GET", "POST"])
@public_form
def stop(key: str) -> ResponseReturnValue:
    """No letter comes any more; otherwise the page with the button that sees to it."""
    private()
    comment, standing = contact.find(key) or abort(404)
    form, status = PressForm(), 200
    if request.method == "POST":
        if one_click.asked() or form.validate():
            contact.stop(comment, clock.now())
            db.session.commit()
            return one_click.done() or redirect(url_for("comments.stop", key=key), 303)
        status = form.status()
    return _page("comments/stop_letters.html", comment, standing, form), status


@bp.post("/comments/<receipt>/no-letters")
@public
def no_letters(receipt: str) -> ResponseReturnValue:
    """Whoever holds the receipt has stopped the letters about the comment."""
    private()
    # whatever became of the draft, letters can be stopped
    code = parse_receipt(receipt) or abort(404)
    comment = db.first_or_404(select(Comment).where(Comment.receipt == code))
    contact.stop(comment, clock.now())
    db.session.commit()
    return redirect(url_for("receipts.status", receipt=comment.receipt, _anchor="letters"), 303)


@bp.route("/comments/<receipt>/letters", methods=["GET", "POST"])
@public_form
def letters(receipt: str) -> ResponseReturnValue:
    """The address is asked whether it wants letters; otherwise the form to leave one."""
    private()
    comment = _comment(receipt)
    if not post.is_on():
        abort(404)
    form, status, refusal = AddressForm(), 200, ""
    if request.method == "POST":
        if form.validate():
            try:
                email = form.email.data or ""
                contact.leave(comment, email, locale.current().code, clock.now())
                db.session.commit()
                here = url_for("receipts.status", receipt=comment.receipt, _anchor="letters")
                return redirect(here, 303)
            except (contact.ConfirmedError, contact.TooManyError) as error:
                db.session.rollback()
                status, refusal = 409, type(error).__name__
        else:
            status = form.status()
    standing = contact.standing(comment.id)
    return _page("comments/letters.html", comment, standing, form, refusal=refusal), status


def _comment(receipt: str) -> Comment:
    code = parse_receipt(receipt) or abort(404)
    comment: Comment = db.first_or_404(select(Comment).where(Comment.receipt == code))
    if comment.consultation.dossier.sealed:
        abort(404)
    return comment


def _page(
    template: str, comment: Comment, standing: Standing, form: PressForm | AddressForm, **more: str
) -> str:
    dossier = comment.consultation.dossier
    return render_template(
        template, comment=comment, dossier=dossier, standing=standing.value, form=form, **more
    )
