"""Doors of a forgotten password: a letter is asked for, its link sets another."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import forgotten as links
from app.accounts.desk import bp
from app.accounts.forms import ForgottenForm, JoinForm
from app.accounts.way_in import carry_half
from app.extensions import db
from app.kit import clock
from app.mail import post
from app.web.guard import public_form
from app.web.headers import private

PAGE = "/desk/password"


@bp.route(PAGE, methods=["GET", "POST"])
@public_form
def forgotten() -> ResponseReturnValue:
    """A letter is on its way; otherwise the form for it. Who works here is never told."""
    private()
    form, letters = ForgottenForm(), post.is_on()
    if letters and form.validate_on_submit():
        public_url = current_app.extensions["settings"].public_url

        def address(token: str) -> str:
            return f"{public_url}{url_for('accounts.new_password', token=token)}"

        links.ask(form.email.data or "", address, clock.now())
        db.session.commit()
        return redirect(url_for("accounts.forgotten", sent="1"), 303)
    words = {"letters": letters, "sent": "sent" in request.args}
    page = render_template("accounts/forgotten.html", form=form, **words)
    return page, form.status() if form.is_submitted() else 200


@bp.route(f"{PAGE}/<token>", methods=["GET", "POST"])
@public_form
def new_password(token: str) -> ResponseReturnValue:
    """The officer has another password, and is asked for the second factor next."""
    private()
    form = JoinForm()
    if form.validate_on_submit():
        officer = links.take(token, form.password.data, clock.now())
        if officer is not None:
            carry_half(officer)
            db.session.commit()
            flash(_("Your password is set."), "success")
            return redirect(url_for("accounts.code"), 303)
    whose = links.look(token, clock.now())
    if whose is None:
        return render_template("accounts/no_password.html"), 410
    page = render_template("accounts/new_password.html", form=form, email=whose.email)
    return page, form.status() if form.is_submitted() else 200
