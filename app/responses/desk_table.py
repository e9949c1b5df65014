"""Doors of the table: files to fill in elsewhere, and what comes back, shown before it is kept."""

from __future__ import annotations

import hashlib
import io

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.responses import table_file, table_import, working_copy
from app.responses.access import DESK, consultation_for, period
from app.responses.desk import bp
from app.responses.editing import OvertakenError
from app.responses.head import frame
from app.responses.selecting import NotAnswerableError, NothingChosenError
from app.responses.table_import import Import, NotAsSeenError
from app.responses.table_plan import Plan, plan
from app.responses.table_words import fault, refused
from app.responses.words import DISPOSITIONS
from app.web import sheet_writer
from app.web.forms import Form
from app.web.guard import allow
from app.web.uploads import XLSX, Refused, safe_name

TABLE = f"{DESK}/<slug>/table"
IMPORT = f"{TABLE}/imports/<key>"
SHOWN = 50  # rows of the preview on one page
MOST_PARTS = 10_000


class TableForm(Form):
    """The table as it was filled in, and whether an empty cell means anything."""

    table = FileField(
        _l("The table, filled in"), validators=[FileRequired(_l("Choose the table."))]
    )
    clear = BooleanField(_l("Empty cells clear what is there"))


@bp.get(TABLE)
@allow(Act.READ_ANSWERS)
def table(slug: str) -> ResponseReturnValue:
    """The files to fill in, and a form to send one back."""
    found, officer = consultation_for(slug, Act.READ_ANSWERS)
    return _page(found, officer, TableForm())


@bp.post(TABLE)
@allow(Act.DRAFT_ANSWER)
def take_table(slug: str) -> ResponseReturnValue:
    """The table is read and waits for its sender to look over what it would change."""
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    form = TableForm()
    if not form.validate():
        status = form.status()
        return _page(found, officer, form), status
    key, status = _read(form, slug)
    if not key:
        return _page(*consultation_for(slug, Act.DRAFT_ANSWER), form), status
    return redirect(url_for("responses.table_preview", slug=slug, round=period(), key=key), 303)


@bp.get(f"{TABLE}/<int(max={MOST_PARTS}):part>.xlsx")
@allow(Act.READ_ANSWERS)
def working_table(slug: str, part: int) -> ResponseReturnValue:
    """Public comments with their answers so far, to be filled in elsewhere."""
    found, _officer = consultation_for(slug, Act.READ_ANSWERS)
    if not 1 <= part <= working_copy.parts(found):
        abort(404)
    data = sheet_writer.write(working_copy.tables(found, part))
    name = f"{slug}-{found.round}-{part}.xlsx"
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


@bp.get(IMPORT)
@allow(Act.DRAFT_ANSWER)
def table_preview(slug: str, key: str) -> ResponseReturnValue:
    """What the table that was sent would change, row by row, and which rows are left."""
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    sent = table_import.find(key, found, officer) or abort(404)
    return _preview(found, sent, plan(found, sent.rows, clear=sent.clear))


@bp.post(IMPORT)
@allow(Act.DRAFT_ANSWER)
def confirm_table(slug: str, key: str) -> ResponseReturnValue:
    """The changes that were looked over are drafts, or the table no longer waits."""
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    sent = table_import.find(key, found, officer) or abort(404)
    form = Form()
    if not form.validate():
        made = plan(found, sent.rows, clear=sent.clear)
        return _preview(found, sent, made, form.failed()[0][1]), form.status()
    if request.form.get("act") == "drop":
        table_import.drop(sent)
        flash(_("The table was put away. Nothing was changed."), "success")
        return redirect(url_for("responses.table", slug=slug, round=period()), 303)
    return _confirmed(found, sent, officer)


def _confirmed(found: Consultation, sent: Import, officer: Officer) -> ResponseReturnValue:
    slug, seen = found.dossier.slug, request.form.get("seen", "")
    try:
        rows, answers = table_import.carry_out(sent, found, seen, officer, clock.now())
        db.session.commit()
    except (NotAsSeenError, OvertakenError, NotAnswerableError, NothingChosenError):
        db.session.rollback()
        words = _(
            "Something changed while you looked. Nothing was saved. "
            "This is what the table would do now: look it over once more."
        )
        again, _officer = consultation_for(slug, Act.DRAFT_ANSWER)
        return _preview(again, sent, plan(again, sent.rows, clear=sent.clear), words), 409
    table_import.drop(sent)
    said = ngettext("%(num)d row was taken over", "%(num)d rows were taken over", rows)
    told = ngettext("in %(num)d draft.", "in %(num)d drafts.", answers)
    flash(f"{said} {told}", "success")
    return redirect(
        url_for("responses.consultation", slug=slug, round=period(), show="drafts"), 303
    )


def _read(form: TableForm, slug: str) -> tuple[str, int]:
    """The key under which the rows wait, or the status that says why they are not taken."""
    db.session.rollback()  # reading takes seconds, and everybody else writes too
    data, name = form.table.data.read(), form.table.data.filename or ""
    limit = current_app.extensions["settings"].upload_bytes
    try:
        rows = table_file.read(data, name, limit)
    except Refused as error:
        words, status = refused(error)
        form.table.errors = [words]
        return "", status
    except table_file.NotTheTableError:
        form.table.errors = [
            _("These are not the columns of the table. Download it and fill that in.")
        ]
        return "", 422
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    sha256 = hashlib.sha256(data).hexdigest()
    about = {"name": safe_name(name, XLSX), "sha256": sha256}
    now = clock.now()
    clear = bool(form.clear.data)
    return table_import.keep(found, officer, rows, now, clear=clear, **about), 303


def _page(found: Consultation, officer: Officer, form: TableForm) -> str:
    drafts = may(officer, Act.DRAFT_ANSWER, found.dossier.agency)
    return render_template(
        "responses/table.html",
        **frame(found, "table"),
        form=form,
        parts=working_copy.parts(found),
        size=working_copy.PART,
        drafts=drafts,
        waiting=table_import.waiting(found, officer) if drafts else [],
        dispositions=DISPOSITIONS.values(),
    )


def _preview(found: Consultation, sent: Import, made: Plan, refusal: str = "") -> str:
    start = max(0, request.args.get("from", 0, type=int))
    # what is wrong comes first: it is what somebody has to do something about
    rows = [*made.left, *made.changes]
    return render_template(
        "responses/table_preview.html",
        dossier=found.dossier,
        period=period(),
        sent=sent,
        plan=made,
        rows=rows[start : start + SHOWN],
        start=start,
        onward=start + SHOWN if start + SHOWN < len(rows) else None,
        why=fault,
        dispositions={value.value: words for value, words in DISPOSITIONS.items()},
        form=Form(),
        refusal=refusal,
    )
