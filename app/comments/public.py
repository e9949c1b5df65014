"""Doors of comments: write one, take one back."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import lazyload

from app.citizens import session as citizens
from app.comments import doubted, publish
from app.comments.forms import CommentForm
from app.comments.hanging import hanging
from app.comments.models import Comment, CommentStatus
from app.comments.submit import (
    KeyReusedError,
    NoSuchProvisionError,
    NotStartedError,
    Place,
    Sender,
    find_place,
    submit,
)
from app.comments.words import STATES
from app.consultations.models import Consultation
from app.documents.called import cited
from app.documents.models import Dossier
from app.documents.passage import own_text, passage, translated
from app.extensions import db
from app.kit import clock
from app.kit.codes import parse_receipt
from app.kit.text import clean_line
from app.translations import known
from app.translations.read import title
from app.web import errors, limits, locale
from app.web.guard import public, public_form
from app.web.headers import private
from app.web.phrases import Phrase, named

bp = Blueprint("comments", __name__)
# asked by a page of a lower room, which knows of no comments
bp.add_app_template_global(hanging, "comments_hanging")
# pages about one comment name its draft and agency in the language of its author
bp.add_app_template_global(title, "dossier_title")
bp.add_app_template_global(named, "named")


@bp.route("/consultations/<slug>/comment", methods=["GET", "POST"])
@public_form
def write(slug: str) -> ResponseReturnValue:
    """The comment is kept and its receipt shown; otherwise the form, with everything typed."""
    private()
    form = CommentForm()
    # the form has read the whole request: nobody is late for a slow line, or for having waited
    now = limits.arrived(clock.now())
    form.look()
    consultation = _consultation(slug)
    try:
        place = find_place(consultation.version_id, clean_line(request.args.get("at", "")))
    except NoSuchProvisionError:
        return render_template("comments/no_such_part.html", dossier=consultation.dossier), 404
    if request.method != "POST":
        form.begin(request.args, consultation.version_id, place.anchor)
        form.greet(citizens.signed_in())
        return _page(form, consultation, place, now), 200
    # both are asked, so that everything wrong is told at once
    if not all([form.validate(), form.fits(consultation.version_id, place.anchor), form.asks()]):
        status = form.status()
        return _page(form, consultation, place, now), status
    return _sent(form, consultation, place, now)


def _sent(
    form: CommentForm, consultation: Consultation, place: Place, now: datetime
) -> ResponseReturnValue:
    try:
        words = form.words(place.anchor, locale.current().code)
        receipt = submit(consultation, words, place, now, form.sent, _sender(form))
        if limits.automatic():
            doubted.tell(receipt)
        db.session.commit()
    except NotStartedError:
        abort(404)
    except KeyReusedError:
        form.renew_key()
        form.form_errors.append(
            _("This form was sent before with another text. Send it again to add this one.")
        )
        return _page(form, consultation, place, now), 409
    return redirect(url_for("receipts.status", receipt=receipt, new=1), 303)


def _sender(form: CommentForm) -> Sender | None:
    """The account that the receipt goes to; who has none costs no look at any."""
    me = citizens.signed_in()
    return Sender(me.id, me.level) if me is not None and form.gather.data else None


@bp.post("/comments/<receipt>/withdraw")
@public
def withdraw(receipt: str) -> ResponseReturnValue:
    """The author has taken the comment back, once or twice; otherwise a page says why not."""
    private()
    code = parse_receipt(receipt)
    comment = db.first_or_404(select(Comment).where(Comment.receipt == code))
    try:
        if comment.status != CommentStatus.WITHDRAWN:
            publish.withdraw(comment, clock.now())
            db.session.commit()
    except (publish.StaleError, publish.PeriodOverError) as refusal:
        db.session.rollback()
        over = isinstance(refusal, publish.PeriodOverError)
        state = STATES[CommentStatus(comment.status)]
        words = {"comment": comment, "state": state, "over": over}
        return render_template("comments/not_withdrawn.html", **words), 409
    return redirect(url_for("receipts.status", receipt=code), 303)


@bp.errorhandler(OperationalError)
def _not_saved(error: OperationalError) -> ResponseReturnValue:
    """The database does not answer: what was typed comes back, ready to be sent again."""
    page = errors.unexpected(error)
    if request.endpoint != "comments.write" or request.method != "POST":
        return page
    heading, advice = errors.WORDS[503]
    form = CommentForm()
    return render_template(
        "comments/not_saved.html", form=form, heading=heading, advice=advice
    ), 503


def _consultation(slug: str) -> Consultation:
    found = db.session.scalar(_last_period(), {"slug": clean_line(slug)})
    return found or abort(404)


@cache
def _last_period() -> Select[Consultation]:
    # one who only sends needs neither the dossier nor its agency: the page asks for them itself
    return (
        select(Consultation)
        .join(Dossier)
        .where(Dossier.slug == bindparam("slug"), Dossier.sealed.is_(False))
        .order_by(Consultation.round.desc())
        .limit(1)
        .options(lazyload(Consultation.dossier))
    )


def _page(form: CommentForm, consultation: Consultation, place: Place, now: datetime) -> str:
    lines, dossier = passage(consultation.version_id, place.anchor), consultation.dossier
    told = translated(lines, known.of(dossier.id))
    return render_template(
        "comments/write.html",
        form=form,
        consultation=consultation,
        dossier=dossier,
        title=title(dossier.id, dossier.title, dossier.title_en),
        place=place,
        lines=lines,
        told=told,
        part=Phrase(cited(place.anchor), locale.current().code)
        if told
        else Phrase(place.label, locale.DEFAULT.code),
        replaceable=bool(own_text(lines)),
        closed=not consultation.is_open(now),
    )
