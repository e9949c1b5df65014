"""Doors of the second person: what waits for one, and the decision."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden
from wtforms.validators import DataRequired, Length

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import require, signed_in
from app.approvals import propose
from app.approvals.kinds import kind_of, kinds
from app.approvals.models import Outcome, Proposal
from app.extensions import db
from app.kit import clock
from app.web.conflict import answer_conflicts
from app.web.forms import Form, PressForm, TextField
from app.web.guard import allow

bp = Blueprint("approvals", __name__)
answer_conflicts(bp)

LIST = "/desk/proposals"
ITEM = f"{LIST}/<int(max=2147483647):proposal_id>"
SHOWN = 50  # of those that are decided
OUTCOMES = {
    Outcome.AGREED: (_l("Agreed"), "good"),
    Outcome.REFUSED: (_l("Refused"), "bad"),
    Outcome.LAPSED: (_l("Lapsed"), "plain"),
}


class RefusalForm(Form):
    reply = TextField(
        _l("Why you refuse"),
        validators=[
            DataRequired(_l("Say why, so that your colleague can do better.")),
            Length(max=2000, message=_l("Shorten the reason to at most 2,000 characters.")),
        ],
    )


@bp.get(LIST)
@allow(Act.READ_PROPOSALS)
def proposals() -> ResponseReturnValue:
    """What waits for a second person in the officer's realm, and what was decided lately."""
    me = signed_in()
    found = (
        select(Proposal)
        .where(
            Proposal.agency_id.in_(realm(me, Act.READ_PROPOSALS)),
            Proposal.kind.in_([code for code, kind in kinds().items() if may(me, kind.reading)]),
        )
        .options(joinedload(Proposal.proposer), joinedload(Proposal.decider))
    )
    waiting = db.session.scalars(found.where(Proposal.outcome == "").order_by(Proposal.id)).all()
    decided = found.where(Proposal.outcome != "").order_by(Proposal.decided_at.desc())
    return render_template(
        "approvals/proposals.html",
        waiting=waiting,
        decided=db.session.scalars(decided.limit(SHOWN)).all(),
        kinds=kinds(),
        outcomes=OUTCOMES,
        me=me,
    )


@bp.get(ITEM)
@allow(Act.READ_PROPOSALS)
def proposal(proposal_id: int) -> ResponseReturnValue:
    """One proposal: what will change, why, who wants it, and the two answers to it."""
    found, officer = _found(proposal_id)
    return _page(found, officer)


@bp.post(f"{ITEM}/agreement")
@allow(Act.READ_PROPOSALS)
def agree(proposal_id: int) -> ResponseReturnValue:
    """What was proposed is done."""
    found, officer = _found(proposal_id)
    form = PressForm()
    if not form.validate():
        return _page(found, officer, refusal=str(form.failed()[0][1])), form.status()
    try:
        propose.agree(found, officer, clock.now())
        db.session.commit()
    except propose.StaleProposalError as error:
        words = str(error)
        return _again(proposal_id, officer, words, 409)
    except propose.DecidedError:
        return _again(proposal_id, officer, _("Somebody decided on this, or it is over."), 409)
    flash(_("Agreed: it is done."), "success")
    return redirect(url_for("approvals.proposals"), 303)


@bp.post(f"{ITEM}/refusal")
@allow(Act.READ_PROPOSALS)
def refuse(proposal_id: int) -> ResponseReturnValue:
    """It is not done; the colleague can read why."""
    found, officer = _found(proposal_id)
    form = RefusalForm()
    if not form.validate():
        return _page(found, officer, form), form.status()
    try:
        propose.refuse(found, form.reply.data or "", officer, clock.now())
        db.session.commit()
    except propose.DecidedError:
        return _again(proposal_id, officer, _("Somebody decided on this, or it is over."), 409)
    flash(_("Refused. Your colleague can read why."), "success")
    return redirect(url_for("approvals.proposals"), 303)


@bp.errorhandler(propose.SelfApprovalError)
@bp.errorhandler(propose.NotTheirsError)
def _not_they(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return current_app.handle_user_exception(Forbidden())


def _found(proposal_id: int) -> tuple[Proposal, Officer]:
    found = db.session.get(Proposal, proposal_id)
    officer = require(Act.READ_PROPOSALS, found.agency if found is not None else None)
    assert found is not None
    require(kind_of(found).reading, found.agency)
    return found, officer


def _again(proposal_id: int, officer: Officer, words: str, status: int) -> ResponseReturnValue:
    db.session.rollback()
    found = db.session.get_one(Proposal, proposal_id)
    return _page(found, officer, refusal=words), status


def _page(
    found: Proposal, officer: Officer, form: RefusalForm | None = None, refusal: str = ""
) -> str:
    kind = kind_of(found)
    over = found.expires_at is not None and found.expires_at <= clock.now()
    return render_template(
        "approvals/proposal.html",
        proposal=found,
        kind=kind,
        lines=kind.tell(found),
        outcomes=OUTCOMES,
        form=form or RefusalForm(formdata=None),
        refusal=refusal,
        mine=found.proposed_by == officer.id,
        may_decide=not found.outcome
        and not over
        and found.proposed_by != officer.id
        and may(officer, kind.agreeing, found.agency),
    )
