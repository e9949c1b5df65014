"""Doors of single sign-on for staff: to the provider, back, and to the second factor.

A provider makes no accounts here: it can only say which of our officers somebody is.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import factors, federated
from app.accounts import sign_in as signing
from app.accounts.desk import bp
from app.accounts.models import Officer
from app.accounts.way_in import carry_half, let_in, way_on
from app.extensions import db, reads_only
from app.kit import clock
from app.kit.provider import Provider, shown
from app.web import oidc
from app.web.guard import public
from app.web.headers import private
from app.web.oidc import Fault, Realm, SignOnError

BACK = "/desk/callback"
WANTED = "desk_wanted"
STATUS = {Fault.AWAY: 503, Fault.LOST: 400}


def staff_provider() -> Provider | None:
    """Who vouches for staff, if anybody."""
    return oidc.provider(Realm.STAFF)


bp.add_app_template_global(staff_provider)


@bp.get("/desk/sign-in/provider")
@public
def provider() -> ResponseReturnValue:
    """The reader is sent to the provider of staff; otherwise a page says why not."""
    private()
    if current_user.is_authenticated:
        return redirect(way_on(), 303)
    known = staff_provider()
    wanted = known.multifactor if known is not None else ()
    address = oidc.begin(Realm.STAFF, current_app.extensions["settings"].public_url + BACK, wanted)
    session[WANTED] = way_on() if request.args.get("next") else ""
    return redirect(address)


@bp.get(BACK)
@public
def callback() -> ResponseReturnValue:
    """The officer whom the provider means is on the way in, the second factor next."""
    private()
    reads_only.set(False)  # coming in begins a session
    prefix = oidc.left_from(Realm.STAFF)
    if prefix not in (None, request.script_root):
        # one address is known to the provider; the reader goes on in the language they read
        return redirect(f"{prefix}{BACK}?{request.query_string.decode()}", 303)
    now, person, wanted = clock.now(), oidc.finish(Realm.STAFF), session.pop(WANTED, "")
    officer = federated.find(person, now)
    if officer is None or not signing.may_come_in(officer, now):
        raise SignOnError(Fault.UNKNOWN)
    known = staff_provider()
    if known is None or not shown(person.methods, known.multifactor):
        return _half_in(officer, wanted)
    to = let_in(officer, wanted)
    db.session.commit()
    return redirect(to, 303)


def _half_in(officer: Officer, wanted: str) -> ResponseReturnValue:
    """What the provider says stands for the password; the second factor is ours to ask for."""
    carry_half(officer)
    to = "accounts.code" if factors.has_factor(officer) else "accounts.set_up"
    db.session.commit()
    return redirect(url_for(to, next=wanted.removeprefix(request.script_root) or None), 303)


@bp.errorhandler(SignOnError)
def _refused(error: SignOnError) -> ResponseReturnValue:
    db.session.rollback()
    private()
    words = {"fault": error.fault.value, "provider": staff_provider()}
    return render_template("accounts/not_signed_in.html", **words), STATUS.get(error.fault, 403)
