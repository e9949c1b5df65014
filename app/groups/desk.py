"""Doors of groups: see which comments say the same, and say it where machines cannot."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.consultations.models import Consultation
from app.extensions import db
from app.groups import lists, screens, steps
from app.groups.forms import JoinForm, MergeForm, SayForm, SplitForm, UndoForm
from app.groups.models import CommentGroup, GroupStep
from app.groups.moving import ChangedError, LaterStepError
from app.groups.steps import Fault, WrongStepError
from app.groups.words import CHANGED, FAULTS, comments, later
from app.kit import clock
from app.web.conflict import answer_conflicts
from app.web.forms import Form
from app.web.guard import allow

bp = Blueprint("groups", __name__)
answer_conflicts(bp)

DESK = "/desk/groups"
ONE = f"{DESK}/<slug>/<int(max=2147483647):group_id>"
SUGGESTION = f"{DESK}/<slug>/suggestions/<int(max=2147483647):suggestion_id>"
STEP = f"{DESK}/<slug>/steps/<int(max=2147483647):step_id>/undo"
REFUSALS = (WrongStepError, ChangedError, LaterStepError)


@bp.get(DESK)
@allow(Act.READ_GROUPS)
def consultations() -> ResponseReturnValue:
    """The consultations in reach, each with its largest group."""
    rows = lists.consultations(realm(signed_in(), Act.READ_GROUPS))
    return render_template("groups/consultations.html", rows=rows)


@bp.get(f"{DESK}/<slug>")
@allow(Act.READ_GROUPS)
def listed(slug: str) -> ResponseReturnValue:
    """The groups of one consultation and one tier, the largest first."""
    found, officer = screens.find(slug, Act.READ_GROUPS)
    return screens.listing(found, officer, screens.tier())


@bp.post(f"{DESK}/<slug>/merge")
@allow(Act.EDIT_GROUPS)
def merge(slug: str) -> ResponseReturnValue:
    """The chosen groups are one: the largest of them has all their comments."""
    found, officer = screens.find(slug, Act.EDIT_GROUPS)
    form, tier = MergeForm(), screens.tier()
    seen = form.group.data
    try:
        if not form.validate():
            return screens.listing(found, officer, tier, _failed(form), seen), form.status()
        groups = screens.groups_of(found, seen)
        step = steps.merge(groups, _largest(groups), seen, officer, clock.now())
        db.session.commit()
    except REFUSALS as error:
        words, status = _refusal(error)
        return screens.listing(found, officer, tier, words, seen), status
    return _joined(found, step)


@bp.get(ONE)
@allow(Act.READ_GROUPS)
def group(slug: str, group_id: int) -> ResponseReturnValue:
    """One group with its comments, and what each says otherwise."""
    found, officer = screens.find(slug, Act.READ_GROUPS)
    return screens.one(found, officer, screens.group_of(found, group_id))


@bp.post(f"{ONE}/merge")
@allow(Act.EDIT_GROUPS)
def join(slug: str, group_id: int) -> ResponseReturnValue:
    """All comments of another group, told by its number, are in this one."""
    found, officer = screens.find(slug, Act.EDIT_GROUPS)
    into, form = screens.group_of(found, group_id), JoinForm()
    if not form.validate():
        return screens.one(found, officer, into, _failed(form), form), form.status()
    try:
        other = screens.groups_of(found, [form.other.data or 0])[0]
        seen = {into.id: form.seen.data or 0, other.id: other.step_id or 0}
        step = steps.merge([other], into, seen, officer, clock.now())
        db.session.commit()
    except REFUSALS as error:
        words, status = _refusal(error)
        return screens.one(found, officer, into, words, form), status
    return _joined(found, step)


@bp.post(f"{ONE}/split")
@allow(Act.EDIT_GROUPS)
def split(slug: str, group_id: int) -> ResponseReturnValue:
    """The chosen comments are a group of their own."""
    found, officer = screens.find(slug, Act.EDIT_GROUPS)
    whole, form = screens.group_of(found, group_id), SplitForm()
    ticked = form.comment.data or []
    try:
        if not form.validate():
            return screens.one(found, officer, whole, _failed(form), ticked=ticked), form.status()
        made = steps.split(whole, ticked, form.seen.data or 0, officer, clock.now())
        db.session.commit()
    except REFUSALS as error:
        words, status = _refusal(error)
        return screens.one(found, officer, whole, words, ticked=ticked), status
    flash(_("%(comments)s split off into this group.", comments=comments(made.messages)), "success")
    return redirect(screens.address("group", found, group_id=made.id), 303)


@bp.get(f"{DESK}/<slug>/suggestions")
@allow(Act.READ_GROUPS)
def suggestions(slug: str) -> ResponseReturnValue:
    """Pairs that may make the same argument."""
    return screens.suggested(*screens.find(slug, Act.READ_GROUPS))


@bp.post(SUGGESTION)
@allow(Act.EDIT_GROUPS)
def say(slug: str, suggestion_id: int) -> ResponseReturnValue:
    """A person said whether the two make the same argument."""
    found, officer = screens.find(slug, Act.EDIT_GROUPS)
    asked, form = screens.suggestion_of(found, suggestion_id), SayForm()
    if not form.validate():
        return screens.suggested(found, officer, _failed(form)), form.status()
    try:
        form.carry_out(asked, officer, clock.now())
        db.session.commit()
    except REFUSALS as error:
        words, status = _refusal(error)
        return screens.suggested(found, officer, words), status
    flash(_("Your decision is kept. It can be undone in the log."), "success")
    return redirect(screens.address("suggestions", found), 303)


@bp.get(f"{DESK}/<slug>/steps")
@allow(Act.READ_GROUPS)
def log(slug: str) -> ResponseReturnValue:
    """What people did to the groups, the newest first."""
    return screens.log(*screens.find(slug, Act.READ_GROUPS))


@bp.post(STEP)
@allow(Act.EDIT_GROUPS)
def undo(slug: str, step_id: int) -> ResponseReturnValue:
    """Everything is as it was before that step."""
    found, officer = screens.find(slug, Act.EDIT_GROUPS)
    step, form = screens.step_of(found, step_id), UndoForm()
    if not form.validate():
        return screens.log(found, officer, _failed(form)), form.status()
    try:
        steps.undo(step, officer, clock.now())
        db.session.commit()
    except REFUSALS as error:
        words, status = _refusal(error)
        return screens.log(found, officer, words), status
    flash(_("Step %(number)d is undone.", number=step_id), "success")
    return redirect(screens.address("log", found), 303)


def _largest(groups: Sequence[CommentGroup]) -> CommentGroup:
    if not groups:
        raise WrongStepError(Fault.FEW)
    return max(groups, key=lambda group: (group.messages, -group.id))


def _joined(found: Consultation, step: GroupStep) -> ResponseReturnValue:
    about = step.before["about"]
    flash(_("%(comments)s moved into this group.", comments=comments(about["comments"])), "success")
    return redirect(screens.address("group", found, group_id=about["into"]), 303)


def _failed(form: Form) -> str:
    """What the page says of a form that cannot be carried out; its status first, for the token."""
    form.status()
    return form.failed()[0][1]


def _refusal(error: Exception) -> tuple[str, int]:
    """Nothing of the step is left; returns what the page says instead, and its status."""
    db.session.rollback()
    match error:
        case WrongStepError():
            return str(FAULTS[error.fault]), 422
        case LaterStepError():
            return later(error.step_id), 409
    return str(CHANGED), 409
