"""Doors of consultations for the drafting agency: declare, open, extend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.agencies import called
from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.approvals.propose import AlreadyProposedError
from app.consultations import giving_time, lifecycle
from app.consultations.forms import MOST_DAYS, DeclarationForm, ExtensionForm, OpeningForm
from app.consultations.lifecycle import (
    DECLARATIONS_NEEDED,
    ClosedError,
    NotLongerError,
    NotReadyError,
)
from app.consultations.models import Consultation, PeriodRule
from app.consultations.period import PeriodTooShort, required_days
from app.consultations.progress import Progress, preview, progress
from app.consultations.rules import NoRuleError
from app.consultations.words import NO_RULE, STALE, left, too_short
from app.documents.access import dossier_for
from app.documents.dossiers import IllegalStageError
from app.documents.models import Dossier, Stage
from app.documents.supporting import unposted
from app.documents.words import CONTENT, STAGES
from app.extensions import db
from app.kit import clock
from app.web.conflict import answer_conflicts
from app.web.filters import day
from app.web.forms import Form
from app.web.guard import allow

bp = Blueprint("consultations", __name__)
answer_conflicts(bp)


@bp.get("/desk/dossiers/<int:dossier_id>")
@allow(Act.READ_DOSSIER)
def dossier(dossier_id: int) -> ResponseReturnValue:
    """The steps of a dossier, what is missing in each, and what to do next."""
    found = dossier_for(Act.READ_DOSSIER, dossier_id)
    now = clock.now()
    state = progress(found, now)
    return render_template(
        "consultations/dossier.html",
        state=state,
        missing=[CONTENT[name] for name in found.missing_content()],
        content=CONTENT,
        stages=STAGES,
        needed=DECLARATIONS_NEEDED,
        left=left(state.consultation, now),
        documents=[called(document) for document in state.missing],
        can={act.value: may(signed_in(), act, found.agency) for act in Act},
    )


@bp.route("/desk/dossiers/<int:dossier_id>/declaration", methods=["GET", "POST"])
@allow(Act.DECLARE_NO_SECRET)
def declare(dossier_id: int) -> ResponseReturnValue:
    """The officer has given their word that the newest text holds no state secret."""
    found = dossier_for(Act.DECLARE_NO_SECRET, dossier_id)
    state = progress(found, clock.now())
    form = DeclarationForm()
    status = _status(form)
    if not state.is_preparing or (state.version is None and found.stage != Stage.PROPOSAL):
        return _nothing_to_declare(state)
    words = lifecycle.words_of(found, state.version)
    if form.validate_on_submit():
        if form.seen.data in (None, "", words):
            lifecycle.declare(found, state.version, signed_in(), clock.now())
            db.session.commit()
            flash(_("Your declaration is recorded."), "success")
            return _to_overview(found)
        form.form_errors.append(STALE)
        status = 409
    form.seen.data = words
    about = {"needed": DECLARATIONS_NEEDED, "me": signed_in(), "files": unposted(found.id)}
    return _page("declaration", state, form, content=CONTENT, **about), status


@bp.route("/desk/dossiers/<int:dossier_id>/opening", methods=["GET", "POST"], endpoint="open")
@allow(Act.OPEN_CONSULTATION)
def open_(dossier_id: int) -> ResponseReturnValue:
    """The draft is public and takes comments for the number of days asked."""
    found = dossier_for(Act.OPEN_CONSULTATION, dossier_id)
    state = progress(found, clock.now())
    if not state.is_preparing:
        return _opened_before(found)
    asked = request.method == "GET" and "days" in request.args
    form = OpeningForm(request.args) if asked else OpeningForm(days=_least(state.rule))
    if form.validate_on_submit() and _open(state, form):
        if state.version is None:
            flash(_("The proposal is public and takes comments."), "success")
        else:
            flash(_("The draft is public and takes comments."), "success")
        return _to_overview(found)
    return _opening_page(state, form)


@bp.route("/desk/dossiers/<int:dossier_id>/extension", methods=["GET", "POST"])
@allow(Act.EXTEND_CONSULTATION)
def extend(dossier_id: int) -> ResponseReturnValue:
    """A later day is proposed; once a second officer agreed everybody can read why."""
    found = dossier_for(Act.EXTEND_CONSULTATION, dossier_id)
    now = clock.now()
    state = progress(found, now)
    if state.consultation is None:
        abort(404)
    if not state.consultation.is_open(now):
        raise ClosedError
    form = ExtensionForm()
    if form.validate_on_submit() and _extend(state.consultation, form):
        flash(_("A second officer is asked to agree."), "success")
        return _to_overview(found)
    waiting = giving_time.waiting(state.consultation)
    about = {"left": left(state.consultation, now), "waiting": waiting}
    return _page("extension", state, form, **about), _status(form)


@bp.errorhandler(ClosedError)
def _closed(_error: ClosedError) -> ResponseReturnValue:
    db.session.rollback()
    return _stopped(
        (request.view_args or {})["dossier_id"],
        _("The time for comments is over"),
        _("It can only be extended while it lasts. Comments that arrive now are kept as late."),
    )


def _status(form: Form) -> int:
    return 422 if form.is_submitted() else 200


def _to_overview(found: Dossier) -> ResponseReturnValue:
    return redirect(url_for("consultations.dossier", dossier_id=found.id), 303)


def _page(name: str, state: Progress, form: Form, **more: Any) -> str:
    return render_template(f"consultations/{name}.html", state=state, form=form, **more)


def _stopped(dossier_id: int, heading: str, words: str) -> ResponseReturnValue:
    """A page that says why nothing more can be done here, with the way back."""
    way_on = url_for("consultations.dossier", dossier_id=dossier_id), _("Back to the dossier")
    page = render_template("documents/stopped.html", heading=heading, words=words, way_on=way_on)
    return page, 409


def _nothing_to_declare(state: Progress) -> ResponseReturnValue:
    if not state.is_preparing:
        return _opened_before(state.dossier)
    return _stopped(
        state.dossier.id,
        _("There is no text to declare on yet"),
        _("Upload the draft first: the declaration is given for one text, word for word."),
    )


def _opened_before(found: Dossier) -> ResponseReturnValue:
    return _stopped(
        found.id,
        _("Nothing is waiting to be posted"),
        _("What is public stays as it is; the next text of the draft can be prepared meanwhile."),
    )


def _least(rule: PeriodRule | None) -> int | None:
    """The fewest days the rule allows, None where no rule gives any."""
    return None if rule is None else required_days(rule.legal_min_days, rule.portal_default_days)


def _open(state: Progress, form: OpeningForm) -> bool:
    """Whether the consultation is open now; the form says why where it is not."""
    days = form.days.data
    try:
        lifecycle.open_consultation(state.dossier, state.version, days, signed_in(), clock.now())
        db.session.commit()
    except (NotReadyError, IllegalStageError):
        db.session.rollback()
        form.form_errors.append(_("Something is still missing before the opening; see below."))
    except (PeriodTooShort, NoRuleError):
        pass  # the preview says so, with the rule
    else:
        return True
    return False


def _opening_page(state: Progress, form: OpeningForm) -> ResponseReturnValue:
    """The form with the end that its number of days would give, and the rule that holds."""
    seen = None
    if state.rule is None:
        form.form_errors.append(NO_RULE)
    elif form.days.raw_data is None or (not form.days.errors and form.days.validate(form)):
        try:
            seen = preview(state.dossier, form.days.data, clock.now())
        except PeriodTooShort as error:
            form.days.errors = [too_short(error, state.rule)]
    documents = [called(document) for document in state.missing]
    least = _least(state.rule)
    page = _page("opening", state, form, seen=seen, least=least, documents=documents)
    return page, 422 if form.errors else 200


def _extend(consultation: Consultation, form: ExtensionForm) -> bool:
    """Whether a second officer was asked; the form says why where nobody was."""
    last_day = form.last_day.data
    if last_day > consultation.last_day + timedelta(days=MOST_DAYS):
        form.last_day.errors = [_("Choose a day within one year after the last day as it is now.")]
        return False
    now = clock.now()
    try:
        reason = form.reason.data or ""
        giving_time.propose_extension(consultation, last_day, reason, signed_in(), now)
    except AlreadyProposedError:
        form.form_errors.append(_("That waits for a second officer already."))
        return False
    except NotLongerError:
        last = day(consultation.last_day)
        form.last_day.errors = [
            _("An extension ends later than now. Choose a day after %(day)s.", day=last)
        ]
        return False
    db.session.commit()
    return True
