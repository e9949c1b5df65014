"""The officer behind a request."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import abort, g, request, session
from flask_login import current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts import officer_sessions
from app.accounts.door_models import OfficerSession
from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may
from app.extensions import db, login
from app.kit import clock

# Flask-Login looks for the token under this name
TOKEN = "_user_id"
# when the session was last used, in whole seconds; kept in the signed cookie, so that reading a
# page writes nothing
SEEN = "seen"
STAMPED_EVERY = 30
# what an open page sends although nobody touches it
BY_ITSELF = {"moderation.take"}
BROWSERS = ("Firefox", "Edg", "OPR", "SamsungBrowser", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


@login.user_loader
def _load(token: str) -> Officer | None:
    found = db.session.execute(_one(), {"digest": officer_sessions.digest(token)}).unique().first()
    if found is None:
        return None
    officer, own = found
    now = clock.now()
    seen = session.get(SEEN, 0)
    if officer_sessions.is_over(officer, own, seen, now):
        g.was_signed_in = officer.id
        return None
    if now.timestamp() - seen >= STAMPED_EVERY and request.endpoint not in BY_ITSELF:
        session[SEEN] = int(now.timestamp())
    g.officer_session = own
    found_officer: Officer = officer
    return found_officer


@cache
def _one() -> Select[Officer, OfficerSession]:
    """The officer with all that a page of the desk asks of them, in one statement."""
    key: Any = bindparam("digest")
    return (
        select(Officer, OfficerSession)
        .join(OfficerSession, OfficerSession.officer_id == Officer.id)
        .where(OfficerSession.token_digest == key, Officer.active.is_(True))
        .options(joinedload(Officer.grants), joinedload(Officer.delegations))
    )


def enter(officer: Officer) -> None:
    """The officer is signed in here, in a new session that carries over nothing but messages.

    The caller commits, and has seen a password with a second factor, or a passkey.
    """
    messages = session.get("_flashes")
    token = officer_sessions.begin(officer, _browser(), clock.now())
    session.clear()
    if messages:
        session["_flashes"] = messages
    session[TOKEN] = token
    session[SEEN] = int(clock.now().timestamp())


def leave() -> None:
    """The officer is signed out here; a copy of the cookie is worth nothing any more."""
    officer_sessions.end(signed_in(), own_session().id)
    session.clear()


def signed_in() -> Officer:
    """The officer who made the request; views marked with an act always have one."""
    officer: Officer = current_user._get_current_object()
    return officer


def own_session() -> OfficerSession:
    """The session in which the request was made."""
    signed_in()
    own: OfficerSession = g.officer_session
    return own


def require(act: Act, agency: Agency | None) -> Officer:
    """The officer, who may do `act` for `agency`; otherwise the object does not exist for them."""
    officer = signed_in()
    if agency is None or not may(officer, act, agency):
        abort(404)
    return officer


def _browser() -> str:
    """What the browser calls itself, in so few words that nobody is known by them."""
    told = request.user_agent.string
    name = next((one for one in BROWSERS if f"{one}/" in told), "")
    system = next((one for one in SYSTEMS if one in told), "")
    known = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"}
    return " · ".join(one for one in (known.get(name, name), system) if one)
