"""Doors of one's own account: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import factors, officer_sessions, passkeys
from app.accounts import sign_in as signing
from app.accounts.desk import bp
from app.accounts.factor_page import (
    HANDOVER,
    candidate,
    forget_candidate,
    handed_over,
    set_up_page,
)
from app.accounts.forms import FactorForm, JoinForm, NewPasskeyForm, ProofForm
from app.accounts.own_account import PAGE, account_page, proved
from app.accounts.policy import Act
from app.accounts.session import own_session, signed_in
from app.accounts.way_in import way_on
from app.extensions import db, sealer
from app.kit import clock
from app.web.guard import allow


@bp.get(PAGE)
@allow(Act.ENTER_DESK)
def account() -> ResponseReturnValue:
    """What the officer signs in with, and where they are signed in."""
    return account_page(NewPasskeyForm())


@bp.route(f"{PAGE}/prove", methods=["GET", "POST"])
@allow(Act.ENTER_DESK)
def prove() -> ResponseReturnValue:
    """Whoever sits there has shown once more that it is the officer."""
    form = ProofForm()
    officer, now = signed_in(), clock.now()
    if form.validate_on_submit():
        if signing.proves(officer, form.proof.data, now):
            own_session().proved_at = now
            db.session.commit()
            return redirect(way_on("accounts.account"), 303)
        db.session.commit()  # a failure counts as much as a success
        form.proof.errors = [_("This is neither your password nor your code.")]
    page = render_template(
        "accounts/prove.html", form=form, **passkeys.offer(f"prove:{officer.id}")
    )
    return page, form.status() if form.is_submitted() else 200


@bp.route(f"{PAGE}/password", methods=["GET", "POST"])
@allow(Act.ENTER_DESK)
@proved
def password() -> ResponseReturnValue:
    """The officer has another password, and is signed out everywhere else."""
    form = JoinForm()
    if form.validate_on_submit():
        signing.set_password(signed_in(), form.password.data, own_session().id)
        db.session.commit()
        flash(_("Your password is changed. You are signed out everywhere else."), "success")
        return redirect(url_for("accounts.account"), 303)
    page = render_template("accounts/password.html", form=form, email=signed_in().email)
    return page, form.status() if form.is_submitted() else 200


@bp.route(f"{PAGE}/factor", methods=["GET", "POST"])
@allow(Act.ENTER_DESK)
@proved
def factor() -> ResponseReturnValue:
    """Another telephone computes the officer's codes; the one before does so no more."""
    officer, form = signed_in(), FactorForm()
    if form.validate_on_submit():
        made = factors.set_up(officer, candidate(), form.code.data, clock.now())
        if made is not None:
            officer_sessions.end_all(officer, but=own_session().id)
            db.session.commit()
            forget_candidate()
            session[HANDOVER] = sealer().seal(" ".join(made))
            return redirect(url_for("accounts.recovery_codes"), 303)
        form.wrong_code()
    return set_up_page(form, officer), form.status() if form.is_submitted() else 200


@bp.get(f"{PAGE}/recovery-codes")
@allow(Act.ENTER_DESK)
def recovery_codes() -> ResponseReturnValue:
    """The recovery codes just made, this once."""
    made = handed_over()
    if not made:
        return redirect(url_for("accounts.account"), 303)
    return render_template("accounts/recovery_codes.html", codes=made, email=signed_in().email)


@bp.post(f"{PAGE}/recovery-codes/renew")
@allow(Act.ENTER_DESK, keeps_typed=False)
@proved
def renew_recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes are about to be shown; the old ones are worth nothing."""
    made = factors.renew_recovery_codes(signed_in())
    db.session.commit()
    session[HANDOVER] = sealer().seal(" ".join(made))
    return redirect(url_for("accounts.recovery_codes"), 303)


@bp.post(f"{PAGE}/sessions/<int(max=2147483647):session_id>/end")
@allow(Act.ENTER_DESK, keeps_typed=False)
def end_session(session_id: int) -> ResponseReturnValue:
    """The officer is signed out in that browser."""
    officer_sessions.end(signed_in(), session_id)
    db.session.commit()
    flash(_("That session has ended."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.post(f"{PAGE}/sessions/end")
@allow(Act.ENTER_DESK, keeps_typed=False)
def end_other_sessions() -> ResponseReturnValue:
    """The officer is signed in here and nowhere else."""
    officer_sessions.end_all(signed_in(), but=own_session().id)
    db.session.commit()
    flash(_("You are signed in here and nowhere else."), "success")
    return redirect(url_for("accounts.account"), 303)
