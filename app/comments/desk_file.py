"""Doors of the clerk for many comments at once: a template to fill in, and the file read back."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import func, select

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.comments.intake import INTAKE, open_for_clerks
from app.comments.intake_file import (
    NoHeadingsError,
    Read,
    TooManyRowsError,
    looked_over,
    packed,
    tables,
    take_in_rows,
    unpacked,
    values_of,
)
from app.comments.models import Comment
from app.comments.public import bp
from app.comments.words import CHANNELS, KINDS
from app.documents.models import Dossier
from app.documents.words import refusal
from app.extensions import db
from app.kit import clock
from app.web import sheets
from app.web.forms import Form
from app.web.guard import allow
from app.web.sheet_writer import write
from app.web.uploads import XLSX, Refused

SHOWN = 200


class FileForm(Form):
    """The spreadsheet that was filled in."""

    file = FileField(
        _l("The spreadsheet"), validators=[FileRequired(_l("Choose the spreadsheet."))]
    )


@dataclass
class Preview:
    """What was read from the file: every row, and the sound ones to be sent back."""

    rows: list[Read] = field(default_factory=list)
    packed: str = ""

    @property
    def sound(self) -> int:
        return sum(not row.errors for row in self.rows)

    @property
    def doubles(self) -> int:
        return sum(bool(row.double) for row in self.rows)


@bp.get(f"{INTAKE}/template.xlsx")
@allow(Act.TAKE_IN_COMMENT)
def intake_template(dossier_id: int) -> ResponseReturnValue:
    """The empty spreadsheet with its lists of codes and how to fill it in."""
    open_for_clerks(dossier_id)
    name = _("comments-template") + ".xlsx"
    file = io.BytesIO(write(tables()))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


@bp.route(f"{INTAKE}/file", methods=["GET", "POST"])
@allow(Act.TAKE_IN_COMMENT)
def intake_file(dossier_id: int) -> ResponseReturnValue:
    """The rows of a file, shown first with what is wrong in them, then taken in."""
    dossier, _consultation = open_for_clerks(dossier_id)
    form, preview, status = FileForm(), None, 200
    if "rows" in request.form and form.csrf_token.validate(form):
        return _taken(dossier_id)
    if form.validate_on_submit():
        preview, status = _read(form, dossier_id)
    elif form.is_submitted():
        status = form.status()
    page = render_template(
        "comments/intake_file.html",
        form=form,
        dossier=dossier,
        preview=preview,
        most=SHOWN,
        doors={door.value: words for door, words in CHANNELS.items()},
        kinds={kind.value: words for kind, words in KINDS.items()},
    )
    return page, status


def _read(form: FileForm, dossier_id: int) -> tuple[Preview | None, int]:
    """What the file holds, or the status that says why it is not taken."""
    db.session.rollback()  # reading takes seconds, and everybody else writes too
    limit = current_app.extensions["settings"].upload_bytes
    try:
        found = sheets.read(form.file.data.read(), form.file.data.filename or "", max_bytes=limit)
        values = values_of(found)
        _dossier, consultation = open_for_clerks(dossier_id)
        preview = Preview(list(looked_over(consultation, values, clock.now())))
        preview.packed = packed(preview.rows)
    except Refused as error:
        words, status = refusal(error, beside=True)
        form.file.errors = [words]
        return None, status
    except NoHeadingsError:
        form.file.errors = [_("These are not the columns of the template. Download it once more.")]
        return None, 422
    except TooManyRowsError:
        form.file.errors = [_("This is too much to look over at once. Send it as several files.")]
        return None, 413
    return preview, 200


def _taken(dossier_id: int) -> ResponseReturnValue:
    """The rows are taken in and their slips shown."""
    dossier, consultation = open_for_clerks(dossier_id)
    try:
        rows = unpacked(request.form["rows"])
    except ValueError:
        return redirect(url_for("comments.intake_file", dossier_id=dossier_id), 303)
    repeat = "repeat" in request.form
    receipts, left = take_in_rows(consultation, rows, signed_in(), clock.now(), repeat=repeat)
    span = _span(receipts)
    db.session.commit()
    return _told(dossier, len(receipts), left, span)


def _span(receipts: list[str]) -> tuple[int, int] | None:
    """The first and the last number of the comments with these receipts."""
    if not receipts:
        return None
    query = select(func.min(Comment.id), func.max(Comment.id)).where(Comment.receipt.in_(receipts))
    first, last = db.session.execute(query).one()
    return first, last


def _told(
    dossier: Dossier, taken: int, left: int, span: tuple[int, int] | None
) -> ResponseReturnValue:
    if left:
        words = ngettext("%(num)d row was left out.", "%(num)d rows were left out.", left)
        flash(words, "warning")
    if span is None:
        return redirect(url_for("comments.intake_file", dossier_id=dossier.id), 303)
    words = ngettext("%(num)d comment is taken in.", "%(num)d comments are taken in.", taken)
    flash(words, "success")
    where = url_for("comments.slips", dossier_id=dossier.id, first=span[0], last=span[1])
    return redirect(where, 303)
