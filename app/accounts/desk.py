"""Doors of accounts: sign in and out, take up an invitation, invite staff."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.accounts import invite
from app.accounts import sign_in as signing
from app.accounts.agencies import called, reachable
from app.accounts.forms import REFUSED, InviteForm, JoinForm, SignInForm
from app.accounts.models import Agency, Invitation, Officer, Role
from app.accounts.policy import Act
from app.accounts.session import enter, leave, signed_in
from app.accounts.words import DUTIES, ROLES
from app.extensions import db
from app.kit import clock
from app.kit.collation import person
from app.web.conflict import answer_conflicts
from app.web.guard import allow, public_form
from app.web.headers import private

bp = Blueprint("accounts", __name__)
answer_conflicts(bp)

# the link just made waits here for the one page that shows it
HANDOVER = "handover"


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"called": called}


@bp.route("/desk/sign-in", methods=["GET", "POST"])
@public_form
def sign_in() -> ResponseReturnValue:
    """An officer with the right password is signed in and taken to the page they asked for."""
    private()
    if current_user.is_authenticated:
        return redirect(_way_on(), 303)
    form = SignInForm()
    if form.validate_on_submit():
        officer = signing.sign_in(form.email.data, form.password.data, clock.now())
        db.session.commit()  # a failure counts as much as a success
        if officer is not None:
            return _enter(officer, _way_on())
        form.form_errors.append(REFUSED)
    return render_template("accounts/sign_in.html", form=form), _status(form)


@bp.post("/desk/sign-out")
@allow(Act.ENTER_DESK, keeps_typed=False)
def sign_out() -> ResponseReturnValue:
    """The officer is signed out here: a copied cookie is worth nothing."""
    leave()
    db.session.commit()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/desk/invitations/<token>", methods=["GET", "POST"])
@public_form
def invitation(token: str) -> ResponseReturnValue:
    """The invited person has chosen a password and is at the desk."""
    private()
    invited = invite.find(token, clock.now())
    form = JoinForm()
    if form.validate_on_submit():
        officer = invite.take_up(token, form.password.data, clock.now())
        db.session.commit()
        flash(_("Welcome. Your account is ready."), "success")
        return _enter(officer, url_for("desk.home"))
    role = ROLES[Role(invited.role)], DUTIES[Role(invited.role)]
    page = render_template("accounts/invitation.html", form=form, invited=invited, role=role)
    return page, _status(form)


@bp.errorhandler(invite.InvitationOverError)
@bp.errorhandler(invite.AlreadyOfficerError)
def _over(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("accounts/invitation_over.html"), 410


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
    return page, _status(form)


def _enter(officer: Officer, to: str) -> ResponseReturnValue:
    """The officer's session begins with nothing carried over from before but messages."""
    enter(officer)
    db.session.commit()
    return redirect(to, 303)


def _way_on() -> str:
    """The page asked for before signing in, if it is one of ours to read; the desk otherwise."""
    wanted = request.args.get("next", "")
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    adapter = current_app.create_url_adapter(request)
    try:
        if ours and wanted.isprintable() and adapter is not None:
            adapter.match(urlsplit(wanted).path, method="GET")
            return request.script_root + wanted
    except (HTTPException, ValueError):
        pass  # not an address of ours, or one that cannot be read
    return url_for("desk.home")


def _status(form: SignInForm | JoinForm | InviteForm) -> int:
    return 422 if form.is_submitted() else 200


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
    }


def _handover() -> dict[str, object] | None:
    """The link of the invitation just made, which this page shows and the next one does not."""
    made = session.pop(HANDOVER, None)
    return made and {**made, "until": datetime.fromisoformat(made["expires_at"])}
