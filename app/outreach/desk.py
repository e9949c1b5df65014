"""Doors of outreach: corrections of a draft, and the register of suggestions for other laws."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import require, signed_in
from app.comments.models import Comment, CommentStatus
from app.documents.access import LARGEST_ID, allowed
from app.documents.citation import citation
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line, shorten
from app.outreach import correcting, lists, suggesting
from app.outreach.forms import (
    CorrectionForm,
    PublishForm,
    SettlementForm,
    SuggestionForm,
    WithdrawForm,
)
from app.outreach.models import Correction, ReformSuggestion
from app.outreach.words import SETTLEMENTS
from app.web.conflict import answer_conflicts
from app.web.guard import allow

bp = Blueprint("outreach", __name__)
answer_conflicts(bp)

LIST = "/desk/corrections/<slug>"
ITEM = f"{LIST}/<int(max=2147483647):correction_id>"
COMMENT = "/desk/comments/<int(max=9223372036854775807):comment_id>/suggestion"
SUGGESTION = "/desk/suggestions/<int(max=2147483647):suggestion_id>"
SHOWN = 80  # characters of a provision in the list of choices


@bp.get(LIST)
@allow(Act.READ_DOSSIER)
def corrections(slug: str) -> ResponseReturnValue:
    """The corrections of a draft, and for those who write them the form of a new one."""
    dossier, officer = _dossier(slug, Act.READ_DOSSIER)
    form = CorrectionForm()
    _offer(form, dossier)
    return _list(dossier, officer, form)


@bp.post(LIST)
@allow(Act.WRITE_CORRECTION)
def write(slug: str) -> ResponseReturnValue:
    """A new correction waits for a second officer."""
    dossier, officer = _dossier(slug, Act.WRITE_CORRECTION)
    form = CorrectionForm()
    _offer(form, dossier)
    if not form.validate():
        return _list(dossier, officer, form), form.status()
    if _written(dossier, form, officer):
        return redirect(url_for("outreach.corrections", slug=slug), 303)
    return _list(dossier, officer, form), 422


@bp.route(ITEM, methods=["GET", "POST"])
@allow(Act.READ_DOSSIER)
def correction(slug: str, correction_id: int) -> ResponseReturnValue:
    """One correction: to mend while it waits, afterwards to read."""
    found, officer = _correction(slug, correction_id, Act.READ_DOSSIER)
    form = CorrectionForm(obj=found)
    _offer(form, found.dossier)
    if form.is_submitted():
        require(Act.WRITE_CORRECTION, found.dossier.agency)
        if not form.validate():
            status = form.status()
            return _page(found, officer, form), status
        try:
            now, place = clock.now(), form.anchor.data
            words = form.claim.data or "", form.official.data or ""
            correcting.rewrite(found, *words, place, officer, now)
            db.session.commit()
        except correcting.NoSuchPlaceError:
            return _no_such_place(found, officer, form)
        except correcting.SettledError:
            return _settled(found, officer, form)
        flash(_("The correction is saved. A second officer has to publish it."), "success")
        return redirect(url_for("outreach.correction", slug=slug, correction_id=found.id), 303)
    return _page(found, officer, form), 200


@bp.post(f"{ITEM}/publish")
@allow(Act.PUBLISH_CORRECTION)
def publish(slug: str, correction_id: int) -> ResponseReturnValue:
    """The correction is public; the officer who wrote it cannot be the one."""
    found, officer = _correction(slug, correction_id, Act.PUBLISH_CORRECTION)
    form = PublishForm()
    if not form.validate():
        status = form.status()
        return _page(found, officer, refusal=str(form.failed()[0][1])), status
    try:
        correcting.publish(found, form.seen.data or "", officer, clock.now())
        db.session.commit()
    except correcting.SelfPublicationError:
        words = _("You wrote this correction, so another officer has to publish it.")
        return _page(found, officer, refusal=words), 403
    except correcting.SettledError:
        return _settled(found, officer)
    flash(_("The correction is public."), "success")
    return redirect(url_for("outreach.correction", slug=slug, correction_id=found.id), 303)


@bp.post(f"{ITEM}/withdraw")
@allow(Act.PUBLISH_CORRECTION)
def withdraw(slug: str, correction_id: int) -> ResponseReturnValue:
    """The correction stays on its page, as taken back and why."""
    found, officer = _correction(slug, correction_id, Act.PUBLISH_CORRECTION)
    form = WithdrawForm()
    if not form.validate():
        status = form.status()
        return _page(found, officer, taking_back=form), status
    try:
        correcting.withdraw(found, form.reason.data or "", officer, clock.now())
        db.session.commit()
    except correcting.SettledError:
        return _settled(found, officer)
    flash(_("The correction is taken back. It stays to be read, with the reason."), "success")
    return redirect(url_for("outreach.correction", slug=slug, correction_id=found.id), 303)


@bp.get("/desk/suggestions")
@allow(Act.READ_ANSWERS)
def suggestions() -> ResponseReturnValue:
    """What comments asked of other laws, those without an outcome first to be chosen."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    waiting = request.args.get("show") != "all"
    agencies = realm(signed_in(), Act.READ_ANSWERS)
    rows, onward = lists.suggestions(before, agencies, open_only=waiting)
    words = {"rows": rows, "onward": onward, "paged": before is not None, "waiting": waiting}
    settles = may(signed_in(), Act.REGISTER_SUGGESTION)
    return render_template(
        "outreach/suggestions.html", **words, settles=settles, settlements=SETTLEMENTS
    )


@bp.route(COMMENT, methods=["GET", "POST"])
@allow(Act.REGISTER_SUGGESTION)
def suggest(comment_id: int) -> ResponseReturnValue:
    """What a comment asks of another law enters the register."""
    comment = db.session.get(Comment, comment_id) or abort(404)
    officer = allowed(Act.REGISTER_SUGGESTION, comment.consultation.dossier)
    if comment.status != CommentStatus.PUBLISHED:
        abort(404)
    form, status = SuggestionForm(), 200
    if form.is_submitted():
        if form.validate():
            suggesting.register(
                comment,
                form.document.data or "",
                form.addressee.data or "",
                form.summary.data or "",
                officer,
                clock.now(),
            )
            db.session.commit()
            flash(_("The suggestion is in the register."), "success")
            return redirect(url_for("outreach.suggestions"), 303)
        status = form.status()
    return render_template("outreach/suggest.html", comment=comment, form=form), status


@bp.route(SUGGESTION, methods=["GET", "POST"])
@allow(Act.REGISTER_SUGGESTION)
def settle(suggestion_id: int) -> ResponseReturnValue:
    """The register says what came of a suggestion."""
    suggestion = db.session.get(ReformSuggestion, suggestion_id) or abort(404)
    comment = db.session.get_one(Comment, suggestion.comment_id)
    officer = allowed(Act.REGISTER_SUGGESTION, comment.consultation.dossier)
    form, status = SettlementForm(), 200
    if form.is_submitted():
        status = 422
        if not form.validate():
            status = form.status()
        else:
            outcome = suggesting.Settlement(form.outcome.data)
            try:
                words = form.words.data or ""
                suggesting.settle(suggestion, comment, outcome, words, officer, clock.now())
                db.session.commit()
                flash(_("The register says what came of it."), "success")
                return redirect(url_for("outreach.suggestions"), 303)
            except suggesting.SettledError:
                db.session.rollback()
                status = 409
                form.form_errors.append(_("A colleague entered the outcome meanwhile."))
    return render_template(
        "outreach/suggestion.html",
        suggestion=suggestion,
        comment=comment,
        form=form,
        settlements=SETTLEMENTS,
    ), status


def _dossier(slug: str, act: Act) -> tuple[Dossier, Officer]:
    dossier = db.first_or_404(select(Dossier).where(Dossier.slug == clean_line(slug)))
    return dossier, allowed(act, dossier)


def _list(dossier: Dossier, officer: Officer, form: CorrectionForm) -> str:
    return render_template(
        "outreach/corrections.html",
        dossier=dossier,
        form=form,
        rows=lists.corrections(dossier.id, public=False),
        places=citation,
        writes=may(officer, Act.WRITE_CORRECTION, dossier.agency),
        cites=correcting.newest_posted(dossier) is not None,
    )


def _correction(slug: str, correction_id: int, act: Act) -> tuple[Correction, Officer]:
    dossier, officer = _dossier(slug, act)
    found = db.session.get(Correction, min(correction_id, LARGEST_ID)) or abort(404)
    if found.dossier_id != dossier.id:
        abort(404)
    return found, officer


def _offer(form: CorrectionForm, dossier: Dossier) -> None:
    version = correcting.newest_posted(dossier)
    rows = lists.places(version.id) if version is not None else []
    form.anchor.choices = [("", _("Choose…"))] + [
        (row.anchor, shorten(f"{citation(row.anchor)}. {row.heading or row.text}", SHOWN))
        for row in rows
    ]


def _written(dossier: Dossier, form: CorrectionForm, officer: Officer) -> bool:
    try:
        words = form.claim.data or "", form.official.data or ""
        correcting.write(dossier, *words, form.anchor.data, officer, clock.now())
        db.session.commit()
    except correcting.NoSuchPlaceError:
        db.session.rollback()
        form.anchor.errors = [_("That provision is not in the newest draft.")]
        return False
    flash(_("The correction is saved. A second officer has to publish it."), "success")
    return True


def _no_such_place(
    found: Correction, officer: Officer, form: CorrectionForm
) -> ResponseReturnValue:
    db.session.rollback()
    form.anchor.errors = [_("That provision is not in the newest draft.")]
    return _page(found, officer, form), 422


def _settled(
    found: Correction, officer: Officer, form: CorrectionForm | None = None
) -> ResponseReturnValue:
    db.session.rollback()
    words = _("A colleague changed, published or took back this correction meanwhile.")
    return _page(found, officer, form, refusal=words), 409


def _page(
    found: Correction,
    officer: Officer,
    form: CorrectionForm | None = None,
    *,
    refusal: str = "",
    taking_back: WithdrawForm | None = None,
) -> str:
    agency = found.dossier.agency
    if form is None:
        form = CorrectionForm(formdata=None, obj=found)
        _offer(form, found.dossier)
    published = found.published_at is not None
    approves = may(officer, Act.PUBLISH_CORRECTION, agency)
    return render_template(
        "outreach/correction.html",
        correction=found,
        dossier=found.dossier,
        place=citation(found.anchor),
        form=form,
        refusal=refusal,
        writer=db.session.get(Officer, found.written_by),
        editable=not published and may(officer, Act.WRITE_CORRECTION, agency),
        publishing=PublishForm(formdata=None, seen=correcting.digest(found))
        if approves and not published and found.written_by != officer.id
        else None,
        taking_back=(taking_back or WithdrawForm(formdata=None))
        if approves and published and found.withdrawn_at is None
        else None,
    )
