"""The telephone of the officers in tests: one secret for all, and the codes it shows."""

from __future__ import annotations

import re

import pyotp
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts.door_models import Factor
from app.accounts.models import Officer
from app.extensions import db
from app.kit import clock

KEY = re.compile(r'translate="no">([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})<')
SECRET = "GYTESTSECRETOFALLOFFICERSINTESTS"


def code() -> str:
    """What the telephone shows now."""
    return pyotp.TOTP(SECRET).at(clock.now())


def fresh_code(app: Flask, email: str) -> str:
    """What it shows to an officer who signs in again: no code is taken twice, and no test waits
    half a minute for the next."""
    if has_app_context():
        db.session.rollback()  # a test that reads holds the only pen
    with app.app_context():
        who = select(Officer.id).where(Officer.email == func.lower(email.strip()))
        db.session.execute(update(Factor).where(Factor.officer_id.in_(who)).values(last_step=0))
        db.session.commit()
        db.session.remove()
    return code()


def code_shown(client: FlaskClient) -> str:
    """What a telephone shows that has just read the key of the page that sets one up."""
    html = client.get("/desk/sign-in/set-up").get_data(as_text=True)
    found = KEY.search(html)
    assert found, "the page shows no key"
    return pyotp.TOTP(found[1].replace(" ", "")).at(clock.now())
