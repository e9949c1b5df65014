"""Doors of passkeys: make one, take one away, sign in with one, prove oneself with one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import passkeys
from app.accounts import sign_in as signing
from app.accounts.desk import bp
from app.accounts.forms import NewPasskeyForm
from app.accounts.own_account import PAGE, account_page, proved
from app.accounts.policy import Act
from app.accounts.session import own_session, signed_in
from app.accounts.way_in import let_in, way_on
from app.extensions import db
from app.kit import clock
from app.web.guard import allow, public
from app.web.headers import private


@bp.post("/desk/sign-in/passkey")
@public
def sign_in_with_passkey() -> ResponseReturnValue:
    """Who holds the passkey of an officer, and showed the device so, is at the desk."""
    private()
    try:
        officer = passkeys.recognise(_answer(), "sign-in", clock.now())
        if signing.may_come_in(officer, clock.now()):
            to = let_in(officer)
            db.session.commit()
            return redirect(to, 303)
    except passkeys.PasskeyError:
        pass
    db.session.rollback()
    flash(_("This passkey did not work. Sign in with your password."), "error")
    again = url_for("accounts.sign_in", next=request.args.get("next") or None)
    return redirect(again, 303)


@bp.post(f"{PAGE}/prove/passkey")
@allow(Act.ENTER_DESK, keeps_typed=False)
def prove_with_passkey() -> ResponseReturnValue:
    """Whoever sits there has shown once more, with a passkey, that it is the officer."""
    officer, now = signed_in(), clock.now()
    try:
        if passkeys.recognise(_answer(), f"prove:{officer.id}", now).id == officer.id:
            own_session().proved_at = now
            db.session.commit()
            return redirect(way_on("accounts.account"), 303)
    except passkeys.PasskeyError:
        pass
    db.session.rollback()
    flash(_("This passkey did not work."), "error")
    return redirect(url_for("accounts.prove", next=request.args.get("next") or None), 303)


@bp.post(f"{PAGE}/passkeys")
@allow(Act.ENTER_DESK)
@proved
def add_passkey() -> ResponseReturnValue:
    """The officer has one passkey more."""
    form = NewPasskeyForm()
    if not form.validate_on_submit():
        return account_page(form), form.status()
    try:
        passkeys.register(signed_in(), form.answer.data or "", form.name.data, clock.now())
    except passkeys.PasskeyError:
        db.session.rollback()
        flash(_("No passkey was made. Try again, or use another device."), "error")
    else:
        db.session.commit()
        flash(_("The passkey is ready: you can sign in with it alone."), "success")
    return redirect(url_for("accounts.account", _anchor="passkeys"), 303)


@bp.post(f"{PAGE}/passkeys/<int(max=2147483647):passkey_id>/remove")
@allow(Act.ENTER_DESK, keeps_typed=False)
@proved
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """The passkey opens nothing any more."""
    if passkeys.remove(signed_in(), passkey_id):
        db.session.commit()
        flash(_("The passkey is removed. Delete it on your device too."), "success")
    return redirect(url_for("accounts.account", _anchor="passkeys"), 303)


def _answer() -> str:
    return request.form.get("answer", "")
