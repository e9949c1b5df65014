"""Doors of the documents beside a draft: added, corrected, taken out."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.documents import supporting, takedown
from app.documents.access import LARGEST_ID, dossier_for
from app.documents.desk import bp
from app.documents.dossiers import NEXT
from app.documents.file_forms import NO_WORDS, FileForm, FileWordsForm
from app.documents.models import Dossier, DossierFile, RequiredDocument, Stage
from app.documents.required import COMPARISON, Posted, held, required
from app.documents.versions import newest
from app.documents.words import refusal
from app.extensions import db
from app.kit import clock
from app.web.guard import allow
from app.web.uploads import SUPPORTING, Refused, Upload, endings

FILES = "/desk/dossiers/<int:dossier_id>/files"
FILE = f"{FILES}/<int:file_id>"


@bp.route(FILES, methods=["GET", "POST"])
@allow(Act.READ_DOSSIER)
def files(dossier_id: int) -> ResponseReturnValue:
    """The documents of a dossier, what is missing, and a form to add one."""
    dossier = dossier_for(Act.READ_DOSSIER, dossier_id)
    form = FileForm()
    wanted = _wanted(dossier)
    form.offer(wanted)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        dossier_for(Act.PREPARE_DOSSIER, dossier_id)
        if _ended(dossier):
            return _over(dossier)
        found = _looked_at(form)
        if isinstance(found, int):
            status = found
        elif _added(dossier_id, form, *found):
            return redirect(url_for("documents.files", dossier_id=dossier_id), 303)
    return _page(dossier_for(Act.READ_DOSSIER, dossier_id), form), status


@bp.route(FILE, methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def file(dossier_id: int, file_id: int) -> ResponseReturnValue:
    """The document is called and described as typed, while it is not public."""
    dossier, found = _file(dossier_id, file_id)
    form = FileWordsForm(obj=found)
    if form.validate_on_submit():
        try:
            title, words = form.title.data or "", form.text.data or ""
            supporting.change_file(found, title, words, signed_in(), clock.now())
        except supporting.PostedFileError:
            return _posted(dossier)
        db.session.commit()
        flash(_("The document is saved."), "success")
        return redirect(url_for("documents.files", dossier_id=dossier.id), 303)
    page = render_template("documents/file.html", dossier=dossier, file=found, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{FILE}/removal")
@allow(Act.PREPARE_DOSSIER, keeps_typed=False)
def remove_file(dossier_id: int, file_id: int) -> ResponseReturnValue:
    """The document is no longer in the dossier, while it was not public."""
    dossier, found = _file(dossier_id, file_id)
    try:
        supporting.remove_file(found, signed_in(), clock.now())
    except supporting.PostedFileError:
        return _posted(dossier)
    db.session.commit()
    flash(_("The document was taken out."), "success")
    return redirect(url_for("documents.files", dossier_id=dossier.id), 303)


def _posted_with(dossier: Dossier) -> Posted:
    proposal = dossier.stage == Stage.PROPOSAL and newest(dossier) is None
    return Posted.PROPOSAL if proposal else Posted.DRAFT


def _wanted(dossier: Dossier) -> list[RequiredDocument]:
    """What must still be posted with the next text, the comparison apart: it has its own page."""
    today = clock.vn_date(clock.now())
    there = held(dossier.id)
    wanted = required(dossier.document_type, _posted_with(dossier), today)
    return [document for document in wanted if document.code not in there]


def _ended(dossier: Dossier) -> bool:
    return not NEXT[Stage(dossier.stage)]


def _looked_at(form: FileForm) -> tuple[Upload, bytes, str] | int:
    """The file and what it says, or the status that says why it is not taken."""
    db.session.rollback()  # reading takes seconds, and everybody else writes too
    data = form.file.data.read()
    limit = current_app.extensions["settings"].upload_bytes
    try:
        upload, words = supporting.looked_at(data, form.file.data.filename or "", limit)
    except Refused as error:
        words, status = refusal(error, beside=True)
        form.file.errors = [words]
        return status
    return upload, data, words


def _added(dossier_id: int, form: FileForm, upload: Upload, data: bytes, words: str) -> bool:
    """Whether the document is in the dossier now; the form says why where it is not."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    names = {document.code: document.name for document in _wanted(dossier)}
    title = form.title.data or names.get(form.code.data or "", "")
    if not title:
        form.title.errors = [_("Enter what the document is called.")]
        return False
    try:
        supporting.add_file(
            dossier,
            upload,
            data,
            title=title,
            text=form.text.data or words,
            stage=_posted_with(dossier).value,
            code=form.code.data or "",
            officer=signed_in(),
            now=clock.now(),
        )
    except supporting.NoWordsError:
        form.text.errors = [NO_WORDS]
        return False
    db.session.commit()
    flash(_("“%(title)s” is in the dossier.", title=title), "success")
    return True


def _file(dossier_id: int, file_id: int) -> tuple[Dossier, DossierFile]:
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    query = select(DossierFile).where(
        DossierFile.id == min(file_id, LARGEST_ID), DossierFile.dossier_id == dossier.id
    )
    return dossier, db.first_or_404(query)


def _posted(dossier: Dossier) -> ResponseReturnValue:
    return _stopped(
        dossier,
        _("This document is public and can no longer be changed"),
        _("What was posted stays as it was. Add a corrected document beside it."),
    )


def _over(dossier: Dossier) -> ResponseReturnValue:
    return _stopped(
        dossier,
        _("The life of this dossier has ended"),
        _("It was adopted or withdrawn; nothing more is posted with it."),
    )


def _stopped(dossier: Dossier, heading: str, words: str) -> ResponseReturnValue:
    page = render_template(
        "documents/stopped.html",
        heading=heading,
        words=words,
        way_on=(
            url_for("documents.files", dossier_id=dossier.id),
            _("Back to the documents"),
        ),
    )
    return page, 409


def _page(dossier: Dossier, form: FileForm) -> str:
    version = newest(dossier)
    missing: list[Any] = list(supporting.missing(dossier, version, clock.vn_date(clock.now())))
    if version is not None and version.posted_at is not None:
        missing = []
    return render_template(
        "documents/files.html",
        dossier=dossier,
        version=version,
        files=supporting.all_files(dossier.id),
        held=takedown.held(dossier.id),
        missing=missing,
        comparison=COMPARISON,
        form=form,
        endings=endings(SUPPORTING),
        may_change=may(signed_in(), Act.PREPARE_DOSSIER, dossier.agency) and not _ended(dossier),
    )
