"""Doors of kept searches: asked for, confirmed, listed, stopped.

The address in a letter is opened by programs that look for traps before any person sees it, so
looking changes nothing: each step takes a press, but for the one that a mail program makes for its
owner. A key that opens nothing any more is no fault of who holds it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.alerts import keeping
from app.alerts.described import described, known
from app.alerts.forms import FREQUENCIES, ManageForm, SaveForm
from app.alerts.kept import asked_of
from app.alerts.models import SavedSearch
from app.extensions import db
from app.kit import clock
from app.mail import post
from app.search.asked import Asked, address, pairs, read
from app.search.facets import Facet
from app.web import limits, locale, one_click
from app.web.forms import PressForm
from app.web.guard import public_form
from app.web.headers import private

bp = Blueprint("alerts", __name__)


@bp.route("/search/save", methods=["GET", "POST"])
@public_form
def save() -> ResponseReturnValue:
    """The address is asked whether it wants letters; otherwise the form that asks for them.

    What is answered never depends on whether the address is known here.
    """
    private()
    wish = known(read(request.form if request.method == "POST" else request.args))
    if not post.is_on():
        return _save_page(wish, None)
    form = SaveForm()
    form.offer(wish.chosen)
    if request.method == "GET":
        form.fill(wish)
        return _save_page(wish, form)
    if not form.validate():
        return _save_page(wish, form), form.status()
    if limits.may_ask(form.email.data or ""):
        keeping.ask(wish, *form.wanted(), clock.now())
        db.session.commit()
    return redirect(url_for("alerts.save", sent="1"), 303)


def _save_page(wish: Asked, form: SaveForm | None) -> str:
    chosen = [pair for pair in pairs(wish) if pair[0] in set(Facet)]
    return render_template(
        "alerts/save.html",
        wish=wish,
        described=described(wish),
        form=form,
        sent="sent" in request.args,
        carried=[pair for pair in chosen if form is not None and pair not in form.holds()],
        feed=address(url_for("alerts.feed"), wish),
        most=keeping.MOST,
    )


@bp.route("/alerts/<key>", methods=["GET", "POST"])
@public_form
def confirm(key: str) -> ResponseReturnValue:
    """Letters about the search may come; otherwise the page with the button that says so."""
    private()
    search, form, status = keeping.find(key), PressForm(), 200
    if search is None:
        return _gone(), 404
    if request.method == "POST":
        if form.validate():
            keeping.confirm(key, locale.current(), clock.now())
            db.session.commit()
            return redirect(url_for("alerts.confirm", key=key), 303)
        status = form.status()
    return render_template("alerts/confirm.html", form=form, **_told(search)), status


@bp.route("/alerts/<key>/stop", methods=["GET", "POST"])
@public_form
def stop(key: str) -> ResponseReturnValue:
    """The search is kept no more; otherwise the page with the button that sees to it."""
    private()
    form, status = PressForm(), 200
    if request.method == "POST":
        if one_click.asked() or form.validate():
            keeping.stop(key, clock.now())
            db.session.commit()
            return one_click.done() or redirect(url_for("alerts.stop", key=key), 303)
        status = form.status()
    search = keeping.find(key)
    words = _told(search) if search is not None else {"described": ""}
    return render_template("alerts/stop.html", form=form, **words), status


@bp.route("/alerts/of/<key>", methods=["GET", "POST"])
@public_form
def manage(key: str) -> ResponseReturnValue:
    """How often each search is told of is as the page says; otherwise that page."""
    private()
    whose, form, status = keeping.subscriber(key), ManageForm(), 200
    if whose is None:
        return _gone(), 404
    if request.method == "POST":
        if form.validate():
            keeping.change(key, *form.wanted(whose.searches), clock.now())
            db.session.commit()
            return redirect(url_for("alerts.manage", key=key, saved="1"), 303)
        status = form.status()
    else:
        form.letter_language.data = whose.language
    searches = [_told(search) for search in whose.searches]
    words = {"key": key, "searches": searches, "saved": "saved" in request.args}
    return render_template("alerts/manage.html", form=form, **words), status


@bp.route("/alerts/of/<key>/stop", methods=["GET", "POST"])
@public_form
def stop_all(key: str) -> ResponseReturnValue:
    """Nothing is kept of the address; otherwise the page with the button that sees to it."""
    private()
    form, status = PressForm(), 200
    if request.method == "POST":
        if one_click.asked() or form.validate():
            keeping.stop_all(key, clock.now())
            db.session.commit()
            return one_click.done() or redirect(url_for("alerts.stop_all", key=key), 303)
        status = form.status()
    whose = keeping.subscriber(key)
    searches = [_told(search) for search in whose.searches] if whose is not None else []
    return render_template("alerts/stop_all.html", form=form, key=key, searches=searches), status


def _told(search: SavedSearch) -> dict[str, Any]:
    """A kept search as pages show it."""
    wish = asked_of(search.words, search.chosen)
    return {
        "id": search.id,
        "key": search.key,
        "described": described(wish),
        "results": address(url_for("search.page"), wish),
        "frequency": search.frequency,
        "frequencies": FREQUENCIES,
        "confirmed": search.confirmed_at is not None,
        "due": search.due_at,
        "whose": search.subscriber.key if search.confirmed_at is not None else "",
    }


def _gone() -> str:
    return render_template("alerts/gone.html")
