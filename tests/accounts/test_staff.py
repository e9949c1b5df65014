"""Invitations: who may give them, to whom, and what becomes of the link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.invite import OPEN_FOR, invite
from app.accounts.models import Officer, Role
from app.accounts.sign_in import close
from app.extensions import db
from app.kit import clock
from tests.factories import PASSWORD
from tests.second_factor import code_shown

STAFF = "/desk/staff"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/desk/invitations/[\w-]+)")


@pytest.fixture
def agency(world):
    return world.agency()


@pytest.fixture
def admin(client, world, agency):
    officer = world.officer(agency, Role.ADMIN)
    client.sign_in(officer.email)
    return officer


def typed(agency, **other):
    person = {
        "email": "Moi@example.vn",
        "name": "Trần Thị Mới",
        "job_title": "Chuyên viên",
        "role": "drafter",
        "agency": str(agency.id),
    }
    return {**person, **other}


def test_the_link_is_shown_once_and_makes_an_officer_once(app, client, admin, agency):
    answer = client.submit(STAFF, typed(agency))
    assert answer.status_code == 303
    path = LINK.search(client.get(STAFF).get_data(as_text=True))[1]
    assert not LINK.search(client.get(STAFF).get_data(as_text=True))

    guest = app.test_client()
    html = guest.get(path).get_data(as_text=True)
    assert "Trần Thị Mới" in html
    assert agency.name in html
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert guest.submit(path, chosen).location == "/desk/sign-in/set-up"
    assert guest.get("/desk/dossiers").status_code == 303  # not before there is a second factor
    answer = guest.submit("/desk/sign-in/set-up", {"code": code_shown(guest)})
    assert answer.location == "/desk/account/recovery-codes"
    assert guest.get("/desk/dossiers").status_code == 200
    assert guest.get(STAFF).status_code == 403
    assert app.test_client().get(path).status_code == 410


@pytest.fixture
def token(world, agency):
    made = invite(
        email="moi@example.vn",
        name="Trần Thị Mới",
        job_title="",
        role=Role.DRAFTER,
        agency=agency,
        invited_by=None,
        now=clock.now(),
    )
    db.session.commit()
    return made


@pytest.mark.parametrize(
    "chosen",
    [
        {"password": "eleven char", "again": "eleven char"},
        {"password": PASSWORD, "again": PASSWORD + "!"},
        {"password": "x" * 201, "again": "x" * 201},
        {},
    ],
)
def test_a_poor_password_is_refused(client, token, chosen):
    assert client.submit(f"/desk/invitations/{token}", chosen).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Officer)) == 0


def test_an_invitation_runs_out(client, token, monkeypatch):
    later = clock.now() + OPEN_FOR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get(f"/desk/invitations/{token}")
    assert answer.status_code == 410
    assert "/desk/sign-in" in answer.get_data(as_text=True)


def test_a_second_link_for_a_new_officer_is_over(client, world, token):
    officer = world.officer(world.agency())
    officer.email = "moi@example.vn"
    db.session.commit()
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert client.submit(f"/desk/invitations/{token}", chosen).status_code == 410


def test_a_wrong_form_comes_back_as_typed(client, admin, agency):
    answer = client.submit(STAFF, typed(agency, email="khong phai thu", role=""))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "khong phai thu" in html
    assert "Trần Thị Mới" in html


def test_nobody_is_taken_over_from_another_agency(client, admin, agency, world):
    elsewhere = world.officer(world.agency())
    assert client.submit(STAFF, typed(agency, email=elsewhere.email)).status_code == 422


def test_who_lost_the_password_is_invited_again(app, client, admin, agency, world):
    """The old password and every open session are over, the lock too; the roles add up."""
    officer = world.officer(agency, Role.MODERATOR)
    officer.locked_until = clock.now() + timedelta(minutes=15)
    db.session.commit()
    elsewhere = app.test_client()
    invited = typed(agency, email=officer.email)
    assert client.submit(STAFF, invited).status_code == 303
    path = LINK.search(client.get(STAFF).get_data(as_text=True))[1]
    new = "another good password"
    assert elsewhere.submit(path, {"password": new, "again": new}).status_code == 303
    assert app.test_client().sign_in(officer.email).status_code != 303
    assert app.test_client().sign_in(officer.email, new).status_code == 303
    db.session.refresh(officer)
    assert {grant.role for grant in officer.grants} == {Role.MODERATOR, Role.DRAFTER}


def test_a_closed_account_is_out_at_once(app, world, agency):
    officer = world.officer(agency, Role.DRAFTER)
    browser = app.test_client()
    browser.sign_in(officer.email)
    assert browser.get("/desk").status_code == 200
    close(db.session.get_one(Officer, officer.id))
    db.session.commit()
    assert browser.get("/desk").status_code == 303
    assert app.test_client().sign_in(officer.email).status_code == 422


def test_an_admin_sees_and_invites_only_below(client, admin, agency, world):
    below = world.agency(parent=agency)
    beside = world.agency()
    inside = world.officer(below, Role.DRAFTER, name="Người Dưới")
    outside = world.officer(beside, Role.DRAFTER, name="Người Ngoài")
    html = client.get(STAFF).get_data(as_text=True)
    assert inside.name in html
    assert outside.name not in html
    assert client.submit(STAFF, typed(below)).status_code == 303
    assert client.submit(STAFF, typed(beside, email="khac@example.vn")).status_code == 422


def test_a_locked_officer_is_shown_as_locked(client, admin, world, agency):
    locked = world.officer(agency, Role.DRAFTER)
    locked.locked_until = clock.now() + timedelta(minutes=15)
    db.session.commit()
    assert "tag-warn" in client.get(STAFF).get_data(as_text=True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_no_other_role_enters(client, world, agency, role):
    client.sign_in(world.officer(agency, role).email)
    assert client.get(STAFF).status_code == 403
    assert client.post(STAFF, data=typed(agency)).status_code == 403
