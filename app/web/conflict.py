"""Two people at one record: the slower one hears of it instead of breaking something."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict

from app.extensions import db


def _faster(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    current_app.logger.warning("conflict at %s: %s", request.endpoint, type(error).__name__)
    return current_app.handle_user_exception(Conflict())


def answer_conflicts(bp: Blueprint) -> None:
    """Every door of `bp` answers 409 when the database refuses because the record changed."""
    bp.register_error_handler(IntegrityError, _faster)
    bp.register_error_handler(StaleDataError, _faster)
