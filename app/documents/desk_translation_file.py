"""Doors of XLIFF: a dossier's pieces for translators' tools, and what comes back."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.documents.desk import bp
from app.documents.translation_room import SPOKEN, Room, room
from app.documents.translation_typed import Typed, settle
from app.documents.translation_words import REFUSALS, WHYS, WRONG_FILES
from app.documents.words import refusal
from app.extensions import db
from app.kit.text import clean
from app.translations import xliff, xliff_reading
from app.translations.models import Standing
from app.translations.pieces import worded
from app.translations.xliff_reading import Change, Left, Plan, Why, WrongFileError
from app.web.forms import Form
from app.web.guard import allow
from app.web.uploads import Refused

FILE = f"{SPOKEN}/file"
PREVIEWED = 200  # units in each list; all changes are taken


class XliffForm(Form):
    """A file that a translator's tool wrote."""

    xliff = FileField(_l("The file"), validators=[FileRequired(_l("Choose the file."))])


@bp.get(f"{FILE}.{xliff.ENDING}")
@allow(Act.READ_TRANSLATIONS)
def translation_file(dossier_id: int, language: str) -> ResponseReturnValue:
    """Every piece with its translation so far, as XLIFF 2.1."""
    here = room(Act.READ_TRANSLATIONS, dossier_id, language)
    data = xliff.write(here.dossier.slug, language, here.places, here.earlier)
    name = f"{here.dossier.slug}.{language}.{xliff.ENDING}"
    told = io.BytesIO(data)
    return send_file(told, mimetype=xliff.MEDIA_TYPE, as_attachment=True, download_name=name)


@bp.route(FILE, methods=["GET", "POST"])
@allow(Act.TRANSLATE)
def take_translation(dossier_id: int, language: str) -> ResponseReturnValue:
    """What a file would change is shown first, then kept."""
    here = room(Act.TRANSLATE, dossier_id, language)
    form, plan, status = XliffForm(), None, 200
    if "changes" in request.form:
        return _confirmed(here, form)
    if form.validate_on_submit():
        plan, status = _read(form, here)
        here = room(Act.TRANSLATE, dossier_id, language)
    elif form.is_submitted():
        status = form.status()
    return _page(here, form, plan), status


def _read(form: XliffForm, here: Room) -> tuple[Plan | None, int]:
    """What the file would change, or the status that says why nothing."""
    slug, language, places = here.dossier.slug, here.language.code, here.places
    db.session.rollback()  # reading takes a while, and everybody else writes too
    # one byte more than is taken tells that there are too many
    data = form.xliff.data.read(xliff_reading.FILE_BYTES + 1)
    try:
        document = xliff_reading.read(data)
        return xliff_reading.plan(document, slug, language, places), 200
    except Refused as error:
        words, status = refusal(error, beside=True)
        form.xliff.errors = [REFUSALS.get(error.code, words)]
        return None, status
    except WrongFileError as error:
        form.xliff.errors = [WRONG_FILES[error.why]]
        return None, 422


def _confirmed(here: Room, form: XliffForm) -> ResponseReturnValue:
    """What was looked over is kept, unless something changed meanwhile."""
    sent = _unpacked(request.form["changes"])
    outcome = settle(here.places, here.rows, sent)
    token = form.csrf_token.validate(form)
    if not token:
        return _page(here, form, _plan(here, sent, set())), form.status()
    if outcome.stopped:
        # what somebody else translated meanwhile is shown as it is now, and may be replaced
        barred = outcome.other_words | outcome.too_long
        form.form_errors.append(
            _(
                "Something changed while you looked. Nothing was saved. "
                "This is what the file would do now: look it over once more."
            )
        )
        return _page(here, form, _plan(here, sent, barred)), 409
    done = here.keep(outcome.written, Standing.UNOFFICIAL, signed_in())
    db.session.commit()
    said = ngettext("%(num)d translation is saved.", "%(num)d translations are saved.", done)
    flash(said if done else _("Nothing was changed"), "success")
    spot = here.dossier.id, here.language.code
    there = url_for("documents.translation", dossier_id=spot[0], language=spot[1])
    return redirect(there, 303)


def _plan(here: Room, sent: Sequence[Typed], barred: Collection[str]) -> Plan:
    """What is left of changes that were looked over once, as things stand now."""
    known = {place.piece.part: place for place in here.places}
    changes: list[Change] = []
    left: list[Left] = []
    for one in sent:
        place = known.get(one.part)
        if place is None:
            left.append(Left(one.part, one.part, one.text, Why.UNKNOWN))
        elif one.part in barred:
            left.append(Left(one.part, place.piece.label, one.text, Why.OTHER_WORDS))
        else:
            changes.append(Change(place, one.text))
    return Plan(tuple(changes), tuple(left), 0, 0)


def _cut(plan: Plan) -> Plan:
    """As much of it as a page shows."""
    return replace(plan, changes=plan.changes[:PREVIEWED], left=plan.left[:PREVIEWED])


def _packed(changes: Sequence[Change]) -> str:
    """The changes as one line of text, to be sent back by the page that shows them."""
    told = [
        [one.place.piece.part, one.place.piece.digest, one.place.latest, one.text]
        for one in changes
    ]
    return json.dumps(told, ensure_ascii=False)


def _unpacked(text: str) -> list[Typed]:
    """The changes that `_packed` wrote; whoever wrote others wrote no form of ours."""
    try:
        rows = [(clean(str(a)), str(b), int(c), str(d)) for a, b, c, d in json.loads(text)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        abort(400)
    return [
        Typed(part, said, digest, shown=0, latest=latest, holds=True)
        for part, digest, latest, text in rows
        if (said := worded(part, text))
    ]


def _page(here: Room, form: XliffForm, plan: Plan | None) -> str:
    return render_template(
        "documents/translation_file.html",
        here=here,
        dossier=here.dossier,
        form=form,
        plan=plan and _cut(plan),
        many=len(plan.changes) if plan is not None else 0,
        lost=len(plan.left) if plan is not None else 0,
        packed=_packed(plan.changes) if plan is not None else "",
        whys=WHYS,
    )
