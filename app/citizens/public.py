"""Doors of accounts of citizens: come in by letter, leave, be forgotten.

A link in a letter is opened by programs that look for traps before its reader sees it, so looking
at it changes nothing and signs nobody in: that takes a press, and in another browser than the one
that asked, the address.
"""

from __future__ import annotations

from datetime import datetime

from flask import (
    Blueprint,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.citizens import entering, forget, way
from app.citizens import session as sessions
from app.citizens.entering import Link
from app.citizens.forms import AskForm, NameForm, TypedForm
from app.citizens.models import Citizen, Level
from app.citizens.words import level
from app.extensions import db
from app.kit import clock, codes
from app.mail import post
from app.web import oidc
from app.web.forms import PressForm
from app.web.guard import public, public_form
from app.web.headers import private

bp = Blueprint("citizens", __name__, url_prefix="/account")

# what this browser alone knows of a link it asked for
BROWSER = "citizen_browser"


def can_be_had() -> bool:
    """Whether there is any way into an account on this portal."""
    return post.is_on() or oidc.provider(oidc.Realm.CITIZENS) is not None


bp.add_app_template_global(can_be_had, "has_accounts")
bp.add_app_template_global(sessions.signed_in, "signed_in_citizen")
bp.add_app_template_global(level, "identity_level")


@bp.route("/sign-in", methods=["GET", "POST"])
@public_form
def sign_in() -> ResponseReturnValue:
    """A link to come in is sent; otherwise the ways in. Who has an account is never told."""
    private()
    if sessions.signed_in() is not None:
        return redirect(url_for("mine.receipts"), 303)
    form, status = AskForm(), 200
    way.remember(request.args.get("next", ""))
    if request.method == "POST" and post.is_on():
        if form.validate():
            _ask(form.email.data or "", clock.now())
            db.session.commit()
            return redirect(url_for("citizens.sign_in", sent="1"), 303)
        status = form.status()
    return _page("citizens/sign_in.html", form=form, sent="sent" in request.args), status


def _ask(email: str, now: datetime) -> None:
    browser = session.setdefault(BROWSER, codes.new_key())
    public_url = current_app.extensions["settings"].public_url

    def address(token: str) -> str:
        return f"{public_url}{url_for('citizens.enter', token=token)}"

    entering.ask(email, browser, address, now)


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@public_form
def enter(token: str) -> ResponseReturnValue:
    """Who pressed is signed in; otherwise the button, or why the link does not open."""
    private()
    browser, status = session.get(BROWSER, ""), 200
    link, email = entering.look(token, browser, clock.now())
    form = PressForm() if link is Link.GOOD else TypedForm()
    if link is Link.OVER:
        return _page("citizens/no_entry.html"), 410
    if request.method == "POST":
        if not form.validate():
            return _page("citizens/enter.html", form=form, email=email), form.status()
        typed = form.email.data or "" if isinstance(form, TypedForm) else ""
        citizen = entering.take(token, browser, clock.now(), typed)
        if citizen is not None:
            return _in(citizen)
        status = form.wrong() if isinstance(form, TypedForm) else 410
    return _page("citizens/enter.html", form=form, email=email), status


def _in(citizen: Citizen) -> ResponseReturnValue:
    sessions.enter(citizen, Level.EMAIL, clock.now())
    db.session.commit()
    session.pop(BROWSER, None)
    return redirect(way.on(), 303)


@bp.route("/settings", methods=["GET", "POST"])
@public_form
def settings() -> ResponseReturnValue:
    """The account begins comments with the name typed; otherwise what it holds of its owner."""
    private()
    who = sessions.citizen()
    if who is None:
        return redirect(url_for("citizens.sign_in"), 303)
    form, status = NameForm(data={"name": who.name}), 200
    if request.method == "POST":
        if form.validate():
            who.name = form.name.data or ""
            db.session.commit()
            return redirect(url_for("citizens.settings", saved="1"), 303)
        status = form.status()
    provider = oidc.provider(oidc.Realm.CITIZENS)
    words = {
        "opened": provider is not None and provider.issuer in entering.providers(who.id),
        "saved": "saved" in request.args,
    }
    return _page("citizens/settings.html", form=form, **words), status


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Nobody is signed in here, nor anywhere else by the same account."""
    private()
    who = sessions.citizen()
    if who is not None:
        sessions.leave(who)
        db.session.commit()
    sessions.let_go()
    return redirect(url_for("citizens.sign_in", left="1"), 303)


@bp.route("/forget", methods=["GET", "POST"], endpoint="forget")
@public_form
def forget_me() -> ResponseReturnValue:
    """Nothing is kept of the account any more; otherwise the page with the button that does it."""
    private()
    who = sessions.citizen()
    if who is None:
        return redirect(url_for("citizens.sign_in"), 303)
    form, status = PressForm(), 200
    if request.method == "POST":
        if form.validate():
            forget.forget(who, clock.now())
            db.session.commit()
            sessions.let_go()
            return redirect(url_for("citizens.sign_in", forgotten="1"), 303)
        status = form.status()
    return _page("citizens/forget.html", form=form), status


def _page(template: str, **words: object) -> str:
    provider = oidc.provider(oidc.Realm.CITIZENS)
    return render_template(
        template, provider=provider, letters=post.is_on(), me=sessions.signed_in(), **words
    )
