"""The officer behind a request."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may
from app.extensions import db, login


@login.user_loader
def _load(session_key: str) -> Officer | None:
    return db.session.execute(_one(), {"key": session_key}).unique().scalar_one_or_none()


@cache
def _one() -> Select[Officer]:
    """The officer with all that a page of the desk asks of them, in one statement."""
    key: Any = bindparam("key")
    return (
        select(Officer)
        .where(Officer.session_key == key, Officer.active.is_(True))
        .options(joinedload(Officer.grants), joinedload(Officer.delegations))
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
