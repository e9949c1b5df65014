"""Doors on the way of an answer: hand it in, send it back, sign it, publish it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.extensions import db
from app.kit import clock
from app.responses import answering, newcomers, sheet
from app.responses.access import DESK, ITEM, answer_for, consultation_for, period
from app.responses.answering import NotHeadError, SelfApprovalError
from app.responses.desk import bp
from app.responses.editing import OvertakenError, WrongStepError
from app.responses.forms import PublishAllForm, SendBackForm, StepForm
from app.responses.models import Answer, AnswerState
from app.responses.obstacles import ObstacleError
from app.responses.selecting import NothingChosenError
from app.web.guard import allow

Step = Callable[[Answer, int, Officer, datetime], object]


@bp.post(f"{ITEM}/submission")
@allow(Act.DRAFT_ANSWER)
def submit(slug: str, answer_id: int) -> ResponseReturnValue:
    """The draft waits to be signed."""
    answer, officer = answer_for(slug, answer_id, Act.DRAFT_ANSWER)
    done = _("The answer waits to be signed.")
    return _taken(answer, officer, StepForm(), answering.submit, done)


@bp.post(f"{ITEM}/return")
@allow(Act.REVIEW_ANSWER)
def send_back(slug: str, answer_id: int) -> ResponseReturnValue:
    """The answer is its drafter's again, with a note."""
    answer, officer = answer_for(slug, answer_id, Act.REVIEW_ANSWER)
    form = SendBackForm()

    def step(answer: Answer, seen: int, officer: Officer, now: datetime) -> None:
        answering.send_back(answer, seen, form.note.data or "", officer, now)

    return _taken(answer, officer, form, step, _("The answer went back to its drafter."))


@bp.post(f"{ITEM}/signature")
@allow(Act.SIGN_ANSWER)
def sign(slug: str, answer_id: int) -> ResponseReturnValue:
    """The head of the agency, or a delegate, answers for what it says; never its author."""
    answer, officer = answer_for(slug, answer_id, Act.SIGN_ANSWER)
    done = _("The answer is signed. It can be published.")
    return _taken(answer, officer, StepForm(), answering.sign, done)


@bp.post(f"{ITEM}/publish")
@allow(Act.PUBLISH_ANSWER)
def publish(slug: str, answer_id: int) -> ResponseReturnValue:
    """The signed answer is public under its comments; who wrote it cannot be the one."""
    answer, officer = answer_for(slug, answer_id, Act.PUBLISH_ANSWER)
    return _taken(answer, officer, StepForm(), answering.publish, _("The answer is published."))


@bp.post(f"{DESK}/<slug>/publication")
@allow(Act.PUBLISH_ANSWER, keeps_typed=False)
def publish_all(slug: str) -> ResponseReturnValue:
    """All signed answers that others wrote are public, or those about one article."""
    found, officer = consultation_for(slug, Act.PUBLISH_ANSWER)
    form = PublishAllForm()
    if not form.validate():
        flash(str(form.failed()[0][1]), "error")
        return redirect(_list(slug), 303)
    many = answering.publish_many(found, officer, clock.now(), form.article.data)
    db.session.commit()
    if many:
        words = ngettext("%(num)d answer is published.", "%(num)d answers are published.", many)
        flash(words, "success")
    else:
        flash(_("No signed answer of a colleague is left to publish."), "warning")
    return redirect(_list(slug), 303)


@bp.post(f"{ITEM}/newcomers")
@allow(Act.DRAFT_ANSWER)
def answer_newcomers(slug: str, answer_id: int) -> ResponseReturnValue:
    """Who joined its groups since is spoken to: by this draft, or by another with the same text."""
    answer, officer = answer_for(slug, answer_id, Act.DRAFT_ANSWER)
    if answer.state != AnswerState.PUBLISHED:
        done = _("The comments were added. The answer is a draft again and has to be signed.")
        return _taken(answer, officer, StepForm(), newcomers.add, done)
    again: list[Answer] = []

    def step(answer: Answer, _seen: int, officer: Officer, now: datetime) -> None:
        again.append(newcomers.repeat(answer, officer, now))

    done = _("A draft with the same text speaks to the new comments. Hand it in when it is ready.")
    return _taken(answer, officer, StepForm(), step, done, again)


def _taken(
    answer: Answer,
    officer: Officer,
    form: StepForm,
    step: Step,
    done: str,
    leads_to: list[Answer] | None = None,
) -> ResponseReturnValue:
    """The step is taken and the answer shown, or the sentence that says why it was not."""
    note = form if isinstance(form, SendBackForm) else None
    if not form.validate():
        status = form.status()
        return sheet.refused(answer, officer, str(form.failed()[0][1]), status, note)
    try:
        step(answer, form.version.data or 0, officer, clock.now())
        db.session.commit()
    except (SelfApprovalError, NotHeadError) as error:
        words = (
            _("You wrote this answer, so another officer has to sign and publish it.")
            if isinstance(error, SelfApprovalError)
            else _("Only the head of the agency or a delegate of today signs.")
        )
        return sheet.refused(answer, officer, words, 403, note)
    except (OvertakenError, WrongStepError):
        words = _("The answer changed or went on since you opened it. Read it once more.")
        return sheet.refused(answer, officer, words, 409, note)
    except NothingChosenError:
        words = _("No comment is left that it could speak to.")
        return sheet.refused(answer, officer, words, 409, note)
    except ObstacleError as error:
        return sheet.refused(answer, officer, " ".join(error.sentences), 409, note)
    flash(done, "success")
    shown = leads_to[0] if leads_to else answer
    slug = shown.consultation.dossier.slug
    where = url_for("responses.edit", slug=slug, round=period(), answer_id=shown.id)
    return redirect(where, 303)


def _list(slug: str) -> str:
    return url_for("responses.consultation", slug=slug, round=period(), show="signed")
