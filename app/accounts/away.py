"""Whose session ran out while they were writing loses nothing and is told what happened."""

from __future__ import annotations

from flask import flash, g, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from app.accounts import typed_late
from app.extensions import db
from app.kit import clock

MOST_SIGNS = 1_000_000
# its forms hold passwords and codes, and nothing long
NEVER_OF = "accounts"


def turned_away() -> None:
    """What was sent with a session that has run out is kept for its officer, and they are told."""
    officer_id = g.get("was_signed_in")
    if officer_id is None:
        return
    kept = request.method == "POST" and _keep(officer_id)
    if "_flashes" in session:
        return  # a script has knocked before
    if kept:
        words = _("You were away too long and are signed out. What you typed is kept: sign in.")
    else:
        words = _("You were away too long and are signed out. Sign in again.")
    flash(words, "warning")


def _keep(officer_id: int) -> bool:
    """The form is kept, if the officer's own page sent it and somebody wrote something in it."""
    if request.blueprint == NEVER_OF:
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    written = any(typed_late.is_text(value) for _name, value in fields)
    if not written or sum(len(value) for _name, value in fields) > MOST_SIGNS:
        return False
    path = request.script_root + request.full_path.rstrip("?")
    typed_late.keep(officer_id, path, fields, clock.now())
    db.session.commit()
    return True
