"""Doors of a dossier's later life: a revised draft, appraisal, verification, its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.consultations import lifecycle, stages
from app.consultations.desk import bp
from app.consultations.forms import RevisionForm, StageForm
from app.consultations.gates import ObstaclesError, obstacles
from app.consultations.lifecycle import NotReadyError
from app.consultations.words import too_soon
from app.documents import supporting
from app.documents.access import dossier_for
from app.documents.dossiers import NEXT, IllegalStageError, StepDateError, last_step
from app.documents.file_forms import NO_WORDS
from app.documents.models import Dossier, Stage
from app.documents.versions import newest
from app.documents.words import STAGES, refusal
from app.extensions import db
from app.kit import clock
from app.web.filters import day
from app.web.guard import allow
from app.web.uploads import SUPPORTING, Refused, Upload, endings


@dataclass(frozen=True)
class Sent:
    """The document that came with a step: its bytes, what they are, what they say."""

    upload: Upload
    data: bytes
    text: str


@bp.route("/desk/dossiers/<int:dossier_id>/stages", methods=["GET", "POST"], endpoint="stages")
@allow(Act.MOVE_STAGE)
def stages_(dossier_id: int) -> ResponseReturnValue:
    """The dossier reached its next stage on the day given, and everybody can read it."""
    dossier = dossier_for(Act.MOVE_STAGE, dossier_id)
    if not stages.open_moves(dossier):
        return _ended(dossier)
    form = StageForm(on=clock.vn_date(clock.now()))
    form.offer(stages.open_moves(dossier))
    if len(stages.open_moves(dossier)) == 1 and not form.is_submitted():
        form.stage.data = form.stage.choices[0].value
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        sent = _sent(form)
        if isinstance(sent, int):
            status = sent
        elif _moved(dossier_for(Act.MOVE_STAGE, dossier_id), form, sent):
            flash(_("The step is public."), "success")
            return redirect(url_for("consultations.dossier", dossier_id=dossier_id), 303)
    return _page(dossier_for(Act.MOVE_STAGE, dossier_id), form), status


@bp.post("/desk/dossiers/<int:dossier_id>/revision")
@allow(Act.POST_REVISION, keeps_typed=False)
def revise(dossier_id: int) -> ResponseReturnValue:
    """The revised draft is public beside the one that was commented on."""
    dossier = dossier_for(Act.POST_REVISION, dossier_id)
    form, version = RevisionForm(), newest(dossier)
    if not form.validate() or version is None or form.seen.data not in (None, "", version.digest):
        return _not_posted(dossier)
    try:
        lifecycle.post_revision(dossier, version, signed_in(), clock.now())
    except (NotReadyError, IllegalStageError):
        return _not_posted(dossier)
    db.session.commit()
    flash(_("The revised draft is public."), "success")
    return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)


def _sent(form: StageForm) -> Sent | int | None:
    """What was sent with the step, None for nothing, or the status that says why it is refused."""
    if not form.file.data:
        return None
    db.session.rollback()  # reading takes seconds, and everybody else writes too
    data = form.file.data.read()
    limit = current_app.extensions["settings"].upload_bytes
    try:
        upload, words = supporting.looked_at(data, form.file.data.filename or "", limit)
    except Refused as error:
        words, status = refusal(error, beside=True)
        form.file.errors = [words]
        return status
    text = form.file_text.data or words
    if not text:
        form.file_text.errors = [NO_WORDS]
    if not form.file_title.data:
        form.file_title.errors = [_("Enter what the document is called.")]
    return Sent(upload, data, text) if text and form.file_title.data else 422


def _moved(dossier: Dossier, form: StageForm, sent: Sent | None) -> bool:
    """Whether the dossier has reached the stage; the form says why where it has not."""
    stage, now = Stage(form.stage.data), clock.now()
    outcome = None
    if not NEXT[stage] and not form.sure.data:
        form.sure.errors = [_("Tick the box: this step cannot be taken back.")]
        return False
    if stage is Stage.ADOPTED:
        if not form.number.data:
            form.number.errors = [_("Enter the number of the document.")]
            return False
        outcome = stages.Outcome(form.number.data, form.gazette.data or "", form.effective.data)
    try:
        stages.move(
            dossier,
            stage,
            on=form.on.data,
            note=form.note.data or "",
            outcome=outcome,
            officer=signed_in(),
            now=now,
        )
    except (
        IllegalStageError,
        ObstaclesError,
        StepDateError,
        stages.ReasonMissingError,
        stages.EffectTooSoonError,
    ) as error:
        db.session.rollback()
        _say(form, dossier, error)
        return False
    if sent is not None:
        _post(dossier, form.file_title.data or "", sent)
    db.session.commit()
    return True


def _say(form: StageForm, dossier: Dossier, error: Exception) -> None:
    """The form says why the step was not taken."""
    if isinstance(error, stages.ReasonMissingError):
        form.note.errors = [_("Say why it was withdrawn: everybody can read it.")]
    elif isinstance(error, stages.EffectTooSoonError):
        form.effective.errors = [too_soon(error)]
    elif isinstance(error, ObstaclesError):
        form.stage.errors = [" ".join(one.words for one in error.obstacles)]
    elif isinstance(error, StepDateError):
        step = last_step(dossier)
        before = day(step.at) if step is not None else ""
        words = _("Enter a day from the step before (%(day)s) to today.", day=before)
        form.on.errors = [words]
    else:
        words = _("The dossier has moved meanwhile; from where it is now, this step is not open.")
        form.stage.errors = [words]


def _post(dossier: Dossier, title: str, sent: Sent) -> None:
    officer, now = signed_in(), clock.now()
    file = supporting.add_file(
        dossier,
        sent.upload,
        sent.data,
        title=title,
        text=sent.text,
        stage=dossier.stage,
        officer=officer,
        now=now,
    )
    consultation = lifecycle.latest(dossier.id)
    about = consultation.id if consultation is not None else None
    supporting.post_file(file, officer, now, about)


def _page(dossier: Dossier, form: StageForm) -> str:
    offered = [Stage(value) for value, *_rest in form.stage.iter_choices()]
    return render_template(
        "consultations/stages.html",
        dossier=dossier,
        form=form,
        last=last_step(dossier),
        stages=STAGES,
        adopts=Stage.ADOPTED in offered,
        endings=endings(SUPPORTING),
        obstacles=[one for stage in offered for one in obstacles(dossier, stage)],
    )


def _ended(dossier: Dossier) -> ResponseReturnValue:
    return _stopped(
        dossier,
        _("There is no step to take now"),
        _("The dossier moves on by itself when its comment period ends, or its life has ended."),
    )


def _not_posted(dossier: Dossier) -> ResponseReturnValue:
    return _stopped(
        dossier,
        _("The revised draft was not posted"),
        _(
            "Something is still missing, the text has changed meanwhile, or comments are still "
            "taken. The page of the dossier says what."
        ),
    )


def _stopped(dossier: Dossier, heading: str, words: str) -> ResponseReturnValue:
    db.session.rollback()
    way_on = url_for("consultations.dossier", dossier_id=dossier.id), _("Back to the dossier")
    page = render_template("documents/stopped.html", heading=heading, words=words, way_on=way_on)
    return page, 409
