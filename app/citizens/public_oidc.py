"""Doors of single sign-on for citizens: to the provider, back, and into an account."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.citizens import entering, way
from app.citizens import session as sessions
from app.citizens.models import Citizen
from app.citizens.public import bp
from app.extensions import db, reads_only
from app.kit import clock
from app.web import oidc
from app.web.forms import PressForm
from app.web.guard import public, public_form
from app.web.headers import private
from app.web.oidc import Fault, Person, Realm, SignOnError

ADDED, ADDED_WITHIN = "citizen_added", timedelta(minutes=10)
BACK = "/account/callback"
STATUS = {Fault.AWAY: 503, Fault.LOST: 400}


@bp.get("/provider")
@public
def provider() -> ResponseReturnValue:
    """The reader is sent to the provider of citizens; otherwise a page says why not."""
    private()
    wanted = oidc.provider(Realm.CITIZENS)
    back = current_app.extensions["settings"].public_url + BACK
    return redirect(oidc.begin(Realm.CITIZENS, back, wanted.identity if wanted else ()))


@bp.get("/callback")
@public
def callback() -> ResponseReturnValue:
    """Whom the provider vouches for is signed in, or asked whether the account should be theirs."""
    private()
    reads_only.set(False)  # coming in makes an account
    prefix = oidc.left_from(Realm.CITIZENS)
    if prefix not in (None, request.script_root):
        # one address is known to the provider; the reader goes on in the language they read
        return redirect(f"{prefix}{BACK}?{request.query_string.decode()}", 303)
    person = oidc.finish(Realm.CITIZENS)
    me, owner = sessions.citizen(), entering.by_person(person)
    if me is not None and owner is None:
        session[ADDED] = _packed(person)
        return redirect(url_for("citizens.add_provider"), 303)
    if me is not None and owner is not None and owner.id != me.id:
        return _taken()
    return _come_in(entering.of_person(person, clock.now()), person)


@bp.route("/provider/add", methods=["GET", "POST"])
@public_form
def add_provider() -> ResponseReturnValue:
    """The provider opens the account too; otherwise the button that says so.

    The press shows that its owner meant it, and not a page that led them to the provider.
    """
    private()
    me, person = sessions.citizen(), _unpacked()
    if me is None or person is None:
        raise SignOnError(Fault.LOST)
    form, status = PressForm(), 200
    if request.method == "POST":
        if form.validate():
            try:
                entering.add(me, person, clock.now())
            except entering.TakenError:
                db.session.rollback()
                return _taken()
            session.pop(ADDED, None)
            return _come_in(me, person)
        status = form.status()
    words = {"form": form, "provider": oidc.provider(Realm.CITIZENS), "me": sessions.signed_in()}
    return render_template("citizens/add_provider.html", **words), status


def _come_in(citizen: Citizen, person: Person) -> ResponseReturnValue:
    sessions.enter(citizen, entering.level_of(person), clock.now())
    db.session.commit()
    return redirect(way.on(), 303)


@bp.errorhandler(SignOnError)
def _refused(error: SignOnError) -> ResponseReturnValue:
    db.session.rollback()
    private()
    words = {"fault": error.fault.value, "provider": oidc.provider(Realm.CITIZENS)}
    return render_template("citizens/not_signed_in.html", **words), STATUS.get(error.fault, 403)


def _taken() -> ResponseReturnValue:
    words = {"fault": "taken", "provider": oidc.provider(Realm.CITIZENS)}
    return render_template("citizens/not_signed_in.html", **words), 409


def _packed(person: Person) -> dict[str, object]:
    return {
        "issuer": person.issuer,
        "subject": person.subject,
        "email": person.email,
        "methods": sorted(person.methods),
        "until": (clock.now() + ADDED_WITHIN).isoformat(),
    }


def _unpacked() -> Person | None:
    """Whom the provider vouched for a moment ago, who is not yet known here."""
    told = session.get(ADDED)
    if not told or clock.now() >= datetime.fromisoformat(told["until"]):
        return None
    return Person(told["issuer"], told["subject"], told["email"], frozenset(told["methods"]))
