"""Doors of the work to be done: what is open by article and by group, and whose it is."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.consultations.models import Consultation
from app.extensions import db
from app.groups.models import Tier
from app.kit import clock
from app.responses import assigning
from app.responses.access import DESK, KEY, consultation_for, period
from app.responses.assigning import Place
from app.responses.desk import bp
from app.responses.forms import AssignForm
from app.responses.head import frame
from app.responses.progress import Whose, parts, sharings
from app.responses.words import TIERS, WHOSE
from app.web.guard import allow


@bp.get(f"{DESK}/<slug>/work")
@allow(Act.READ_ANSWERS)
def work(slug: str) -> ResponseReturnValue:
    """The articles and groups of a consultation with what is open and who is to answer it."""
    found, officer = consultation_for(slug, Act.READ_ANSWERS)
    return _page(found, officer, AssignForm(formdata=None))


@bp.post(f"{DESK}/<slug>/work")
@allow(Act.ASSIGN_ANSWER)
def assign(slug: str) -> ResponseReturnValue:
    """The ticked articles and groups are that officer's to answer, or nobody's."""
    found, officer = consultation_for(slug, Act.ASSIGN_ANSWER)
    form = AssignForm()
    form.offer(assigning.drafters(found.dossier.agency))
    places = [Place(article=key) for key in form.article.data or []]
    places += [Place(group=key) for key in form.group.data or []]
    if not form.validate():
        status = form.status()
        return _page(found, officer, form), status
    if not places:
        form.form_errors.append(_("Tick at least one article or group."))
        return _page(found, officer, form), 422
    to, now = db.session.get(Officer, form.officer.data), clock.now()
    try:
        moved = sum(assigning.assign(found, place, to, officer, now) for place in places)
        db.session.commit()
    except assigning.UnknownPlaceError:
        db.session.rollback()
        form.form_errors.append(_("A part you ticked has no comments any more."))
        return _page(found, officer, form), 409
    words = ngettext("%(num)d part was assigned.", "%(num)d parts were assigned.", moved)
    flash(words, "success")
    whose, tier = request.args.get("whose"), request.args.get("tier")
    back = url_for("responses.work", slug=slug, round=period(), whose=whose, tier=tier)
    return redirect(back, 303)


def _page(found: Consultation, officer: Officer, form: AssignForm) -> str:
    try:
        whose = Whose(request.args.get("whose", Whose.ALL))
        tier = Tier(request.args.get("tier", Tier.NEAR))
    except ValueError:
        abort(404)
    key = KEY.fullmatch(request.args.get("after", ""))
    agency = found.dossier.agency
    form.offer(assigning.drafters(agency))
    groups, onward = sharings(
        found, tier, whose, officer.id, (int(key[1]), int(key[2])) if key else None
    )
    return render_template(
        "responses/work.html",
        **frame(found, "work"),
        form=form,
        parts=parts(found, whose, officer.id),
        groups=groups,
        onward=onward,
        after=key is not None,
        whose=whose,
        tier=tier,
        tiers=TIERS,
        all_whose=WHOSE,
        assigns=may(officer, Act.ASSIGN_ANSWER, agency),
        drafts=may(officer, Act.DRAFT_ANSWER, agency),
    )
