"""Doors of documents: dossiers, the text of a draft, its content in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts.agencies import reachable
from app.accounts.models import Agency
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.documents import dossiers as lives
from app.documents import importing
from app.documents.access import LARGEST_ID, dossier_for, unsealed_for
from app.documents.forms import ContentForm, NewDossierForm, UploadForm
from app.documents.models import DocumentType, Dossier, Stage, Topic
from app.documents.nodes import Outline
from app.documents.parsers.blocks import UnreadableError
from app.documents.stopped import opened
from app.documents.topics import topics
from app.documents.versions import newest
from app.documents.words import STAGES, refusal
from app.extensions import db
from app.kit import clock
from app.web.conflict import answer_conflicts
from app.web.errors import drain
from app.web.forms import Form
from app.web.guard import allow
from app.web.uploads import RefusalCode, Refused, Upload, endings, inspect

bp = Blueprint("documents", __name__)
answer_conflicts(bp)

PAGE = 50

OVERTAKEN = _l(
    "Somebody saved other words while you were writing. Yours stand below and are not saved yet: "
    "compare them with the saved ones, then send them again."
)


@bp.get("/desk/dossiers")
@allow(Act.READ_DOSSIER)
def dossiers() -> ResponseReturnValue:
    """The dossiers of all agencies one's roles reach, the newest first."""
    stage = request.args.get("stage", "")
    stage = stage if stage in STAGES else ""
    found = _dossiers(stage, request.args.get("before", LARGEST_ID, type=int))
    return render_template(
        "documents/dossiers.html",
        rows=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        stage=stage,
        stages=STAGES,
        may_begin=may(signed_in(), Act.PREPARE_DOSSIER),
    )


@bp.route("/desk/dossiers/new", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def new() -> ResponseReturnValue:
    """A dossier exists, led by one of the agencies the officer drafts for."""
    form = NewDossierForm(agency=signed_in().agency_id)
    today = clock.vn_date(clock.now())
    types = db.session.scalars(select(DocumentType).order_by(DocumentType.position)).all()
    agencies = reachable(signed_in(), Act.PREPARE_DOSSIER, on=today)
    form.offer(types, agencies, topics())
    if form.validate_on_submit():
        dossier = _create(form)
        db.session.commit()
        flash(_("The dossier has been created. The list shows what comes next."), "success")
        return _to_overview(dossier)
    return render_template("documents/new.html", form=form), _status(form)


@bp.route("/desk/dossiers/<int:dossier_id>/text", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def upload(dossier_id: int) -> ResponseReturnValue:
    """The file is read into a tree of provisions, to be checked next."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    form, file = UploadForm(), None
    status = _status(form)
    if form.validate_on_submit():
        try:
            file = _read(form)
        except (Refused, UnreadableError) as error:
            words, status = refusal(error)
            form.file.errors = [words]
        dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    version = newest(dossier)
    if not lives.NEXT[Stage(dossier.stage)]:
        return opened(dossier)
    if file is not None:
        importing.keep_draft(dossier, *file, signed_in(), clock.now())
        db.session.commit()
        return redirect(url_for("documents.review", dossier_id=dossier.id), 303)
    page = render_template(
        "documents/upload.html",
        dossier=dossier,
        version=version,
        form=form,
        endings=endings(importing.kinds()),
    )
    return page, status


@bp.route("/desk/dossiers/<int:dossier_id>/content", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def describe(dossier_id: int) -> ResponseReturnValue:
    """The content blocks read as typed; blanks are kept as blanks."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    if dossier.stage not in (Stage.PROPOSAL, Stage.DRAFTING) or dossier.taking_comments:
        return opened(dossier)
    form = ContentForm(obj=dossier)
    status = _status(form)
    if form.validate_on_submit():
        if form.seen.data in (None, "", lives.description_digest(dossier)):
            lives.describe(dossier, form.data, signed_in(), clock.now())
            db.session.commit()
            flash(_("The content is saved."), "success")
            return _to_overview(dossier)
        form.form_errors.append(OVERTAKEN)
        status = 409
    form.seen.data = lives.description_digest(dossier)
    overtaken = status == 409
    page = render_template(
        "documents/content.html", dossier=dossier, form=form, overtaken=overtaken
    )
    return page, status


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A body too large even to be read."""
    drain()
    limit = current_app.extensions["settings"].upload_bytes
    size = request.content_length or limit
    words, status = refusal(Refused(RefusalCode.TOO_LARGE, size=size, limit=limit))
    page = render_template(
        "documents/stopped.html",
        heading=_("What was sent is too large"),
        words=words,
        way_on=(request.path, _("Choose another file")),
    )
    return page, status


def _status(form: Form) -> int:
    return 422 if form.is_submitted() else 200


def _to_overview(dossier: Dossier) -> ResponseReturnValue:
    return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)


def _dossiers(stage: str, before: int) -> Sequence[Any]:
    """The dossiers in reach at that stage (any if empty), older than `before`; one page and one."""
    rows = (
        select(Dossier.id, Dossier.title, Dossier.stage, Dossier.created_at, Agency, DocumentType)
        .join(Agency, Dossier.agency_id == Agency.id)
        .join(DocumentType, Dossier.document_type == DocumentType.code)
        .where(Dossier.agency_id.in_(realm(signed_in(), Act.READ_DOSSIER)))
        .where(unsealed_for(signed_in()))
        .where(Dossier.id < min(before, LARGEST_ID))
        .order_by(Dossier.id.desc())
        .limit(PAGE + 1)
    )
    return db.session.execute(rows.where(Dossier.stage == stage) if stage else rows).all()


def _create(form: NewDossierForm) -> Dossier:
    return lives.create(
        title=form.title.data,
        title_en=form.title_en.data or "",
        document_type=db.session.get_one(DocumentType, form.document_type.data),
        agency=db.session.get_one(Agency, form.agency.data),
        officer=signed_in(),
        now=clock.now(),
        stage=Stage(form.stage.data),
        topic=db.session.get(Topic, form.topic.data) if form.topic.data else None,
    )


def _read(form: UploadForm) -> tuple[Upload, bytes, Outline]:
    """What was sent, and its tree; meanwhile nothing of the database is held."""
    db.session.rollback()  # a long text takes seconds, and everybody else writes too
    data = form.file.data.read()
    limit = current_app.extensions["settings"].upload_bytes
    found = inspect(data, form.file.data.filename or "", limit, importing.kinds())
    return found, data, importing.tree_of(data, found)
