"""Doors of responses: choose comments, answer them, publish what a colleague wrote."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import require, signed_in
from app.consultations.models import Consultation
from app.documents.access import LARGEST_ID
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line
from app.responses import answering, lists, sheet
from app.responses.editing import OvertakenError
from app.responses.forms import AnswerForm, PublishForm
from app.responses.models import Answer, Disposition
from app.responses.selecting import NotAnswerableError, NothingChosenError
from app.web.conflict import answer_conflicts
from app.web.guard import allow

bp = Blueprint("responses", __name__)
answer_conflicts(bp)

DESK = "/desk/answers"
ITEM = f"{DESK}/<slug>/<int(max=2147483647):answer_id>"
SHOWN = ("", "drafts", "published")
KEY = re.compile(r"(-?[0-9]{1,9})\.([0-9]{1,18})")


@bp.get(DESK)
@allow(Act.READ_ANSWERS)
def consultations() -> ResponseReturnValue:
    """The consultations in reach, each with what is still to be answered."""
    rows = lists.consultations(realm(signed_in(), Act.READ_ANSWERS))
    figures = lists.figures([row.id for row in rows])
    return render_template("responses/consultations.html", rows=rows, figures=figures)


@bp.get(f"{DESK}/<slug>")
@allow(Act.READ_ANSWERS)
def consultation(slug: str) -> ResponseReturnValue:
    """One consultation: the comments to answer, the drafts that wait, or what was published."""
    found, officer = _consultation(slug, Act.READ_ANSWERS)
    show = request.args.get("show", "")
    if show not in SHOWN:
        abort(404)
    after = request.args.get("after", "")
    content = _answers(found, show, after) if show else _comments(found, after)
    return render_template(
        "responses/consultation.html",
        consultation=found,
        dossier=found.dossier,
        period=sheet.period(),
        show=show,
        figures=lists.figures([found.id])[found.id],
        kinds=sheet.kinds(),
        drafts=may(officer, Act.DRAFT_ANSWER, found.dossier.agency),
        **content,
    )


@bp.get(f"{DESK}/<slug>/new")
@allow(Act.DRAFT_ANSWER)
def new(slug: str) -> ResponseReturnValue:
    """The empty answer to the comments chosen in the address."""
    found, officer = _consultation(slug, Act.DRAFT_ANSWER)
    rows = lists.chosen(found, sheet.asked(), None)
    if not rows:
        flash(_("Choose at least one comment first."), "warning")
        return redirect(url_for("responses.consultation", slug=slug, round=sheet.period()), 303)
    return sheet.page(found, officer, AnswerForm(data={"comment": [row.id for row in rows]}))


@bp.post(f"{DESK}/<slug>/new")
@allow(Act.DRAFT_ANSWER)
def draft(slug: str) -> ResponseReturnValue:
    """The answer is drafted and waits for a second officer."""
    found, officer = _consultation(slug, Act.DRAFT_ANSWER)
    form = AnswerForm()
    if not form.validate():
        status = form.status()
        return sheet.page(found, officer, form), status
    try:
        chosen, words = form.comment.data or [], form.explanation.data or ""
        disposition = Disposition(form.disposition.data)
        answering.draft(found, chosen, disposition, words, officer, clock.now())
        db.session.commit()
    except NotAnswerableError:
        return sheet.not_answerable(found, officer, form)
    return _saved(slug)


@bp.get(ITEM)
@allow(Act.READ_ANSWERS)
def edit(slug: str, answer_id: int) -> ResponseReturnValue:
    """One answer: to edit and publish while it is a draft, afterwards to read."""
    answer, officer = _answer(slug, answer_id, Act.READ_ANSWERS)
    return sheet.page(answer.consultation, officer, sheet.form_of(answer), answer)


@bp.post(ITEM)
@allow(Act.DRAFT_ANSWER)
def save(slug: str, answer_id: int) -> ResponseReturnValue:
    """The draft reads as typed and counts as this officer's."""
    answer, officer = _answer(slug, answer_id, Act.DRAFT_ANSWER)
    found, form = answer.consultation, AnswerForm()
    if not form.validate():
        status = form.status()
        return sheet.page(found, officer, form, answer), status
    try:
        chosen, words = form.comment.data or [], form.explanation.data or ""
        disposition, seen = Disposition(form.disposition.data), form.version.data or 0
        answering.revise(answer, seen, chosen, disposition, words, officer, clock.now())
        db.session.commit()
    except NotAnswerableError:
        return sheet.not_answerable(found, officer, form, answer)
    except OvertakenError:
        return sheet.overtaken(found, officer, form, answer)
    return _saved(slug)


@bp.post(f"{ITEM}/publish")
@allow(Act.PUBLISH_ANSWER)
def publish(slug: str, answer_id: int) -> ResponseReturnValue:
    """The answer is public under its comments; the officer who wrote it cannot be the one."""
    answer, officer = _answer(slug, answer_id, Act.PUBLISH_ANSWER)
    form = PublishForm()
    if not form.validate():
        status = form.status()
        return sheet.refused(answer, officer, str(form.failed()[0][1]), status)
    try:
        answering.publish(answer, form.version.data or 0, officer, clock.now())
        db.session.commit()
    except answering.SelfApprovalError:
        words = _("You wrote this answer, so another approver has to publish it.")
        return sheet.refused(answer, officer, words, 403)
    except OvertakenError:
        words = _("The answer changed or was published since you opened it. Read it once more.")
        return sheet.refused(answer, officer, words, 409)
    except NothingChosenError:
        words = _("Every comment it speaks to was taken back, so there is nothing to answer.")
        return sheet.refused(answer, officer, words, 409)
    flash(_("The answer is published."), "success")
    return redirect(_drafts(slug), 303)


def _consultation(slug: str, act: Act) -> tuple[Consultation, Officer]:
    query = select(Consultation).join(Dossier).where(Dossier.slug == clean_line(slug))
    chosen = sheet.period()
    if chosen is not None:
        query = query.where(Consultation.round == min(chosen, LARGEST_ID))
    found = db.first_or_404(query.order_by(Consultation.round.desc()).limit(1))
    return found, require(act, found.dossier.agency)


def _answer(slug: str, answer_id: int, act: Act) -> tuple[Answer, Officer]:
    found, officer = _consultation(slug, act)
    query = select(Answer).where(Answer.id == answer_id, Answer.consultation_id == found.id)
    return db.first_or_404(query), officer


def _comments(found: Consultation, after: str) -> dict[str, object]:
    key = KEY.fullmatch(after)
    rows, onward = lists.unanswered(found, (int(key[1]), int(key[2])) if key else None)
    proposed = lists.proposals(found, rows)
    return {"rows": rows, "onward": onward, "after": key is not None, "proposed": proposed}


def _answers(found: Consultation, show: str, after: str) -> dict[str, object]:
    before = int(after) if sheet.NUMBER.fullmatch(after) else 0
    rows, onward = lists.answers(found.id, published=show == "published", before=before)
    spoken_to = lists.spoken_to([row.Answer.id for row in rows])
    return {"rows": rows, "onward": onward, "after": before > 0, "spoken_to": spoken_to}


def _drafts(slug: str) -> str:
    return url_for("responses.consultation", slug=slug, round=sheet.period(), show="drafts")


def _saved(slug: str) -> ResponseReturnValue:
    flash(_("The answer is saved and waits for another officer to publish it."), "success")
    return redirect(_drafts(slug), 303)
