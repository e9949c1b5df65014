"""Signing in: who gets in, who does not, and what nobody may learn from it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from app.accounts.models import Role
from app.accounts.sign_in import LOCKED_FOR, MAX_FAILURES
from app.extensions import db
from app.kit import clock
from tests.factories import PASSWORD
from tests.second_factor import code

DOOR = "/desk/sign-in"


@pytest.fixture
def officer(world):
    return world.officer(world.agency(), Role.DRAFTER)


def test_the_right_password_opens_the_desk(client, officer):
    answer = client.sign_in(officer.email.upper())
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert client.get("/desk/dossiers").status_code == 200


def failure(client, email, password="wrong password"):
    """The page after a failure, without what is new in every page or was typed."""
    answer = client.sign_in(email, password)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    token = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return html.replace(token, "").replace(email, "")


def test_every_failure_reads_the_same(client, officer, world):
    closed = world.officer(world.agency(), Role.DRAFTER)
    closed.active = False
    locked = world.officer(world.agency(), Role.DRAFTER)
    locked.locked_until = clock.now() + LOCKED_FOR
    db.session.commit()
    pages = {
        failure(client, officer.email),
        failure(client, "nobody@example.vn"),
        failure(client, closed.email, PASSWORD),
        failure(client, locked.email, PASSWORD),
    }
    assert len(pages) == 1


def test_five_failures_lock_the_account_and_time_opens_it(client, officer, monkeypatch):
    for _ in range(MAX_FAILURES):
        failure(client, officer.email)
    assert client.sign_in(officer.email).status_code == 422

    later = clock.now() + LOCKED_FOR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.sign_in(officer.email).status_code == 303


def test_four_failures_are_forgiven(client, officer):
    for _ in range(MAX_FAILURES - 1):
        failure(client, officer.email)
    assert client.sign_in(officer.email).status_code == 303
    db.session.refresh(officer)
    assert officer.failures == 0


def test_what_was_typed_is_kept_except_the_password(client):
    typed = {"email": "nobody@example.vn", "password": "secret words" * 20}
    html = client.submit(DOOR, typed).get_data(as_text=True)
    assert 'value="nobody@example.vn"' in html
    assert "secret words" not in html


def test_a_form_without_its_token_comes_back_as_typed(client, officer):
    answer = client.post(DOOR, data={"email": officer.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert officer.email in answer.get_data(as_text=True)
    assert client.get("/desk/dossiers").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/dossiers?stage=drafting", "/desk/dossiers?stage=drafting"),
        ("//evil.example/desk", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk\n/x", "/desk"),
        ("/desk/sign-out", "/desk"),  # takes no GET
        ("/no/such/page", "/desk"),
        ("javascript:alert(1)", "/desk"),
    ],
)
def test_the_way_on_stays_on_this_site(client, officer, wanted, reached):
    asked = f"{DOOR}?{urlencode({'next': wanted})}"
    answer = client.submit(asked, {"email": officer.email, "password": PASSWORD})
    assert client.submit(answer.location, {"code": code()}).location == reached


def test_the_language_of_the_address_is_kept(client, officer):
    asked = client.get("/en/desk/dossiers")
    assert asked.location.startswith("/en/desk/sign-in?next=")
    answer = client.submit(asked.location, {"email": officer.email, "password": PASSWORD})
    assert client.submit(answer.location, {"code": code()}).location == "/en/desk/dossiers"


def test_signing_in_begins_a_new_session(client, officer):
    with client.session_transaction() as session:
        session["planted"] = "before"
    client.sign_in(officer.email)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_the_session_even_of_a_copied_cookie(app, client, officer):
    client.sign_in(officer.email)
    token = client.token("/desk/dossiers")
    cookie = client.get_cookie("gopy").value
    answer = client.post("/desk/sign-out", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in")

    thief = app.test_client()
    thief.set_cookie("gopy", cookie)
    assert thief.get("/desk/dossiers").status_code == 303


def test_signing_out_needs_the_token(client, officer):
    client.sign_in(officer.email)
    assert client.post("/desk/sign-out").status_code == 400
    assert client.get("/desk/dossiers").status_code == 200


def test_the_page_is_kept_by_nobody(client):
    assert client.get(DOOR).headers["Cache-Control"] == "no-store"
