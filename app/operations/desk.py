"""Doors of operations: planned stops, announced and cancelled."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.consultations.rules import calendar
from app.extensions import db
from app.kit import clock
from app.operations import stops
from app.operations.forms import StopForm
from app.operations.models import PlannedStop
from app.web.filters import moment
from app.web.guard import allow

bp = Blueprint("operations", __name__)
PAGE = "/desk/stops"


@bp.route(PAGE, methods=["GET", "POST"])
@allow(Act.ANNOUNCE_STOP)
def planned_stops() -> ResponseReturnValue:
    """The stops that were announced, and a form for one more."""
    officer, now, form = _admin(), clock.now(), StopForm()
    if form.validate_on_submit():
        refusal = _announce(form, officer)
        if not refusal:
            db.session.commit()
            flash(_("The stop is announced on every page."), "success")
            return redirect(url_for("operations.planned_stops"), 303)
        form.first_day.errors = [refusal]
    page = render_template(
        "operations/stops.html",
        form=form,
        known=stops.known(),
        earliest=stops.earliest(now, calendar()),
        frozen=stops.frozen(now),
        now=now,
    )
    return page, form.status() if form.is_submitted() else 200


@bp.post(f"{PAGE}/<int(max=2147483647):stop_id>/cancel")
@allow(Act.ANNOUNCE_STOP, keeps_typed=False)
def cancel_stop(stop_id: int) -> ResponseReturnValue:
    """No page tells of the stop any more."""
    officer = _admin()
    stop = db.session.get(PlannedStop, stop_id) or abort(404)
    if stops.cancel(stop, officer, clock.now()):
        db.session.commit()
        flash(_("The stop is cancelled."), "success")
    else:
        flash(_("That stop is over, or was cancelled before."), "warning")
    return redirect(url_for("operations.planned_stops"), 303)


def _admin() -> Officer:
    officer = signed_in()
    if not stops.may_stop(officer):
        abort(403)
    return officer


def _announce(form: StopForm, officer: Officer) -> str:
    """Why the stop was not announced; "" where it was."""
    words = form.words.data or "", form.words_en.data or ""
    try:
        stops.announce(
            form.times(), *words, officer, clock.now(), emergency=form.emergency.data or ""
        )
    except stops.TooSoonError as error:
        return _(
            "People have to know seven working days before. The first possible time is %(moment)s.",
            moment=moment(error.earliest),
        )
    except stops.LastDaysError as error:
        return _(
            "That falls into the last three days to comment on “%(title)s”. Choose another time.",
            title=error.consultations[0].dossier.title,
        )
    except stops.StopRefusedError:
        return _("The stop has to begin before it ends, last a week at most, and be still to come.")
    return ""
