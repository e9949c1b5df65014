"""Doors of the clerk who takes in what came by letter, telephone or at a meeting."""

from __future__ import annotations

from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.policy import Act
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.comments import clerk, taken_in
from app.comments.clerk import NotTakingError
from app.comments.intake import INTAKE, open_for_clerks
from app.comments.intake_form import IntakeForm
from app.comments.models import Comment
from app.comments.public import bp
from app.comments.submit import KeyReusedError
from app.comments.words import CRITICISM, CRITICISM_FORMS, came
from app.consultations.models import Consultation
from app.documents.access import dossier_for
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.kit.codes import parse_receipt, qr_svg
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow


@bp.get("/desk/intake")
@allow(Act.TAKE_IN_COMMENT)
def intakes() -> ResponseReturnValue:
    """The drafts for which comments can be typed in."""
    rows = taken_in.drafts(realm(signed_in(), Act.TAKE_IN_COMMENT))
    return render_template("comments/intakes.html", rows=rows, now=clock.now())


@bp.route(INTAKE, methods=["GET", "POST"])
@allow(Act.TAKE_IN_COMMENT)
def intake(dossier_id: int) -> ResponseReturnValue:
    """The comment is taken in and the form ready for the next; otherwise everything typed."""
    dossier, consultation = open_for_clerks(dossier_id)
    form, now = IntakeForm(), clock.now()
    form.offer(taken_in.articles(consultation.version_id))
    if request.method != "POST":
        _begin(form, consultation, now)
        return _page(form, dossier, consultation), 200
    if not all([form.validate(), form.fits(consultation.version_id)]):
        return _page(form, dossier, consultation), form.status()
    return _taken(form, dossier, consultation, now)


def _taken(
    form: IntakeForm, dossier: Dossier, consultation: Consultation, now: datetime
) -> ResponseReturnValue:
    words, source = form.words(), form.source()
    try:
        clerk.check(consultation, words, source, now)
        doubles = clerk.doubles(consultation.id, words, source)
        if doubles and "anyway" not in request.form:
            return _page(form, dossier, consultation, doubles=doubles), 409
        receipt = clerk.take_in(consultation, words, form.place, source, signed_in(), now)
    except KeyReusedError:
        form.renew_key()
        form.form_errors.append(
            _("This form was sent before with another text. Send it again to add this one.")
        )
        return _page(form, dossier, consultation), 409
    except ValueError as error:
        form.refuse(error)
        return _page(form, dossier, consultation), 422
    db.session.commit()
    return _onward(receipt, source, dossier)


def _onward(receipt: str, source: clerk.Source, dossier: Dossier) -> ResponseReturnValue:
    if source.sent_late:
        flash(
            _(
                "The Front had the dossier for %(days)d days: it is to be sent at least "
                "%(due)d days before (Law 75/2015, joint resolution 403/2017).",
                days=(source.received_on - (source.dossier_sent_on or source.received_on)).days,
                due=clerk.SENT_BEFORE_DAYS,
            ),
            "warning",
        )
    if request.form.get("then") == "slip":
        return redirect(url_for("comments.slip", receipt=receipt), 303)
    flash(_("Taken in. Receipt: %(receipt)s", receipt=receipt), "success")
    return redirect(url_for("comments.intake", dossier_id=dossier.id), 303)


@bp.get("/desk/intake/slips/<receipt>")
@allow(Act.TAKE_IN_COMMENT)
def slip(receipt: str) -> ResponseReturnValue:
    """The slip to hand over or send back: what was taken in, and how to look it up."""
    query = select(Comment).where(Comment.receipt == parse_receipt(receipt))
    comment = db.first_or_404(query)
    dossier = dossier_for(Act.TAKE_IN_COMMENT, comment.consultation.dossier_id)
    rows = taken_in.slips(comment.consultation_id, comment.id, comment.id)
    return slips_page(dossier, comment.consultation, rows or abort(404))


@bp.get(f"{INTAKE}/slips")
@allow(Act.TAKE_IN_COMMENT)
def slips(dossier_id: int) -> ResponseReturnValue:
    """The slips of all that this officer typed in between two comments, one to a sheet."""
    dossier = dossier_for(Act.TAKE_IN_COMMENT, dossier_id)
    consultation = clerk.latest(dossier.id) or abort(404)
    first, last = (min(request.args.get(name, 0, int), 2**63 - 1) for name in ("first", "last"))
    rows = taken_in.slips(consultation.id, first, last, signed_in().id)
    return slips_page(dossier, consultation, rows or abort(404))


def slips_page(
    dossier: Dossier, consultation: Consultation, rows: taken_in.Rows
) -> ResponseReturnValue:
    """The slips of these comments, ready to be printed."""
    public_url = current_app.extensions["settings"].public_url
    reading.comments(signed_in(), Looked.READ, [row.id for row in rows], For.INTAKE)
    name = _("QR code of the address of this receipt")
    found = []
    for row in rows:
        address = public_url + url_for("receipts.status", receipt=row.receipt)
        found.append((row, qr_svg(address, name), address))
    return render_template(
        "comments/intake_slips.html",
        dossier=dossier,
        consultation=consultation,
        slips=found,
        find=public_url + url_for("receipts.find"),
        came=came,
        criticism=CRITICISM,
        forms={form.value: words for form, words in CRITICISM_FORMS.items()},
    )


@bp.errorhandler(NotTakingError)
def _not_taking(_error: NotTakingError) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("comments/intake_over.html"), 409


def _begin(form: IntakeForm, consultation: Consultation, now: datetime) -> None:
    """An empty form, with what stays the same from one comment to the next."""
    form.renew_key()
    before = clerk.recent(consultation.id, signed_in().id)
    if before:
        form.channel.data = before[0].channel
        form.received_on.data = before[0].received_on
        form.event.data = before[0].event
        form.occasion.data = before[0].occasion
    else:
        form.received_on.data = clock.vn_date(now)


def _page(
    form: IntakeForm,
    dossier: Dossier,
    consultation: Consultation,
    doubles: taken_in.Rows = (),
) -> str:
    return render_template(
        "comments/intake.html",
        form=form,
        dossier=dossier,
        consultation=consultation,
        doubles=doubles,
        recent=clerk.recent(consultation.id, signed_in().id),
        came=came,
    )
