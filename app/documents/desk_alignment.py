"""Doors to the next version: begin it from the text before, word it, say what became of what."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.documents import confirming, rewording
from app.documents.access import dossier_for
from app.documents.citation import anchor_of, citation
from app.documents.confirm_form import AlignmentForm
from app.documents.desk import bp
from app.documents.dossiers import IllegalStageError
from app.documents.forms import WordsForm
from app.documents.models import Dossier, DraftVersion
from app.documents.nodes import Kind
from app.documents.paired import ASKED, LISTED, Paired, Tie, paired
from app.documents.repair import TITLED
from app.documents.rewording import WrongWordsError, begin, reword
from app.documents.stopped import opened
from app.documents.versions import Row, newest, stored
from app.documents.words import FATES, WORDS_FAULTS, alike
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line
from app.web.guard import allow

HERE = "/desk/dossiers/<int:dossier_id>/text"
STALE = _l(
    "The text or its pairs were changed after you loaded this page. "
    "Nothing was saved; below is everything as it is now, with what you chose."
)


@bp.post(f"{HERE}/begin", endpoint="begin")
@allow(Act.PREPARE_DOSSIER, keeps_typed=False)
def begin_(dossier_id: int) -> ResponseReturnValue:
    """The next version stands here word for word like the last, to be changed."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    try:
        version = begin(dossier, signed_in(), clock.now())
    except (rewording.NothingToContinueError, IllegalStageError):
        return opened(dossier)
    db.session.commit()
    flash(_("Draft %(number)d is begun. It reads like the one before.", number=version.number))
    return redirect(url_for("documents.review", dossier_id=dossier.id), 303)


@bp.route(f"{HERE}/words", methods=["GET", "POST"], endpoint="reword")
@allow(Act.PREPARE_DOSSIER)
def reword_(dossier_id: int) -> ResponseReturnValue:
    """One unit of the text in preparation reads as typed."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    version, at = newest(dossier), clean_line(request.args.get("at", ""))
    if version is None or version.posted_at is not None:
        return opened(dossier)
    row = next((row for row in stored(version) if row.anchor == at), None)
    if row is None or row.kind is Kind.TABLE:
        return _to_review(dossier)
    form = WordsForm(obj=row)
    if not form.is_submitted():
        form.seen.data = version.digest
        return _words_page(dossier, version, row, form), 200
    if not form.validate():
        return _words_page(dossier, version, row, form), form.status()
    if form.seen.data != version.digest:
        form.form_errors.append(STALE)
        return _words_page(dossier, version, row, form), 409
    try:
        heading = form.heading.data if row.kind in TITLED else row.heading
        reword(version, at, heading or "", form.text.data or "", signed_in(), clock.now())
    except WrongWordsError as error:
        form.text.errors = [str(WORDS_FAULTS[error.fault])]
        return _words_page(dossier, version, row, form), 422
    db.session.commit()
    flash(_("The new words are saved."), "success")
    return redirect(url_for("documents.reword", dossier_id=dossier.id, at=at), 303)


@bp.route(f"{HERE}/alignment", methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def alignment(dossier_id: int) -> ResponseReturnValue:
    """What became of each provision: the doubtful pairs to decide, and all the others."""
    dossier = dossier_for(Act.PREPARE_DOSSIER, dossier_id)
    version = newest(dossier)
    found = paired(version) if version is not None else None
    if version is not None and version.posted_at is not None:
        return opened(dossier)
    if found is None:
        return redirect(url_for("consultations.dossier", dossier_id=dossier.id), 303)
    form = AlignmentForm()
    if not form.is_submitted():
        return _page(dossier, found, form), 200
    decisions = form.read(request.form, found.ties, frozenset(side.anchor for side in found.new))
    if not form.validate():
        return _page(dossier, found, form), form.status()
    if form.seen.data != found.seen():
        form.form_errors.append(STALE)
        return _page(dossier, found, form), 409
    if form.wrong() or not decisions:
        if not decisions and not form.wrong():
            form.form_errors.append(_("Nothing was chosen. Decide at least one pair."))
        return _page(dossier, found, form), 422
    confirming.confirm(found.version, decisions, signed_in(), clock.now())
    db.session.commit()
    flash(_("What you decided is saved."), "success")
    return redirect(url_for("documents.alignment", dossier_id=dossier.id), 303)


def _asked(found: Paired, place: str) -> list[Tie]:
    """What became of the provision that was asked for, by its anchor or as people cite it."""
    return found.of(place) or found.of(anchor_of(place))


def _page(dossier: Dossier, found: Paired, form: AlignmentForm) -> str:
    form.seen.data = found.seen()
    place = clean_line(request.args.get("of", ""))
    asked = _asked(found, place)
    return render_template(
        "documents/alignment.html",
        dossier=dossier,
        found=found,
        form=form,
        asked=asked,
        doubts=[tie for tie in found.doubtful if tie not in asked][:ASKED],
        doubtful=len(found.doubtful),
        of=citation(place) if found.of(place) else place,
        counts=found.counts(),
        fates=FATES,
        listed=LISTED,
        alike=alike,
    )


def _words_page(dossier: Dossier, version: DraftVersion, row: Row, form: WordsForm) -> str:
    words: dict[str, Any] = {"titled": row.kind in TITLED}
    found = paired(version)
    if found is not None:
        words["earlier"] = found.earlier
        words["tie"] = next(
            (tie for tie in found.ties if tie.new is not None and tie.new.anchor == row.anchor),
            None,
        )
    return render_template(
        "documents/reword.html",
        dossier=dossier,
        version=version,
        row=row,
        name=citation(row.anchor),
        form=form,
        **words,
    )


def _to_review(dossier: Dossier) -> ResponseReturnValue:
    return redirect(url_for("documents.review", dossier_id=dossier.id), 303)
