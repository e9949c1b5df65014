"""The officer behind a request."""

from __future__ import annotations

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may
from app.extensions import db, login


@login.user_loader
def _load(session_key: str) -> Officer | None:
    return db.session.scalar(
        select(Officer).where(Officer.session_key == session_key, Officer.active.is_(True))
    )


def signed_in() -> Officer:
    """The officer who made the request; views marked with an act always have one."""
    officer: Officer = current_user._get_current_object()
    return officer


def require(act: Act, agency: Agency | None) -> Officer:
    """The officer, who may do `act` for `agency`; otherwise the object does not exist for them."""
    officer = signed_in()
    if agency is None or not may(officer, act, agency):
        abort(404)
    return officer
