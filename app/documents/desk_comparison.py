"""Doors of the comparison with the law in force: row by row, or from a table in Word."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.documents import comparison as rows
from app.documents.access import LARGEST_ID, dossier_for
from app.documents.citation import anchor_of, citation
from app.documents.comparison import Comparison
from app.documents.comparison_forms import KINDS, RowForm, TableForm
from app.documents.comparison_import import (
    Found,
    NoTableError,
    packed,
    read_comparison,
    unpacked,
)
from app.documents.desk import bp
from app.documents.models import ChangeKind, ComparisonRow, Dossier, DraftVersion, Provision
from app.documents.parsers import apart
from app.documents.parsers.blocks import UnreadableError
from app.documents.versions import PostedVersionError, newest
from app.documents.words import refusal
from app.extensions import db
from app.kit import clock
from app.web.guard import allow
from app.web.uploads import DOCX, ODT, Refused, endings, inspect

COMPARISON = "/desk/dossiers/<int:dossier_id>/comparison"
ROW = f"{COMPARISON}/<int:row_id>"
TABLES = frozenset({DOCX, ODT})
MOVES = {"up": -1, "down": 1}


@bp.route(COMPARISON, methods=["GET", "POST"])
@allow(Act.READ_DOSSIER)
def comparison(dossier_id: int) -> ResponseReturnValue:
    """The rows of the newest text, and a form to add one."""
    dossier, version = _version(Act.READ_DOSSIER, dossier_id)
    form = RowForm()
    form.offer()
    if form.validate_on_submit():
        dossier_for(Act.PREPARE_DOSSIER, dossier_id)
        said = _said(form, version)
        if said is not None:
            rows.add(version, [said], signed_in(), clock.now())
            return _saved(dossier)
    return _page(dossier, version, form), 422 if form.is_submitted() else 200


@bp.route(ROW, methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def comparison_row(dossier_id: int, row_id: int) -> ResponseReturnValue:
    """The row reads as typed."""
    dossier, version, row = _row(dossier_id, row_id)
    form = RowForm(obj=row, provision=citation(row.anchor))
    form.offer()
    if form.validate_on_submit():
        said = _said(form, version)
        if said is not None:
            rows.change(version, row, said, signed_in(), clock.now())
            return _saved(dossier)
    page = render_template("documents/comparison_row.html", dossier=dossier, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{ROW}/place")
@allow(Act.PREPARE_DOSSIER, keeps_typed=False)
def move_row(dossier_id: int, row_id: int) -> ResponseReturnValue:
    """The row stands one place further up or down, or is gone."""
    dossier, version, row = _row(dossier_id, row_id)
    act = request.form.get("act", "")
    if act in MOVES:
        rows.move(version, row, MOVES[act], signed_in(), clock.now())
    elif act == "remove":
        rows.remove(version, row, signed_in(), clock.now())
    else:
        abort(400)
    return _saved(dossier)


@bp.route(f"{COMPARISON}/table", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def take_comparison(dossier_id: int) -> ResponseReturnValue:
    """The rows of a table in a file, shown first, then kept in the place of those before."""
    dossier, version = _version(Act.PREPARE_DOSSIER, dossier_id)
    form, found, status = TableForm(), None, 200
    if "rows" in request.form and form.csrf_token.validate(form):
        return _accepted(dossier, version)
    if form.validate_on_submit():
        found, status = _read(form, dossier_id)
        dossier, version = _version(Act.PREPARE_DOSSIER, dossier_id)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "documents/comparison_table.html",
        dossier=dossier,
        form=form,
        found=found,
        packed=packed(found) if found else "",
        unlinked=sum(not row.anchor for row in found or ()),
        kinds=KINDS,
        citation=citation,
        endings=endings(TABLES),
        there=len(rows.rows_of(version.id)),
    )
    return page, status


@bp.errorhandler(PostedVersionError)
def _posted_version(_error: PostedVersionError) -> ResponseReturnValue:
    db.session.rollback()
    return _stopped(
        (request.view_args or {})["dossier_id"],
        _("This text is public and can no longer be changed"),
        _("Its comparison stays as it was. The next version gets one of its own."),
    )


class NoVersionError(Exception):
    """Raised where a comparison is asked for before there is a text."""


@bp.errorhandler(NoVersionError)
def _no_version(_error: NoVersionError) -> ResponseReturnValue:
    return _stopped(
        (request.view_args or {})["dossier_id"],
        _("There is no text to compare yet"),
        _("Upload the draft first: every row is about one of its provisions."),
    )


def _version(act: Act, dossier_id: int) -> tuple[Dossier, DraftVersion]:
    dossier = dossier_for(act, dossier_id)
    version = newest(dossier)
    if version is None:
        raise NoVersionError
    return dossier, version


def _row(dossier_id: int, row_id: int) -> tuple[Dossier, DraftVersion, ComparisonRow]:
    dossier, version = _version(Act.PREPARE_DOSSIER, dossier_id)
    if version.posted_at is not None:
        raise PostedVersionError
    query = select(ComparisonRow).where(
        ComparisonRow.id == min(row_id, LARGEST_ID), ComparisonRow.version_id == version.id
    )
    return dossier, version, db.first_or_404(query)


def _anchors(version: DraftVersion) -> set[str]:
    found = select(Provision.anchor).where(Provision.version_id == version.id)
    return set(db.session.scalars(found))


def _said(form: RowForm, version: DraftVersion) -> Comparison | None:
    """What was typed, None where the draft has no such provision; the form says so."""
    typed, anchors = form.provision.data or "", _anchors(version)
    anchor = typed if typed in anchors else anchor_of(typed)
    if anchor not in anchors:
        form.provision.errors = [
            _("The draft has no such provision. Write it as the law does: khoản 2 Điều 5.")
        ]
        return None
    return Comparison(
        kind=ChangeKind(form.kind.data),
        anchor=anchor,
        source=form.source.data or "",
        current=form.current.data or "",
        reason=form.reason.data or "",
    )


def _saved(dossier: Dossier) -> ResponseReturnValue:
    db.session.commit()
    flash(_("The comparison is saved."), "success")
    return redirect(url_for("documents.comparison", dossier_id=dossier.id), 303)


def _read(form: TableForm, dossier_id: int) -> tuple[list[Found] | None, int]:
    """The rows of the file, or why there are none; meanwhile nothing of the database is held."""
    anchors = _anchors(_version(Act.PREPARE_DOSSIER, dossier_id)[1])
    db.session.rollback()
    data = form.file.data.read()
    limit = current_app.extensions["settings"].upload_bytes
    try:
        upload = inspect(data, form.file.data.filename or "", limit, TABLES)
        return read_comparison(apart.blocks(data, upload.name), anchors), 200
    except (Refused, UnreadableError) as error:
        words, status = refusal(error, beside=True)
        form.file.errors = [words]
        return None, status
    except NoTableError:
        form.file.errors = [
            _(
                "No table with a column for the law in force and one for the draft was found. "
                "Name the columns in its first row: Quy định hiện hành, Dự thảo, Lý do."
            )
        ]
        return None, 422


def _accepted(dossier: Dossier, version: DraftVersion) -> ResponseReturnValue:
    try:
        said = unpacked(request.form["rows"])
    except ValueError:
        abort(400)
    rows.replace(version, said, signed_in(), clock.now())
    db.session.commit()
    words = ngettext("%(num)d row was taken over.", "%(num)d rows were taken over.", len(said))
    flash(words, "success")
    return redirect(url_for("documents.comparison", dossier_id=dossier.id), 303)


def _page(dossier: Dossier, version: DraftVersion, form: RowForm) -> str:
    loose: Any = set(rows.unlinked(version.id))
    return render_template(
        "documents/comparison.html",
        dossier=dossier,
        version=version,
        rows=rows.rows_of(version.id),
        loose=loose,
        kinds=KINDS,
        citation=citation,
        form=form,
        may_change=version.posted_at is None
        and may(signed_in(), Act.PREPARE_DOSSIER, dossier.agency),
    )


def _stopped(dossier_id: int, heading: str, words: str) -> ResponseReturnValue:
    way_on = url_for("consultations.dossier", dossier_id=dossier_id), _("Back to the dossier")
    page = render_template("documents/stopped.html", heading=heading, words=words, way_on=way_on)
    return page, 409
