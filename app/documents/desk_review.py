"""Doors to the outline of a draft: look at it beside the file, repair it, accept it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.policy import Act, may
from app.accounts.session import require, signed_in
from app.documents import beside, edits, importing
from app.documents.access import dossier_for
from app.documents.desk import bp
from app.documents.forms import AcceptForm
from app.documents.models import Dossier, DraftVersion
from app.documents.original import original
from app.documents.repair import WrongRepairError
from app.documents.repair_form import UNDO, RepairForm
from app.documents.repair_words import done, fault, kinds
from app.documents.versions import newest
from app.documents.written import came_in
from app.extensions import db
from app.kit import clock
from app.web.forms import Form
from app.web.guard import allow

DOUBTS = 100  # in the list; the others come up as these are settled
STALE = _l(
    "The text was changed or opened after you loaded this page. "
    "Nothing was done; below is the text as it is now."
)


@bp.route("/desk/dossiers/<int:dossier_id>/text/review", methods=["GET", "POST"])
@allow(Act.READ_DOSSIER)
def review(dossier_id: int) -> ResponseReturnValue:
    """The drafter stands by the outline; others who work on the dossier may read it."""
    dossier = dossier_for(Act.READ_DOSSIER, dossier_id)
    version = newest(dossier)
    if version is None:
        return _to_overview(dossier)
    form = AcceptForm()
    if form.validate_on_submit():
        officer = require(Act.PREPARE_DOSSIER, dossier.agency)
        if form.seen.data not in (None, "", version.digest) or version.posted_at is not None:
            return _stale(dossier, version, form, request.args.get("at", ""))
        importing.accept(version, officer, clock.now())
        db.session.commit()
        flash(_("The outline is accepted."), "success")
        return _to_overview(dossier)
    status = form.status() if form.is_submitted() else 200
    return _page(dossier, version, form, request.args.get("at", "")), status


@bp.route("/desk/dossiers/<int:dossier_id>/text/repair", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def repair(dossier_id: int) -> ResponseReturnValue:
    """One unit is repaired, or the last repair undone; the page comes back at that unit."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    version, form = newest(dossier), RepairForm()
    at = form.unit.data or ""
    if version is None or not form.is_submitted():
        return _to_review(dossier, at)
    if not form.validate():
        status = form.status()
        return _page(dossier, version, form, at), status
    if form.seen.data != version.digest or version.posted_at is not None:
        return _stale(dossier, version, form, at)
    try:
        at = _repaired(version, form)
    except WrongRepairError as error:
        form.form_errors.append(fault(error))
        return _page(dossier, version, form, at), 422
    db.session.commit()
    return _to_review(dossier, at)


def _repaired(version: DraftVersion, form: RepairForm) -> str:
    """The anchor of the unit that was repaired, or given back; says what was done."""
    if form.operation.data == UNDO:
        at = edits.undo(version, signed_in(), clock.now())
        if at is not None:
            flash(_("The last repair is undone."), "success")
        return at or form.unit.data or ""
    at = edits.repair(version, form.edit(), signed_in(), clock.now())
    last = edits.last(version)
    if last is not None:
        flash(done(last), "success")
    return at


def _stale(dossier: Dossier, version: DraftVersion, form: Form, at: str) -> ResponseReturnValue:
    form.form_errors.append(STALE)
    return _page(dossier, version, form, at), 409


def _page(dossier: Dossier, version: DraftVersion, form: Form, at: str) -> str:
    """The screen with that unit; a repair that failed stands open there with what was typed."""
    file = came_in(version)
    if form.is_submitted():
        db.session.rollback()  # the file may take seconds to read, and everybody else writes too
    lines = original(*file)
    typed = form if isinstance(form, RepairForm) else None
    accept = form if isinstance(form, AcceptForm) else AcceptForm(formdata=None)
    accept.seen.data = version.digest
    officer = signed_in()
    last = edits.last(version)
    return render_template(
        "documents/review.html",
        dossier=dossier,
        version=version,
        form=form,
        accept=accept,
        typed=typed,
        at=at,
        page=beside.page(version, lines, at),
        most=DOUBTS,
        kinds=kinds(),
        last=done(last) if last is not None else "",
        repairs=edits.count(version),
        may_prepare=may(officer, Act.PREPARE_DOSSIER, dossier.agency),
    )


def _to_overview(dossier: Dossier) -> ResponseReturnValue:
    return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)


def _to_review(dossier: Dossier, at: str) -> ResponseReturnValue:
    there = url_for("documents.review", dossier_id=dossier.id, at=at or None, _anchor=at or None)
    return redirect(there, 303)
