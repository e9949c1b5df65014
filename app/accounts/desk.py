"""Doors of the way in: sign in with password and second factor, take up an invitation, sign out."""

from __future__ import annotations

from flask import (
    Blueprint,
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

from app.accounts import factors, invite
from app.accounts import sign_in as signing
from app.accounts.agencies import called
from app.accounts.factor_page import HANDOVER, candidate, set_up_page
from app.accounts.forms import REFUSED, CodeForm, FactorForm, JoinForm, SignInForm
from app.accounts.models import Officer, Role
from app.accounts.passkeys import offer
from app.accounts.policy import Act
from app.accounts.session import leave
from app.accounts.way_in import HALF, carry_half, let_in, way_on
from app.accounts.words import DUTIES, ROLES
from app.extensions import db, sealer
from app.kit import clock
from app.kit.sealing import SealBrokenError
from app.web.conflict import answer_conflicts
from app.web.guard import allow, public_form
from app.web.headers import private

bp = Blueprint("accounts", __name__)
answer_conflicts(bp)


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"called": called}


@bp.route("/desk/sign-in", methods=["GET", "POST"])
@public_form
def sign_in() -> ResponseReturnValue:
    """Whatever the password, the second factor is asked for next; who has none sets one up."""
    private()
    if current_user.is_authenticated:
        return redirect(way_on(), 303)
    form = SignInForm()
    if form.validate_on_submit():
        officer = signing.judge_password(form.email.data, form.password.data, clock.now())
        return _half_in(officer)
    return render_template("accounts/sign_in.html", form=form, **offer("sign-in")), _status(form)


@bp.route("/desk/sign-in/code", methods=["GET", "POST"])
@public_form
def code() -> ResponseReturnValue:
    """The officer with the right password and the right code is at the desk."""
    private()
    half = _half()
    if half is None:
        return _from_the_start()
    form = CodeForm()
    if form.validate_on_submit():
        officer = signing.judge_factor(half, form.code.data, clock.now())
        if officer is not None:
            return _come_in(officer)
        db.session.commit()  # a failure counts as much as a success
        form.code.errors = [REFUSED]
    return render_template("accounts/code.html", form=form, **offer("sign-in")), _status(form)


@bp.route("/desk/sign-in/set-up", methods=["GET", "POST"])
@public_form
def set_up() -> ResponseReturnValue:
    """An officer without a second factor has one, ten recovery codes, and is at the desk."""
    private()
    half, now = _half(), clock.now()
    officer = half.officer(now) if half is not None else None
    if officer is None or factors.has_factor(officer):
        return _from_the_start()
    form = FactorForm()
    if form.validate_on_submit():
        made = factors.set_up(officer, candidate(), form.code.data, now)
        if made is not None:
            _come_in(officer)
            session[HANDOVER] = sealer().seal(" ".join(made))
            return redirect(url_for("accounts.recovery_codes"), 303)
        form.wrong_code()
    return set_up_page(form, officer), _status(form)


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
    """The invited person has chosen a password; the second factor is next."""
    private()
    invited = invite.find(token, clock.now())
    form = JoinForm()
    if form.validate_on_submit():
        officer = invite.take_up(token, form.password.data, clock.now())
        flash(_("Your password is set."), "success")
        return _half_in(officer)
    role = ROLES[Role(invited.role)], DUTIES[Role(invited.role)]
    page = render_template("accounts/invitation.html", form=form, invited=invited, role=role)
    return page, _status(form)


@bp.errorhandler(invite.InvitationOverError)
@bp.errorhandler(invite.AlreadyOfficerError)
def _over(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("accounts/invitation_over.html"), 410


def _come_in(officer: Officer) -> ResponseReturnValue:
    """The officer is signed in, and on the way to what was being written or asked for."""
    to = let_in(officer)
    db.session.commit()
    return redirect(to, 303)


def _half_in(officer: Officer | None) -> ResponseReturnValue:
    """The way goes on to the second factor: the same for everybody but those who have none."""
    carry_half(officer)
    new = not factors.has_factor(officer) and officer is not None
    db.session.commit()  # a failure counts as much as a success
    to = "accounts.set_up" if new else "accounts.code"
    return redirect(url_for(to, next=request.args.get("next") or None), 303)


def _half() -> signing.Half | None:
    try:
        return signing.Half.read(sealer().open(session[HALF]))
    except (KeyError, SealBrokenError):
        return None


def _from_the_start() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in", next=request.args.get("next") or None), 303)


def _status(form: SignInForm | CodeForm | FactorForm | JoinForm) -> int:
    return 422 if form.is_submitted() else 200
