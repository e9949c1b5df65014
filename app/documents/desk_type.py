"""Door of the type of a draft that follows a proposal: chosen before its text is opened."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.documents.access import dossier_for
from app.documents.desk import bp
from app.documents.dossiers import draft_types, retype
from app.documents.forms import TypeForm
from app.documents.models import DocumentType, Stage
from app.documents.stopped import opened
from app.extensions import db
from app.kit import clock
from app.web.guard import allow


@bp.route("/desk/dossiers/<int:dossier_id>/type", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def choose_type(dossier_id: int) -> ResponseReturnValue:
    """The draft is of the type chosen, until it is opened and for good from then on."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    if dossier.stage not in (Stage.PROPOSAL, Stage.DRAFTING) or dossier.taking_comments:
        return opened(dossier)
    form = TypeForm(document_type="" if dossier.type.proposes else dossier.document_type)
    form.offer(draft_types())
    if form.validate_on_submit():
        kind = db.session.get_one(DocumentType, form.document_type.data)
        retype(dossier, kind, signed_in(), clock.now())
        db.session.commit()
        flash(_("The type of the draft is saved."), "success")
        return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)
    page = render_template("documents/type.html", dossier=dossier, form=form)
    return page, 422 if form.is_submitted() else 200
