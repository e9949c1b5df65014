"""Doors of the rows of law and the days off: what holds, and a form to propose another row."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from app.accounts.agencies import called
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.approvals.propose import AlreadyProposedError
from app.consultations import law
from app.consultations.desk import bp
from app.consultations.law_forms import HolidayForm, RuleForm
from app.consultations.models import AnswerRule, EffectRule, Holiday, PeriodRule
from app.consultations.rules import HELD
from app.documents.models import DocumentType
from app.extensions import db
from app.kit import clock
from app.web.guard import allow

TABLES = (("period", PeriodRule), ("answer", AnswerRule), ("effect", EffectRule))


@bp.route("/desk/rules", methods=["GET", "POST"])
@allow(Act.EDIT_RULES)
def rules() -> ResponseReturnValue:
    """A row of law is proposed; beside the form stand the rows that hold."""
    form = RuleForm()
    kinds = db.session.scalars(select(DocumentType).order_by(DocumentType.position)).all()
    form.document_type.choices = [SelectChoice(kind.code, called(kind)) for kind in kinds]
    if form.validate_on_submit() and _proposed(form, _propose_rule):
        return redirect(url_for("consultations.rules"), 303)
    status = form.status() if form.is_submitted() else 200
    rows = [
        (law.TABLES[code][0], row, getattr(row, law.TABLES[code][2]))
        for code, table in TABLES
        for row in db.session.scalars(select(table).order_by(table.document_type, table.valid_from))
    ]
    names = {kind.code: called(kind) for kind in kinds}
    return render_template("consultations/rules.html", form=form, rows=rows, names=names), status


@bp.route("/desk/holidays", methods=["GET", "POST"])
@allow(Act.EDIT_RULES)
def holidays() -> ResponseReturnValue:
    """A day off or a day worked is proposed; beside the form stand those to come."""
    form = HolidayForm()
    if form.validate_on_submit() and _proposed(form, _propose_holiday):
        return redirect(url_for("consultations.holidays"), 303)
    status = form.status() if form.is_submitted() else 200
    today = clock.vn_date(clock.now())
    coming = select(Holiday).where(Holiday.day >= today, HELD).order_by(Holiday.day)
    days = db.session.scalars(coming).all()
    page = render_template("consultations/holidays.html", form=form, days=days, kinds=law.KINDS)
    return page, status


def _proposed(form: RuleForm | HolidayForm, propose: object) -> bool:
    """Whether a second person was asked; the form says why not."""
    assert callable(propose)
    try:
        propose(form)
    except law.RowStandsError:
        form.form_errors.append(_("Such a row stands already, or the day to be moved is none."))
    except law.NoRootError:
        form.form_errors.append(_("Only an administrator of the topmost agency may propose this."))
    except AlreadyProposedError:
        form.form_errors.append(_("That waits for a second officer already."))
    else:
        db.session.commit()
        flash(_("A second officer is asked to agree."), "success")
        return True
    db.session.rollback()
    return False


def _propose_rule(form: RuleForm) -> None:
    law.propose_rule(
        form.rule.data,
        form.document_type.data,
        form.days.data,
        form.in_force_from.data,
        form.citation.data or "",
        form.reason.data or "",
        signed_in(),
        clock.now(),
    )


def _propose_holiday(form: HolidayForm) -> None:
    law.propose_holiday(
        form.day_off.data,
        form.kind.data,
        form.name.data or "",
        form.citation.data or "",
        form.moved_from.data,
        form.reason.data or "",
        signed_in(),
        clock.now(),
    )
