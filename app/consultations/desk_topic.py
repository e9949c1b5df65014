"""Door of the topic of a draft: a label for finding it, free to be mended at any stage."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.consultations.desk import bp
from app.consultations.lifecycle import latest
from app.documents.access import dossier_for
from app.documents.forms import TopicForm
from app.documents.models import Topic
from app.documents.topics import label, topics
from app.extensions import db
from app.kit import clock
from app.web.guard import allow


@bp.route("/desk/dossiers/<int:dossier_id>/topic", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def topic(dossier_id: int) -> ResponseReturnValue:
    """The draft is found under the topic chosen."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    form = TopicForm(topic=dossier.topic or "")
    form.offer(topics())
    if form.validate_on_submit():
        chosen = db.session.get(Topic, form.topic.data) if form.topic.data else None
        period = latest(dossier.id)
        about = period.id if period is not None else None
        label(dossier, chosen, signed_in(), clock.now(), consultation_id=about)
        db.session.commit()
        flash(_("The topic is saved."), "success")
        return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)
    page = render_template("consultations/topic.html", dossier=dossier, form=form)
    return page, 422 if form.is_submitted() else 200
