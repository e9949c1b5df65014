"""Staff at their desks, without the way over the sign-in page."""

from __future__ import annotations

from flask import Flask

from app.accounts import officer_sessions
from app.accounts.models import Officer
from app.accounts.session import SEEN, TOKEN
from app.extensions import db
from app.kit import clock
from tests.page_client import PageClient


def enter(app: Flask, officer: Officer) -> PageClient:
    """A browser in which the officer is signed in."""
    token = officer_sessions.begin(officer, "", clock.now())
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = token
        session[SEEN] = int(clock.now().timestamp())
    assert isinstance(client, PageClient)
    return client
