"""The door by which people ask about their own data, without an account.

What is answered depends on nothing that the portal holds: nobody learns here whose address or
receipt it knows.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations.rules import calendar
from app.extensions import db
from app.kit import clock
from app.mail import post
from app.privacy import requests
from app.privacy.desk import bp
from app.privacy.forms import AskForm
from app.privacy.models import Source, SubjectRequest
from app.web import limits
from app.web.filters import day
from app.web.guard import public_form
from app.web.headers import private

# the number of the request that this browser sent last
SENT = "subject_request"


@bp.route("/privacy/request", methods=["GET", "POST"])
@public_form
def ask() -> ResponseReturnValue:
    """The request is in the queue and its author knows its number; otherwise the form for it."""
    private()
    form = AskForm()
    if form.validate_on_submit():
        now = clock.now()
        source = Source.PROGRAM if limits.automatic() else Source.WEB
        asked = requests.take_in(*form.told(), source, now)
        _confirm(asked, form.email.data or "", now)
        db.session.commit()
        session[SENT] = asked.id
        return redirect(url_for("privacy.ask", sent="1"), 303)
    if "sent" in request.args and SENT in session:
        sent = db.session.get_one(SubjectRequest, session[SENT])
        return render_template("privacy/asked.html", number=sent.id, told=_told(sent))
    page = render_template("privacy/ask.html", form=form)
    return page, form.status() if form.is_submitted() else 200


def _told(sent: SubjectRequest) -> list[str]:
    days = calendar()
    return [
        _(
            "You hear by %(first)s that it is being dealt with, and get the answer by %(last)s. "
            "Once, for a reason you are told, it may take as long again.",
            first=day(requests.acknowledge_by(sent, days)),
            last=day(requests.due(sent, days)),
        ),
        _(
            "Before anything is given out or changed, you are asked to show that the data are "
            "yours."
        ),
    ]


def _confirm(sent: SubjectRequest, email: str, now: datetime) -> None:
    """A letter says the number and the days, and no word that was typed; few go to one address."""
    if not email or sent.source == Source.PROGRAM or not limits.may_ask(email):
        return
    portal = current_app.extensions["settings"].site_name or _("the consultation portal")
    words = post.body(
        _("%(portal)s received a request about personal data.", portal=portal),
        *_told(sent),
        _("If you did not send it, do nothing: without such proof nothing happens."),
    )
    subject = _("Your request: number %(number)d", number=sent.id)
    about = f"subject_request:{sent.id}"
    post.write(f"{about}:received", email, subject, words, "", now, about=about)
