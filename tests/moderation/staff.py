"""Staff at their desks, without the way over the sign-in page."""

from __future__ import annotations

from flask import Flask

from app.accounts.models import Officer
from tests.page_client import PageClient


def enter(app: Flask, officer: Officer) -> PageClient:
    """A browser in which the officer is signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = officer.session_key
        session["_fresh"] = True
    assert isinstance(client, PageClient)
    return client
