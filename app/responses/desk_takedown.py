"""Doors of takedowns of answers: take one from public view, and give it back."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.approvals.models import Category
from app.approvals.propose import AlreadyProposedError
from app.documents.takedown import NotAgainError, TakenDownError
from app.documents.takedown_page import LiftForm, TakedownForm, page
from app.extensions import db
from app.kit import clock
from app.responses import takedown as orders
from app.responses.access import ITEM, answer_for, period
from app.responses.desk import bp
from app.responses.models import Answer
from app.web.guard import allow

HERE = f"{ITEM}/takedown"


@bp.route(HERE, methods=["GET", "POST"])
@allow(Act.TAKE_DOWN)
def takedown(slug: str, answer_id: int) -> ResponseReturnValue:
    """The answer can be read by nobody in public from now on; a second officer is asked."""
    answer, officer = answer_for(slug, answer_id, Act.TAKE_DOWN)
    form = _form(answer)
    if form.validate_on_submit() and _order(answer, form, officer):
        flash(
            _("It is taken from public view. A second officer has to confirm it in 24 hours."),
            "success",
        )
        return redirect(_address(answer), 303)
    status = form.status() if form.is_submitted() else 200
    return _page(answer, officer, form), status


@bp.post(f"{HERE}/<int(max=2147483647):takedown_id>/lifting")
@allow(Act.TAKE_DOWN)
def lift_takedown(slug: str, answer_id: int, takedown_id: int) -> ResponseReturnValue:
    """A second officer is asked whether the public may read it again."""
    answer, officer = answer_for(slug, answer_id, Act.TAKE_DOWN)
    taken = next((one for one in orders.of(answer) if one.id == takedown_id), None) or abort(404)
    form = LiftForm()
    if not form.validate():
        fresh = _form(answer, empty=True)
        return _page(answer, officer, fresh, {taken.id: form}), form.status()
    try:
        orders.propose_lifting(taken, form.reason.data or "", officer, clock.now())
        db.session.commit()
        flash(_("A second officer is asked to agree."), "success")
    except (AlreadyProposedError, TakenDownError):
        db.session.rollback()
        flash(_("That waits for a second officer already."), "error")
    return redirect(_address(answer), 303)


def _form(answer: Answer, *, empty: bool = False) -> TakedownForm:
    form = TakedownForm(formdata=None) if empty else TakedownForm()
    form.subject.choices = [SelectChoice(*one) for one in orders.subjects(answer).items()]
    return form


def _order(answer: Answer, form: TakedownForm, officer: Officer) -> bool:
    words = form.basis.data or "", form.reason.data or ""
    try:
        orders.order(answer, Category(form.category.data), *words, officer, clock.now())
    except (AlreadyProposedError, TakenDownError):
        db.session.rollback()
        form.form_errors.append(_("That is taken down already."))
        return False
    except NotAgainError:
        db.session.rollback()
        form.form_errors.append(_("You proposed this: another officer has to decide."))
        return False
    db.session.commit()
    return True


def _page(
    answer: Answer,
    officer: Officer,
    form: TakedownForm,
    failed: dict[int, LiftForm] | None = None,
) -> str:
    dossier, above = answer.consultation.dossier, _above(answer, officer)
    return page(
        dossier,
        orders.of(answer),
        form,
        lambda number: _address(answer, number),
        failed=failed or {},
        above=above,
        back=above[-1][0],
        called_here=_("Answer %(number)d", number=answer.id),
    )


def _above(answer: Answer, officer: Officer) -> list[tuple[str, str]]:
    """The way by which the officer came: the answer, or the desk itself."""
    dossier, of = answer.consultation.dossier, period()
    if not may(officer, Act.READ_ANSWERS, dossier.agency):
        return [(url_for("desk.home"), _("My desk"))]
    item = url_for("responses.edit", slug=dossier.slug, answer_id=answer.id, round=of)
    return [
        (url_for("responses.consultation", slug=dossier.slug, round=of), dossier.title[:60]),
        (item, _("Answer %(number)d", number=answer.id)),
    ]


def _address(answer: Answer, taken: int | None = None) -> str:
    """The page of its takedowns, or where to propose that the one `taken` is lifted."""
    name = "responses.takedown" if taken is None else "responses.lift_takedown"
    slug = answer.consultation.dossier.slug
    return url_for(name, slug=slug, answer_id=answer.id, takedown_id=taken, round=period())
