"""Doors of takedowns: take a dossier or a file from the public's eyes, and give it back."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.approvals.models import Category, Takedown
from app.approvals.propose import AlreadyProposedError
from app.documents import takedown as orders
from app.documents.access import dossier_for
from app.documents.desk import bp
from app.documents.models import Dossier, DossierFile, DraftVersion
from app.documents.takedown_page import LiftForm, TakedownForm, page
from app.extensions import db
from app.kit import clock
from app.web.guard import allow

ITEM = "/desk/dossiers/<int:dossier_id>/takedown"


@bp.route(ITEM, methods=["GET", "POST"])
@allow(Act.TAKE_DOWN)
def takedown(dossier_id: int) -> ResponseReturnValue:
    """What is chosen can be read by nobody from now on; a second officer is asked."""
    dossier = dossier_for(Act.TAKE_DOWN, dossier_id)
    form = TakedownForm()
    form.subject.choices = [SelectChoice(*one) for one in _subjects(dossier)]
    if form.validate_on_submit() and _order(dossier, form, signed_in()):
        flash(
            _("It is taken from public view. A second officer has to confirm it in 24 hours."),
            "success",
        )
        return redirect(url_for("documents.takedown", dossier_id=dossier.id), 303)
    status = form.status() if form.is_submitted() else 200
    return _page(dossier, form), status


@bp.post(f"{ITEM}/<int(max=2147483647):takedown_id>/lifting")
@allow(Act.TAKE_DOWN)
def lift_takedown(dossier_id: int, takedown_id: int) -> ResponseReturnValue:
    """A second officer is asked whether the public may read it again."""
    dossier = dossier_for(Act.TAKE_DOWN, dossier_id)
    found = next((one for one in _of(dossier) if one.id == takedown_id), None) or abort(404)
    form = LiftForm()
    if not form.validate():
        return _page(dossier, _fresh(dossier), found.id, form), form.status()
    try:
        orders.propose_lifting(found, form.reason.data or "", signed_in(), clock.now())
        db.session.commit()
        flash(_("A second officer is asked to agree."), "success")
    except (AlreadyProposedError, orders.TakenDownError):
        db.session.rollback()
        flash(_("That waits for a second officer already."), "error")
    return redirect(url_for("documents.takedown", dossier_id=dossier_id), 303)


def _order(dossier: Dossier, form: TakedownForm, officer: Officer) -> bool:
    category = Category(form.category.data)
    words = form.basis.data or "", form.reason.data or ""
    try:
        orders.order(form.subject.data, dossier, category, *words, officer, clock.now())
    except (AlreadyProposedError, orders.TakenDownError):
        db.session.rollback()
        form.form_errors.append(_("That is taken down already."))
        return False
    except orders.NotAgainError:
        db.session.rollback()
        form.form_errors.append(_("You proposed this: another officer has to decide."))
        return False
    db.session.commit()
    return True


def _fresh(dossier: Dossier) -> TakedownForm:
    form = TakedownForm(formdata=None)
    form.subject.choices = [SelectChoice(*one) for one in _subjects(dossier)]
    return form


def _subjects(dossier: Dossier) -> list[tuple[str, str]]:
    """What of the dossier the public can read, and is not taken down."""
    held = {one.subject for one in _of(dossier) if one.lifted_at is None}
    beside = select(DossierFile.id, DossierFile.name).where(
        DossierFile.dossier_id == dossier.id, DossierFile.posted_at.is_not(None)
    )
    drafts = select(DraftVersion.id, DraftVersion.file_name).where(
        DraftVersion.dossier_id == dossier.id, DraftVersion.posted_at.is_not(None)
    )
    found = [(f"{orders.DOSSIER}:{dossier.id}", str(orders.SORTS[orders.DOSSIER]))]
    for sort, query in ((orders.ORIGINAL, drafts), (orders.FILE, beside)):
        rows = db.session.execute(query.order_by("id")).all()
        found += [(f"{sort}:{number}", f"{orders.SORTS[sort]}: {name}") for number, name in rows]
    return [(subject, words) for subject, words in found if subject not in held]


def _of(dossier: Dossier) -> list[Takedown]:
    found = select(Takedown).where(Takedown.dossier_id == dossier.id)
    every = db.session.scalars(found.order_by(Takedown.id.desc()))
    return [one for one in every if orders.sort_of(one.subject) not in orders.SAID]


def _page(
    dossier: Dossier, form: TakedownForm, failed_id: int = 0, failed: LiftForm | None = None
) -> str:
    overview = url_for("consultations.dossier", dossier_id=dossier.id)
    return page(
        dossier,
        _of(dossier),
        form,
        lambda number: url_for(
            "documents.lift_takedown", dossier_id=dossier.id, takedown_id=number
        ),
        failed={failed_id: failed} if failed is not None else {},
        above=[(url_for("documents.dossiers"), _("Dossiers")), (overview, dossier.title[:60])],
        back=overview,
    )
