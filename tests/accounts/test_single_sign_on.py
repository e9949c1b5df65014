"""Staff by their ministry's provider: it says which officer somebody is, and makes none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import federated
from app.accounts import sign_in as signing
from app.accounts.federated import OfficerIdentity
from app.accounts.models import Officer, Role
from app.citizens.models import Citizen
from app.citizens.session import POCKET
from app.config import THIS_MACHINE
from app.extensions import db
from app.kit.provider import read
from tests.citizens.conftest import Traveller
from tests.citizens.provider import Lies, Provider
from tests.page_client import fresh_code

START = "/desk/sign-in/provider"


@pytest.fixture
def officer(world) -> Officer:
    made = world.officer(world.agency(), Role.DRAFTER)
    db.session.commit()
    return made


@pytest.fixture
def ministry(app: Flask, officer: Officer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider of staff at which the officer is signed in with a password alone."""
    with Provider() as provider:
        provider.person = {
            "sub": "officer-7",
            "email": officer.email.upper(),
            "email_verified": True,
            "amr": ["pwd"],
        }
        known = read(provider.setting(name="SSO", multifactor="mfa,hwk"), THIS_MACHINE)
        settings = replace(app.extensions["settings"], oidc_staff=known)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield provider
        app.extensions.pop("oidc", None)


@pytest.fixture
def traveller(app: Flask, ministry: Provider) -> Traveller:
    return Traveller(app.test_client(), ministry, START)


def at_desk(traveller: Traveller) -> bool:
    return traveller.client.get("/desk").status_code == 200


def test_the_second_factor_is_still_asked_for(traveller, officer):
    answer = traveller.goes()
    assert answer.headers["Location"] == "/desk/sign-in/code"
    assert not at_desk(traveller)
    code = fresh_code(traveller.client.application, officer.email)
    assert traveller.client.submit("/desk/sign-in/code", {"code": code}).status_code == 303
    assert at_desk(traveller)


@pytest.mark.parametrize("said", [{"amr": ["pwd", "mfa"]}, {"acr": "hwk"}])
def test_a_provider_that_asked_for_two_factors_opens_the_desk(traveller, ministry, said):
    ministry.person |= said
    assert traveller.goes().headers["Location"] == "/desk"
    assert at_desk(traveller)


def test_the_page_asked_for_is_reached(app, ministry):
    ministry.person["amr"] = ["mfa"]
    wanted = Traveller(app.test_client(), ministry, f"{START}?next=/desk/dossiers")
    assert wanted.goes().headers["Location"] == "/desk/dossiers"
    ministry.person["amr"] = ["pwd"]
    half = Traveller(app.test_client(), ministry, f"{START}?next=/desk/dossiers")
    assert half.goes().headers["Location"] == "/desk/sign-in/code?next=/desk/dossiers"
    outside = Traveller(app.test_client(), ministry, f"{START}?next=//evil.example/desk")
    ministry.person["amr"] = ["mfa"]
    assert outside.goes().headers["Location"] == "/desk"


@pytest.mark.parametrize(
    "said",
    [
        {"email": "nobody@example.vn"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
    ],
)
def test_nobody_gets_an_account_by_being_known_elsewhere(traveller, ministry, said):
    ministry.person |= {"amr": ["mfa"], **said}
    before = len(db.session.scalars(select(Officer)).all())
    assert traveller.goes().status_code == 403
    assert not at_desk(traveller)
    assert len(db.session.scalars(select(Officer)).all()) == before


def test_a_closed_account_stays_closed(traveller, ministry, officer):
    ministry.person["amr"] = ["mfa"]
    signing.close(officer)
    db.session.commit()
    assert traveller.goes().status_code == 403
    assert not at_desk(traveller)


def test_the_first_time_binds_the_officer_to_the_number(app, traveller, ministry, officer):
    ministry.person["amr"] = ["mfa"]
    traveller.goes()
    row = db.session.scalars(select(OfficerIdentity)).one()
    assert (row.officer_id, row.subject) == (officer.id, "officer-7")
    # whoever is given the same address later is somebody else
    ministry.person["sub"] = "officer-8"
    assert Traveller(app.test_client(), ministry, START).goes().status_code == 403
    # and the same number with another address is the same officer
    ministry.person |= {"sub": "officer-7", "email": "married@example.vn"}
    assert Traveller(app.test_client(), ministry, START).goes().headers["Location"] == "/desk"
    federated.unlink(officer)
    db.session.commit()
    assert Traveller(app.test_client(), ministry, START).goes().status_code == 403


def test_a_token_for_citizens_opens_no_desk_and_one_for_staff_no_account(
    app, ministry, monkeypatch
):
    """Each realm has a way back of its own, though the provider be the same (ASVS 5.0 6.8.1)."""
    settings = replace(
        app.extensions["settings"], oidc_citizens=app.extensions["settings"].oidc_staff
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    ministry.person["amr"] = ["mfa"]
    crossed = Traveller(app.test_client(), ministry, START)
    back = ministry.consents(crossed.leaves()).replace("/desk/callback", "/account/callback")
    assert crossed.returns(back).status_code == 400
    assert not db.session.scalars(select(Citizen)).all()
    other = Traveller(app.test_client(), ministry, "/account/provider")
    back = ministry.consents(other.leaves()).replace("/account/callback", "/desk/callback")
    assert other.returns(back).status_code == 400
    assert not at_desk(other)


def test_staff_are_no_citizens(traveller, ministry):
    ministry.person["amr"] = ["mfa"]
    traveller.goes()
    with traveller.client.session_transaction() as kept:
        assert POCKET not in kept
    assert not db.session.scalars(select(Citizen)).all()


def test_a_lie_opens_no_desk(traveller, ministry):
    ministry.person["amr"] = ["mfa"]
    ministry.lies = Lies(key="stolen")
    assert traveller.goes().status_code == 403
    assert not at_desk(traveller)


def test_a_provider_that_is_away_leaves_the_password(client, ministry):
    ministry.broken = 500
    answer = client.get(START)
    assert answer.status_code == 503
    assert "/desk/sign-in" in answer.get_data(as_text=True)


def test_the_door_shows_the_provider_only_where_there_is_one(app, client, ministry, monkeypatch):
    assert START in client.get("/desk/sign-in").get_data(as_text=True)
    settings = replace(app.extensions["settings"], oidc_staff=None)
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert START not in client.get("/desk/sign-in").get_data(as_text=True)
    assert client.get(START).status_code == 503
