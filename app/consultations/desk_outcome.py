"""Door of what is known of an adopted document only later: its gazette, its day of effect."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.consultations import stages
from app.consultations.desk import bp
from app.consultations.forms import OutcomeForm
from app.consultations.words import too_soon
from app.documents.access import dossier_for
from app.documents.dossiers import OutcomeKeptError
from app.documents.models import Dossier, Stage
from app.extensions import db
from app.kit import clock
from app.web.guard import allow


@bp.route("/desk/dossiers/<int:dossier_id>/outcome", methods=["GET", "POST"])
@allow(Act.MOVE_STAGE)
def outcome(dossier_id: int) -> ResponseReturnValue:
    """What was unknown at the adoption is public; what was known stays as it is."""
    dossier = dossier_for(Act.MOVE_STAGE, dossier_id)
    if dossier.stage != Stage.ADOPTED or (dossier.outcome_gazette and dossier.outcome_effective):
        return _complete(dossier)
    form = OutcomeForm()
    form.narrow(dossier)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit() and _added(dossier, form):
        flash(_("What you added is public."), "success")
        return redirect(url_for("consultations.dossier", dossier_id=dossier_id), 303)
    return render_template("consultations/outcome.html", dossier=dossier, form=form), status


def _added(dossier: Dossier, form: OutcomeForm) -> bool:
    """Whether something is known now that was not; the form says why where it is not."""
    gazette, effective = form.data.get("gazette") or "", form.data.get("effective")
    try:
        stages.complete(
            dossier, gazette=gazette, effective=effective, officer=signed_in(), now=clock.now()
        )
    except stages.EffectTooSoonError as error:
        form.effective.errors = [too_soon(error)]
        return False
    except OutcomeKeptError:
        form.form_errors.append(_("Fill in at least one of these."))
        return False
    db.session.commit()
    return True


def _complete(dossier: Dossier) -> ResponseReturnValue:
    page = render_template(
        "documents/stopped.html",
        heading=_("There is nothing to add"),
        words=_("Only what is still unknown of an adopted document can be added."),
        way_on=(
            url_for("consultations.dossier", dossier_id=dossier.id),
            _("Back to the dossier"),
        ),
    )
    return page, 409
