"""Doors of what came too late: read it, send it again, or throw it away."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import typed_late
from app.accounts.desk import bp
from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.extensions import db
from app.kit import clock
from app.web.guard import allow

PAGE = "/desk/typed"
ITEM = f"{PAGE}/<int(max=2147483647):kept_id>"


@bp.get(PAGE)
@allow(Act.ENTER_DESK)
def typed() -> ResponseReturnValue:
    """What the officer sent after the session had run out, word for word."""
    late = typed_late.newest(signed_in(), clock.now())
    if late is None:
        return redirect(url_for("desk.home"), 303)
    return render_template("accounts/typed.html", late=late)


@bp.post(f"{ITEM}/send")
@allow(Act.ENTER_DESK, keeps_typed=False)
def send_typed(kept_id: int) -> ResponseReturnValue:
    """The form goes where it was going, and what the officer may do is asked there."""
    late = typed_late.newest(signed_in(), clock.now())
    if late is None or late.id != kept_id:
        abort(404)
    typed_late.forget(signed_in(), kept_id)
    db.session.commit()
    return redirect(late.path, 307)  # the browser posts the same fields there (RFC 9110 15.4.8)


@bp.post(f"{ITEM}/discard")
@allow(Act.ENTER_DESK, keeps_typed=False)
def discard_typed(kept_id: int) -> ResponseReturnValue:
    """What was typed is thrown away."""
    typed_late.forget(signed_in(), kept_id)
    db.session.commit()
    flash(_("It is thrown away."), "success")
    return redirect(url_for("accounts.typed"), 303)
