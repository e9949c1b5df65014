"""Every view says who may enter; one that says nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from app.extensions import csrf, reads_only
from app.web import turns

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Mark:
    """What a view says of itself: its act (none for the public), and whether its form answers
    a missing token itself, so that nothing typed is lost."""

    act: Any = None
    keeps_typed: bool = False


def public(view: View) -> View:
    """The view is open to everyone."""
    view.mark = Mark()  # type: ignore[attr-defined]
    return view


def public_form(view: View) -> View:
    """The view is open to everyone and its form checks the token, keeping what was typed."""
    view.mark = Mark(keeps_typed=True)  # type: ignore[attr-defined]
    return view


def allow(act: Any, *, keeps_typed: bool = True) -> Callable[[View], View]:
    """The view is open to staff whose roles allow `act` somewhere; objects are checked inside."""

    def mark(view: View) -> View:
        view.mark = Mark(act=act, keeps_typed=keeps_typed)  # type: ignore[attr-defined]
        return view

    return mark


def mark_of(endpoint: str | None) -> Mark | None:
    """The mark of an endpoint of the running application, None when it has none."""
    return getattr(current_app.view_functions.get(endpoint or ""), "mark", None)


def _check() -> ResponseReturnValue | None:
    reads_only.set(request.method in SAFE)
    if request.endpoint is None:
        return None  # no such page: the error handler says so
    mark = mark_of(request.endpoint)
    if mark is None:
        abort(403)
    if any("\0" in str(part) for part in (request.view_args or {}).values()):
        abort(404)  # PostgreSQL cannot even be asked for such a name
    g.desk = mark.act is not None
    if request.method not in SAFE:
        # all of it, before the database is asked: who sends slowly must not hold its only pen
        request.form.get("csrf_token")
    if mark.act is not None:
        if not current_user.is_authenticated:
            current_app.extensions["turned_away"]()
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        if not current_app.extensions["may"](current_user, mark.act):
            abort(403)
    if request.method not in SAFE:
        if _from_elsewhere():
            abort(403)
        try:
            csrf.protect()
        except CSRFError:
            if not mark.keeps_typed:
                raise
    return None


def _from_elsewhere() -> bool:
    """Whether the browser says that the form stood on a page of another host (G26).

    "null" and silence say nothing: a page that asks for no referrer sends them of its own forms.
    The token decides then.
    """
    said = request.headers.get("Origin") or request.headers.get("Referer") or "null"
    ours = {request.host, urlsplit(current_app.extensions["settings"].public_url).netloc}
    return said != "null" and urlsplit(said).netloc not in ours


def init_app(app: Flask, may: Callable[[Any, Any], bool], turned_away: Callable[[], None]) -> None:
    """Every request passes the check; `may(officer, act)` is the policy of the house, and
    `turned_away()` keeps what somebody sent whose session has run out."""
    app.extensions["may"] = may
    app.extensions["turned_away"] = turned_away
    app.before_request(_check)
    turns.init_app(app)
