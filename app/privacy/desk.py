"""Doors of personal data: requests of data subjects with their days, and who read what."""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.approvals import propose
from app.consultations.rules import calendar
from app.extensions import db
from app.kit import clock
from app.people import reading
from app.people.models import Reading
from app.people.reading import For, Looked
from app.privacy import requests as verbs
from app.privacy.erasure_kind import CODE, person_of, subject
from app.privacy.export import export
from app.privacy.forms import EraseForm, ExtendForm, LogForm, ReceiveForm, SettleForm
from app.privacy.models import RequestKind, RequestState, SubjectRequest
from app.privacy.person import NobodyError, Person
from app.privacy.words import ACTS, KINDS, PURPOSES, SOURCES, STATES, looked_at
from app.web.conflict import answer_conflicts
from app.web.forms import Form
from app.web.guard import allow
from app.web.headers import private

bp = Blueprint("privacy", __name__)
answer_conflicts(bp)

LIST = "/desk/privacy"
ITEM = f"{LIST}/<int(max=2147483647):request_id>"
PAGE = 100


@bp.route(LIST, methods=["GET", "POST"])
@allow(Act.ANSWER_SUBJECT)
def subject_requests() -> ResponseReturnValue:
    """The requests with their days, and a form to enter one that came."""
    (me, _top), form, now = _keeper(), ReceiveForm(), clock.now()
    if form.validate_on_submit():
        asked = verbs.receive(
            *(RequestKind(form.kind.data), form.person.data or "", form.words.data or ""),
            *(form.received_on.data or clock.vn_date(now), me, now),
            processor=bool(form.processor.data),
        )
        db.session.commit()
        return redirect(url_for("privacy.subject_request", request_id=asked.id), 303)
    if form.received_on.data is None and not form.is_submitted():
        form.received_on.data = clock.vn_date(now)
    settled = request.args.get("show") == "settled"
    rows = verbs.listed(settled=settled, before=_number("before"))
    days = calendar()
    page = render_template(
        "privacy/requests.html",
        form=form,
        settled=settled,
        rows=[(one, verbs.due(one, days), verbs.acknowledge_by(one, days)) for one in rows[:PAGE]],
        onward=rows[PAGE - 1].id if len(rows) > PAGE else None,
        today=clock.vn_date(now),
        kinds=KINDS,
        states=STATES,
    )
    return page, form.status() if form.is_submitted() else 200


@bp.get(ITEM)
@allow(Act.ANSWER_SUBJECT)
def subject_request(request_id: int) -> ResponseReturnValue:
    """One request: what is asked, until when, and what can be done."""
    return _page(_asked(request_id))


@bp.post(f"{ITEM}/acknowledgement")
@allow(Act.ANSWER_SUBJECT, keeps_typed=False)
def acknowledge(request_id: int) -> ResponseReturnValue:
    """It is noted that the person was told."""
    asked = _asked(request_id)
    verbs.acknowledge(asked, signed_in(), clock.now())
    return _done(asked, _("Noted: the person knows that the request was received."))


@bp.post(f"{ITEM}/identity")
@allow(Act.ANSWER_SUBJECT, keeps_typed=False)
def identify(request_id: int) -> ResponseReturnValue:
    """It is noted that the address or the receipts are theirs who asked."""
    asked = _asked(request_id)
    verbs.identify(asked, signed_in(), clock.now())
    return _done(asked, _("Noted: the data are those of the person who asks."))


@bp.post(f"{ITEM}/extension")
@allow(Act.ANSWER_SUBJECT)
def extend(request_id: int) -> ResponseReturnValue:
    """There are as many days again, once."""
    asked, form = _asked(request_id), ExtendForm()
    if not form.validate():
        return _page(asked, form), form.status()
    verbs.extend(asked, form.reason.data or "", signed_in(), clock.now())
    return _done(asked, _("There are as many days again. Tell the person why."))


@bp.post(f"{ITEM}/result")
@allow(Act.ANSWER_SUBJECT)
def settle(request_id: int) -> ResponseReturnValue:
    """The request is done or refused."""
    asked, form = _asked(request_id), SettleForm()
    if not form.validate():
        return _page(asked, form), form.status()
    state = RequestState(form.state.data)
    verbs.settle(asked, state, form.outcome.data or "", signed_in(), clock.now())
    return _done(asked, _("The request is settled."))


@bp.post(f"{ITEM}/erasure")
@allow(Act.ANSWER_SUBJECT)
def erase(request_id: int) -> ResponseReturnValue:
    """It is proposed to erase the person; another administrator has to agree."""
    asked, form, (me, top) = _asked(request_id), EraseForm(), _keeper()
    if _held(asked) is None:
        abort(404)
    if not form.validate():
        return _page(asked, form), form.status()
    words = {"scope": form.scope.data}
    why = form.why.data or ""
    propose.propose(CODE, subject(asked), top, words, why, me, clock.now())
    return _done(asked, _("Another administrator has to agree before anything is erased."))


@bp.get(f"{ITEM}/export")
@allow(Act.ANSWER_SUBJECT)
def download(request_id: int) -> ResponseReturnValue:
    """All that the portal holds of the person, as one file for the person."""
    asked, packed = _asked(request_id), io.BytesIO()
    person = _held(asked)
    if person is None:
        abort(404)
    private()
    export(person, packed, clock.now())
    reading.note(signed_in(), Looked.EXPORTED, person.subjects, For.SUBJECT_REQUEST)
    packed.seek(0)
    name = f"request-{asked.id}.zip"
    return send_file(packed, "application/zip", as_attachment=True, download_name=name, max_age=0)


@bp.errorhandler(verbs.SettledError)
@bp.errorhandler(propose.AlreadyProposedError)
@bp.errorhandler(propose.NotTheirsError)
def _overtaken(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    flash(_("Nothing was done: somebody else was faster, or it was done before."), "error")
    return redirect(url_for("privacy.subject_requests"), 303)


@bp.get(f"{LIST}/log")
@allow(Act.READ_ACCESS_LOG)
def access_log() -> ResponseReturnValue:
    """Who of the staff was shown what is not public of people, the newest first."""
    me, form = signed_in(), LogForm(request.args, meta={"csrf": False})
    query = (
        select(Reading, Officer.name, Agency.name.label("agency"))
        .join(Officer, Officer.id == Reading.officer_id)
        .join(Agency, Agency.id == Reading.agency_id)
        .where(Reading.agency_id.in_(realm(me, Act.READ_ACCESS_LOG)), *_wanted(form))
        .order_by(Reading.id.desc())
        .limit(PAGE + 1)
    )
    rows = db.session.execute(query).all()
    asked = {name: request.args.get(name) or None for name in ("officer", "subject", "day")}
    return render_template(
        "privacy/access_log.html",
        rows=rows[:PAGE],
        onward=rows[PAGE - 1].Reading.id if len(rows) > PAGE else None,
        asked=asked,
        form=form,
        acts=ACTS,
        looked_at=looked_at,
        purposes=PURPOSES,
    )


def _wanted(form: LogForm) -> list[ColumnElement[bool]]:
    """What the address of the log asks for; a day that is none asks for nothing."""
    found: list[ColumnElement[bool]] = []
    if email := (form.officer.data or "").lower():
        found.append(Officer.email == email)
    if about := form.subject.data or "":
        number = about.upper().removeprefix("GY-")
        found.append(Reading.subject == (f"comment:{number}" if number.isdigit() else about))
    if form.day.data:
        begin = clock.vn_midnight(form.day.data)
        found += [Reading.at >= begin, Reading.at < begin + timedelta(days=1)]
    if before := _number("before"):
        found.append(Reading.id < before)
    return found


def _keeper() -> tuple[Officer, Agency]:
    """The officer and the body above all: a person's data are everybody's, so a part of the portal
    does not do."""
    me = signed_in()
    top = me.agency
    while top.parent is not None and top.parent_id != top.id:
        top = top.parent
    if not may(me, Act.ANSWER_SUBJECT, top):
        abort(403)
    return me, top


def _number(name: str) -> int:
    return min(max(request.args.get(name, 0, int), 0), 2**62)


def _asked(request_id: int) -> SubjectRequest:
    _keeper()
    return db.session.get(SubjectRequest, request_id) or abort(404)


def _held(asked: SubjectRequest) -> Person | None:
    """What the portal holds of who asked, once they have shown that it is theirs."""
    try:
        return person_of(asked)
    except NobodyError:
        return None


def _done(asked: SubjectRequest, said: str) -> ResponseReturnValue:
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("privacy.subject_request", request_id=asked.id), 303)


def _page(asked: SubjectRequest, failed: Form | None = None) -> str:
    days, held = calendar(), _held(asked)
    about = [f"subject_request:{asked.id}", *(held.subjects if held else [])]
    reading.note(signed_in(), Looked.READ, about, For.SUBJECT_REQUEST)
    return render_template(
        "privacy/request.html",
        asked=asked,
        held=held,
        failed=failed,
        due=verbs.due(asked, days),
        acknowledge_by=verbs.acknowledge_by(asked, days),
        proposal=propose.waiting(CODE, subject(asked)),
        forms={
            kind.__name__: failed if isinstance(failed, kind) else kind(formdata=None)
            for kind in (ExtendForm, SettleForm, EraseForm)
        },
        sources=SOURCES,
        today=clock.vn_date(clock.now()),
        kinds=KINDS,
        states=STATES,
    )
