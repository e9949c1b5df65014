"""Doors of delegation: the head lets another officer sign for a time, and ends it."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import delegating
from app.accounts.desk import bp
from app.accounts.forms import DelegationForm
from app.accounts.models import Agency, Delegation, Officer
from app.accounts.policy import Act
from app.accounts.session import require, signed_in
from app.extensions import db
from app.kit import clock
from app.web.guard import allow

USUAL = timedelta(days=6)
PAGE = "/desk/delegations"
ITEM = f"{PAGE}/<int(max=2147483647):delegation_id>"


@bp.route(PAGE, methods=["GET", "POST"])
@allow(Act.DELEGATE_SIGNING)
def delegations() -> ResponseReturnValue:
    """Who signs for the head and when, and a form for one more."""
    head, now = signed_in(), clock.now()
    today = clock.vn_date(now)
    form = DelegationForm(valid_from=today, valid_to=today + USUAL)
    agencies = delegating.headed(head)
    offered = [one for agency in agencies for one in delegating.delegates(agency, head)]
    form.offer(offered)
    if form.validate_on_submit():
        refusal = _give(form, head)
        if not refusal:
            db.session.commit()
            flash(_("The delegation is given."), "success")
            return redirect(url_for("accounts.delegations"), 303)
        form.valid_to.errors = [refusal]
    page = render_template(
        "accounts/delegations.html",
        form=form,
        offered=bool(offered),
        given=delegating.given([agency.id for agency in agencies]),
        today=today,
    )
    return page, form.status() if form.is_submitted() else 200


@bp.post(f"{ITEM}/end")
@allow(Act.DELEGATE_SIGNING, keeps_typed=False)
def end_delegation(delegation_id: int) -> ResponseReturnValue:
    """The delegation holds no more."""
    delegation = db.session.get(Delegation, delegation_id) or abort(404)
    head = require(Act.DELEGATE_SIGNING, db.session.get(Agency, delegation.agency_id))
    if delegating.end(delegation, head, clock.now()):
        db.session.commit()
        flash(_("The delegation has ended."), "success")
    else:
        flash(_("The delegation had ended already."), "warning")
    return redirect(url_for("accounts.delegations"), 303)


def _give(form: DelegationForm, head: Officer) -> str:
    """Why the delegation was not given; "" where it was."""
    delegate = db.session.get_one(Officer, form.officer.data)
    days = form.valid_from.data, form.valid_to.data
    try:
        delegating.give(delegate.agency, delegate, head, *days, clock.now())
    except delegating.WrongDaysError:
        return _("The last day comes before the first, is over, or is more than a year after it.")
    except delegating.WrongDelegateError:
        return _("Choose another officer of the agency.")
    return ""
