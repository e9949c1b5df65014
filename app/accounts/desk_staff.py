"""Doors of staff: who has an account, inviting, and helping somebody who cannot get in."""

from __future__ import annotations

from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import dormant, factors, invite
from app.accounts import sign_in as signing
from app.accounts.agencies import called, reachable
from app.accounts.desk import bp
from app.accounts.forms import InviteForm, ResetForm
from app.accounts.models import Agency, Invitation, Officer, Role
from app.accounts.policy import Act
from app.accounts.session import require, signed_in
from app.accounts.words import DUTIES, ROLES
from app.extensions import db
from app.kit import clock
from app.kit.collation import person
from app.web.guard import allow

# the link just made waits here for the one page that shows it
HANDOVER = "handover"
ONE = "/desk/staff/<int(max=2147483647):officer_id>"


@bp.route("/desk/staff", methods=["GET", "POST"])
@allow(Act.INVITE_OFFICER)
def staff() -> ResponseReturnValue:
    """The officers of the agencies one administers, and an invitation for one more."""
    form = InviteForm(agency=signed_in().agency_id)
    agencies = reachable(signed_in(), Act.INVITE_OFFICER)
    form.offer(reachable(signed_in(), Act.INVITE_OFFICER, on=clock.vn_date(clock.now())))
    if form.validate_on_submit():
        try:
            session[HANDOVER] = _invite(form)
        except invite.AlreadyOfficerError:
            form.email.errors = [_("Somebody with this e-mail is an officer of another agency.")]
        else:
            db.session.commit()
            return redirect(url_for("accounts.staff", _anchor="handover"), 303)
    page = render_template("accounts/staff.html", form=form, **_staff_of(agencies))
    return page, form.status() if form.is_submitted() else 200


@bp.route(ONE, methods=["GET", "POST"])
@allow(Act.INVITE_OFFICER)
def colleague(officer_id: int) -> ResponseReturnValue:
    """One officer's account; the form takes lost factors away, so that new ones can be set up."""
    officer = _colleague(officer_id)
    form = ResetForm()
    if form.validate_on_submit():
        factors.reset(officer, form.reason.data, signed_in(), clock.now())
        db.session.commit()
        flash(_("The second factor is reset. The next sign-in sets up a new one."), "success")
        return redirect(url_for("accounts.colleague", officer_id=officer.id), 303)
    page = render_template(
        "accounts/colleague.html",
        form=form,
        one=officer,
        protected=factors.has_factor(officer),
        no_digits_until=factors.no_digits_until(officer),
        resets=factors.resets(officer),
        roles=ROLES,
        now=clock.now(),
    )
    return page, form.status() if form.is_submitted() else 200


@bp.post(f"{ONE}/open")
@allow(Act.INVITE_OFFICER, keeps_typed=False)
def reopen(officer_id: int) -> ResponseReturnValue:
    """The account that fell asleep is open again."""
    officer = _colleague(officer_id)
    if dormant.wake(officer, signed_in(), clock.now()):
        db.session.commit()
        flash(_("The account is open again."), "success")
    return redirect(url_for("accounts.colleague", officer_id=officer.id), 303)


@bp.post(f"{ONE}/close")
@allow(Act.INVITE_OFFICER, keeps_typed=False)
def close(officer_id: int) -> ResponseReturnValue:
    """The account of an officer who left is closed, with every session of it."""
    officer = _colleague(officer_id)
    if officer.active:
        signing.close(officer, signed_in())
        db.session.commit()
        flash(_("The account is closed. An invitation opens it again."), "success")
    return redirect(url_for("accounts.colleague", officer_id=officer.id), 303)


def _colleague(officer_id: int) -> Officer:
    """An officer whom the administrator may help; nobody helps themselves here."""
    found = db.session.get(Officer, officer_id)
    me = require(Act.INVITE_OFFICER, found.agency if found is not None else None)
    if found is None or found.id == me.id:
        abort(404)
    return found


def _invite(form: InviteForm) -> dict[str, str]:
    """An invitation exists; what the administrator hands over, shown once."""
    agency = db.session.get_one(Agency, form.agency.data)
    now = clock.now()
    token = invite.invite(
        email=form.email.data,
        name=form.name.data,
        job_title=form.job_title.data or "",
        role=Role(form.role.data),
        agency=agency,
        invited_by=signed_in(),
        now=now,
    )
    path = url_for("accounts.invitation", token=token)
    return {
        "name": form.name.data,
        "link": current_app.extensions["settings"].public_url + path,
        "expires_at": (now + invite.OPEN_FOR).isoformat(),
    }


def _staff_of(agencies: list[Agency]) -> dict[str, object]:
    """What the staff page shows of these agencies; the link of a new invitation only once."""
    now = clock.now()
    ids = [agency.id for agency in agencies]
    places = {agency.id: n for n, agency in enumerate(agencies)}
    officers = db.session.scalars(select(Officer).where(Officer.agency_id.in_(ids)))
    waiting = select(Invitation).where(
        Invitation.agency_id.in_(ids), Invitation.taken_at.is_(None), Invitation.expires_at > now
    )
    return {
        "officers": sorted(
            officers, key=lambda officer: (places[officer.agency_id], person(officer.name))
        ),
        "invitations": db.session.scalars(waiting.order_by(Invitation.expires_at)).all(),
        "agency_names": {agency.id: called(agency) for agency in agencies},
        "handover": _handover(),
        "roles": ROLES,
        "duties": DUTIES,
        "now": now,
        "me": signed_in().id,
    }


def _handover() -> dict[str, object] | None:
    """The link of the invitation just made, which this page shows and the next one does not."""
    made = session.pop(HANDOVER, None)
    return made and {**made, "until": datetime.fromisoformat(made["expires_at"])}
