"""The desk's first page: what waits for this officer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.accounts.models import Role
from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.accounts.words import ROLES
from app.kit import clock
from app.responses import assigning, lists
from app.site import waiting
from app.web import limits
from app.web.guard import allow

bp = Blueprint("desk", __name__)

# What lies under a link: whole rooms, or single pages of a room that several links share
LINKS = (
    (Act.ENTER_DESK, "desk.home", "desk", _l("My desk")),
    (
        Act.READ_DOSSIER,
        "documents.dossiers",
        "documents consultations outreach.corrections outreach.write outreach.correction",
        _l("Dossiers"),
    ),
    (
        Act.READ_TRANSLATIONS,
        "documents.translations",
        "documents.translations documents.languages documents.translation "
        "documents.save_translation documents.approval documents.approve_translation "
        "documents.take_translation comments.untranslated comments.translate",
        _l("Translations"),
    ),
    (
        Act.TAKE_IN_COMMENT,
        "comments.intakes",
        "comments.intakes comments.intake comments.intake_file comments.slip comments.slips",
        _l("Take in"),
    ),
    (Act.READ_QUEUE, "moderation.queue", "moderation", _l("Review")),
    (Act.ASK_AUTHOR, "comments.questions", "comments.questions comments.ask", _l("Questions")),
    (Act.READ_GROUPS, "groups.consultations", "groups", _l("Groups")),
    (Act.READ_ANSWERS, "responses.consultations", "responses", _l("Answers")),
    (
        Act.READ_ANSWERS,
        "outreach.suggestions",
        "outreach.suggestions outreach.suggest outreach.settle",
        _l("Suggestions"),
    ),
    (
        Act.TRANSLATE_COMMENT,
        "comments.untranslated",
        "comments.untranslated comments.translate",
        _l("Comments in other languages"),
    ),
    (Act.READ_PROPOSALS, "approvals.proposals", "approvals", _l("Second person")),
    (
        Act.EDIT_RULES,
        "consultations.rules",
        "consultations.rules consultations.holidays",
        _l("Rules of law"),
    ),
    (Act.DELEGATE_SIGNING, "accounts.delegations", "accounts.delegations", _l("Delegation")),
    (Act.INVITE_OFFICER, "accounts.staff", "accounts.staff", _l("Staff")),
    (
        Act.ANSWER_SUBJECT,
        "privacy.subject_requests",
        "privacy.subject_requests privacy.subject_request",
        _l("Personal data"),
    ),
    (Act.READ_ACCESS_LOG, "privacy.access_log", "privacy.access_log", _l("Who read what")),
    (Act.ANNOUNCE_STOP, "operations.planned_stops", "operations", _l("Planned stops")),
)
# whoever has the second link finds the first on its page: one row holds so many
UNDER = {Act.TRANSLATE_COMMENT: Act.READ_TRANSLATIONS}


@dataclass(frozen=True)
class Signed:
    """The officer as the shell of the desk names them."""

    name: str
    agency: str


@bp.app_context_processor
def _shell() -> dict[str, Any]:
    """Desk pages alone know who reads them: a public page must never ask the session."""
    if not g.get("desk") or not current_user.is_authenticated:
        return {}
    officer = signed_in()
    # a link that names the page itself goes before the one of its whole room
    named = any(request.endpoint in under.split() for _act, _there, under, _label in LINKS)
    here = request.endpoint if named else request.blueprint
    links = [
        (url_for(endpoint), label, here in under.split())
        for act, endpoint, under, label in LINKS
        if may(officer, act) and not (act in UNDER and may(officer, UNDER[act]))
    ]
    return {"officer": Signed(officer.name, officer.agency.name), "desk_links": links}


@bp.get("/desk")
@allow(Act.ENTER_DESK)
def home() -> ResponseReturnValue:
    """What waits for the officer, by role."""
    me = signed_in()
    to_answer = waiting.to_answer(me) if may(me, Act.DRAFT_ANSWER) else None
    own = assigning.own(me, waiting.SHOWN) if may(me, Act.DRAFT_ANSWER) else None
    to_sign = waiting.to_sign(me) if may(me, Act.SIGN_ANSWER) else None
    to_publish = waiting.to_publish(me) if may(me, Act.PUBLISH_ANSWER) else None
    lists_of_work = to_answer, to_sign, to_publish
    periods = {one.period for one in chain(*filter(None, lists_of_work)) if one.period}
    periods |= {one.period for one in own or ()}
    return render_template(
        "site/desk.html",
        slowed=limits.slowed_lately(),
        roles=sorted({str(ROLES[Role(grant.role)]) for grant in me.grants}),
        me=me,
        clocks=lists.clocks(periods, clock.now()) if periods else {},
        proposals=waiting.proposals(me) if may(me, Act.READ_PROPOSALS) else [],
        appeals=waiting.appeals(me) if may(me, Act.DECIDE_COMMENT) else [],
        to_review=waiting.to_review(me) if may(me, Act.DECIDE_COMMENT) else None,
        to_open=waiting.to_open(me)
        if may(me, Act.PREPARE_DOSSIER) or may(me, Act.OPEN_CONSULTATION)
        else None,
        to_answer=to_answer,
        own=own,
        to_sign=to_sign,
        to_publish=to_publish,
        corrections=waiting.corrections(me) if may(me, Act.PUBLISH_CORRECTION) else [],
        may_take_in=may(me, Act.TAKE_IN_COMMENT),
        may_invite=may(me, Act.INVITE_OFFICER),
        may_translate=may(me, Act.TRANSLATE),
    )
