"""Doors of responses: find comments, choose some, answer them."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.responses import answering, lists, sheet
from app.responses.access import DESK, ITEM, KEY, answer_for, consultation_for, period
from app.responses.changes import NoSuchChangeError
from app.responses.editing import OvertakenError, WrongStepError
from app.responses.forms import AnswerForm
from app.responses.head import SHOWN, frame
from app.responses.models import Answer, AnswerState, Disposition
from app.responses.obstacles import ObstacleError
from app.responses.search_form import offered, wanted
from app.responses.selecting import NotAnswerableError, NothingChosenError
from app.responses.similar import earlier
from app.responses.sought import look
from app.web.conflict import answer_conflicts
from app.web.guard import allow

bp = Blueprint("responses", __name__)
answer_conflicts(bp)


@bp.get(DESK)
@allow(Act.READ_ANSWERS)
def consultations() -> ResponseReturnValue:
    """The consultations in reach, each with what is still to be answered."""
    rows = lists.consultations(realm(signed_in(), Act.READ_ANSWERS))
    ids = [row.id for row in rows]
    figures, clocks = lists.figures(ids), lists.clocks(ids, clock.now())
    return render_template(
        "responses/consultations.html", rows=rows, figures=figures, clocks=clocks
    )


@bp.get(f"{DESK}/<slug>")
@allow(Act.READ_ANSWERS)
def consultation(slug: str) -> ResponseReturnValue:
    """One consultation: the comments as they are looked for, or the answers in one state."""
    found, officer = consultation_for(slug, Act.READ_ANSWERS)
    show = request.args.get("show", "")
    if show and show not in SHOWN:
        abort(404)
    after = request.args.get("after", "")
    agency = found.dossier.agency
    return render_template(
        "responses/consultation.html",
        **frame(found, show or "comments"),
        drafts=may(officer, Act.DRAFT_ANSWER, agency),
        takes_down=may(officer, Act.TAKE_DOWN_COMMENT, agency),
        publishes=show == "signed" and may(officer, Act.PUBLISH_ANSWER, agency),
        **(_answers(found, SHOWN[show], after) if show else _comments(found, after)),
    )


@bp.get(f"{DESK}/<slug>/new")
@allow(Act.DRAFT_ANSWER)
def new(slug: str) -> ResponseReturnValue:
    """The empty answer to the comments, the groups and the articles chosen in the address."""
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    groups, articles = sheet.asked("group"), sheet.asked("article")
    rows = lists.chosen(found, sheet.asked(), None)
    first, many = lists.offered(found, groups, articles)
    if not rows and not many:
        flash(_("Choose at least one comment first."), "warning")
        return redirect(url_for("responses.consultation", slug=slug, round=period()), 303)
    chosen = {*(row.id for row in rows), *first}
    data = {"comment": sorted(chosen), "group": groups, "article": articles}
    return sheet.page(found, officer, AnswerForm(formdata=None, data=data))


@bp.post(f"{DESK}/<slug>/new")
@allow(Act.DRAFT_ANSWER)
def draft(slug: str) -> ResponseReturnValue:
    """The answer is drafted, and handed in where that was asked."""
    found, officer = consultation_for(slug, Act.DRAFT_ANSWER)
    form = AnswerForm()
    if begun := _begun(form):
        return sheet.page(found, officer, form), begun
    if not form.validate():
        status = form.status()
        return sheet.page(found, officer, form), status
    try:
        answer = answering.draft(
            found,
            form.comment.data or [],
            Disposition(form.disposition.data),
            form.explanation.data or "",
            officer,
            clock.now(),
            groups=form.group.data or [],
            articles=form.article.data or [],
            without=set(form.shown.data or []) - set(form.comment.data or []),
            changing=form.change.data or [],
            no_change_reason=form.no_change_reason.data or "",
        )
        db.session.commit()
    except NoSuchChangeError:
        return sheet.no_such_change(found, officer, form)
    except NotAnswerableError:
        return sheet.not_answerable(found, officer, form)
    except NothingChosenError:
        return sheet.nothing_chosen(found, officer, form)
    return _saved(answer)


@bp.get(ITEM)
@allow(Act.READ_ANSWERS)
def edit(slug: str, answer_id: int) -> ResponseReturnValue:
    """One answer: to edit, hand in, sign and publish; afterwards to read."""
    answer, officer = answer_for(slug, answer_id, Act.READ_ANSWERS)
    return sheet.page(answer.consultation, officer, sheet.form_of(answer), answer)


@bp.post(ITEM)
@allow(Act.DRAFT_ANSWER)
def save(slug: str, answer_id: int) -> ResponseReturnValue:
    """The answer reads as typed and is this officer's draft, handed in where that was asked."""
    answer, officer = answer_for(slug, answer_id, Act.DRAFT_ANSWER)
    found, form = answer.consultation, AnswerForm()
    if begun := _begun(form):
        return sheet.page(found, officer, form, answer), begun
    if not form.validate():
        status = form.status()
        return sheet.page(found, officer, form, answer), status
    try:
        answering.revise(
            answer,
            form.version.data or 0,
            form.comment.data or [],
            Disposition(form.disposition.data),
            form.explanation.data or "",
            officer,
            clock.now(),
            shown=form.shown.data or [],
            changing=form.change.data or [],
            no_change_reason=form.no_change_reason.data or "",
        )
        db.session.commit()
    except NoSuchChangeError:
        return sheet.no_such_change(found, officer, form, answer)
    except NotAnswerableError:
        return sheet.not_answerable(found, officer, form, answer)
    except NothingChosenError:
        return sheet.nothing_chosen(found, officer, form, answer)
    except OvertakenError:
        return sheet.overtaken(found, officer, form, answer)
    return _saved(answer)


def _begun(form: AnswerForm) -> int:
    """The status of a page whose text begins with that of an earlier answer; 0 if none was asked.

    Nothing typed is lost: the earlier text comes below it.
    """
    asked = request.form.get("start", "")
    answer = earlier(int(asked)) if re.fullmatch(r"[0-9]{1,9}", asked) else None
    if answer is None:
        return 0
    form.explanation.data = "\n\n".join(filter(None, (form.explanation.data, answer.explanation)))
    form.disposition.data = form.disposition.data or answer.disposition
    return 200


def _comments(found: Consultation, after: str) -> dict[str, object]:
    key = KEY.fullmatch(after)
    asked = wanted(found)
    seen = look(found, asked, (int(key[1]), int(key[2])) if key else None)
    return {
        "rows": seen.rows,
        "seen": seen,
        "onward": seen.onward,
        "after": key is not None,
        "proposed": lists.proposals(found, seen.rows),
        **offered(found, asked),
    }


def _answers(found: Consultation, state: AnswerState, after: str) -> dict[str, object]:
    before = int(after) if re.fullmatch(r"[0-9]{1,9}", after) else 0
    rows, onward = lists.answers(found.id, state, before)
    spoken_to = lists.spoken_to([row.Answer.id for row in rows])
    return {"rows": rows, "onward": onward, "after": before > 0, "spoken_to": spoken_to}


def _saved(answer: Answer) -> ResponseReturnValue:
    slug = answer.consultation.dossier.slug
    if request.form.get("then") == "submit":
        try:
            answering.submit(answer, answer.row_version, signed_in(), clock.now())
            db.session.commit()
            flash(_("The answer is saved and waits to be signed."), "success")
        except (ObstacleError, WrongStepError, OvertakenError):
            db.session.rollback()
            flash(_("The answer is saved. See what has to be done before it goes on."), "warning")
    else:
        flash(_("The answer is saved as a draft. Hand it in when it is ready."), "success")
    item = url_for("responses.edit", slug=slug, round=period(), answer_id=answer.id)
    return redirect(item, 303)
