"""Whom a provider vouches for is let in, and nobody whom it does not, whatever comes back."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.citizens.models import Citizen, CitizenIdentity, Level
from app.citizens.session import POCKET
from app.extensions import db
from app.kit import clock
from app.web import oidc
from tests.citizens.conftest import NAME, Traveller
from tests.citizens.provider import CLIENT, Lies, Provider
from tests.page_client import PageClient

REFUSALS = {
    "another nonce": Lies({"nonce": "of-another-way"}),
    "no nonce": Lies(without=("nonce",)),
    "for another client": Lies({"aud": ["another"]}),
    "for another client, in our name": Lies({"aud": ["another"], "azp": CLIENT}),
    "for nobody": Lies(without=("aud",)),
    "for two, by another": Lies({"aud": [CLIENT, "another"], "azp": "another"}),
    "of another issuer": Lies({"iss": "https://evil.example"}),
    "of no issuer": Lies(without=("iss",)),
    "about nobody": Lies({"sub": ""}),
    "about no one": Lies(without=("sub",)),
    "about a very long name": Lies({"sub": "x" * 256}),
    "expired": Lies({"exp": int(time.time()) - 3600}),
    "for ever": Lies(without=("exp",)),
    "by another key": Lies(key="stolen"),
    "by nobody": Lies(alg="none"),
    "with another access token": Lies({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
}


def accounts() -> int:
    return db.session.scalar(select(func.count()).select_from(Citizen)) or 0


def level(client: PageClient) -> str | None:
    with client.session_transaction() as kept:
        pocket = kept.get(POCKET)
        return pocket and pocket["level"]


def test_whom_the_provider_knows_is_signed_in_with_their_identity(traveller, provider):
    answer = traveller.goes()
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account"
    assert level(traveller.client) == Level.IDENTITY
    row = db.session.scalars(select(CitizenIdentity)).one()
    assert (row.issuer, row.subject) == (provider.issuer, "tin-nguyen-01")
    # of what the provider told nothing else is kept
    citizen = db.session.scalars(select(Citizen)).one()
    assert (citizen.email, citizen.email_mark, citizen.name) == ("", None, "")


def test_the_same_person_finds_the_same_account(traveller):
    for _ in range(2):
        traveller.goes()
    assert accounts() == 1


def test_the_way_there_carries_what_proves_the_way_back(traveller):
    asked = parse_qs(urlsplit(traveller.leaves()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/account/callback"]
    assert asked["acr_values"] == ["level2"]
    assert len(asked["state"][0]) >= 22
    assert len(asked["nonce"][0]) >= 20


@pytest.mark.parametrize("what", REFUSALS)
def test_a_token_that_proves_nothing_lets_nobody_in(what, traveller, provider):
    provider.lies = REFUSALS[what]
    answer = traveller.goes()
    assert answer.status_code == 403
    assert NAME in answer.get_data(as_text=True)
    assert (accounts(), level(traveller.client)) == (0, None)


def test_an_unproven_e_mail_proves_no_e_mail(traveller, provider):
    for claims in ({"email_verified": False}, {"email_verified": "true"}, {"email": None}):
        provider.person |= {"acr": "level1", "email_verified": True, **claims}
        traveller.goes()
        assert level(traveller.client) == Level.NONE, claims


def test_only_what_the_operator_named_proves_an_identity(traveller, provider):
    provider.person["acr"] = "level1"
    traveller.goes()
    assert level(traveller.client) == Level.EMAIL


def test_a_way_that_did_not_begin_here_leads_nowhere(traveller, provider, app):
    back = provider.consents(traveller.leaves())
    stranger = Traveller(app.test_client(), provider)
    assert stranger.returns(back).status_code == 400  # somebody else's code and state
    stranger.leaves()
    assert stranger.returns(back).status_code == 400  # their own way, another's state
    assert accounts() == 0


def test_a_stolen_code_is_worth_nothing_without_its_verifier(traveller, provider, app):
    code = parse_qs(urlsplit(provider.consents(traveller.leaves())).query)["code"][0]
    thief = Traveller(app.test_client(), provider)
    state = parse_qs(urlsplit(thief.leaves()).query)["state"][0]
    answer = thief.returns(f"/account/callback?{urlencode({'code': code, 'state': state})}")
    assert answer.status_code == 403
    assert (accounts(), level(thief.client)) == (0, None)


def test_a_way_back_is_gone_once(traveller, provider):
    back = provider.consents(traveller.leaves())
    assert traveller.returns(back).status_code == 303
    assert traveller.returns(back).status_code == 400


def test_a_way_back_is_over_after_ten_minutes(traveller, provider, monkeypatch):
    back = provider.consents(traveller.leaves())
    late = clock.now() + oidc.THERE_AND_BACK
    monkeypatch.setattr(clock, "now", lambda: late)
    assert traveller.returns(back).status_code == 400


def test_another_issuer_in_the_answer_is_refused(traveller, provider):
    back = provider.consents(traveller.leaves())
    assert traveller.returns(f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 403
    assert accounts() == 0


def test_who_says_no_at_the_provider_is_told_so(traveller):
    state = parse_qs(urlsplit(traveller.leaves()).query)["state"][0]
    words = urlencode({"error": "access_denied", "error_description": "<b>no</b>", "state": state})
    answer = traveller.returns(f"/account/callback?{words}")
    assert answer.status_code == 403
    assert "<b>no" not in answer.get_data(as_text=True)


def test_a_provider_that_is_away_is_told_of_in_words(client, provider):
    provider.broken = 500
    answer = client.get("/account/provider")
    assert answer.status_code == 503
    assert NAME in answer.get_data(as_text=True)
    provider.broken = 0
    assert client.get("/account/provider").status_code == 302  # it is asked anew


def test_a_provider_that_nobody_answers_for_is_away(client, provider):
    provider.close()
    try:
        assert client.get("/account/provider").status_code == 503
    finally:
        provider.__enter__()


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "ftp://evil.example"},
        {"jwks_uri": None},
        {"authorization_endpoint": ""},
    ],
)
def test_a_discovery_of_somebody_else_is_not_believed(told, client, provider):
    provider.told = told
    assert client.get("/account/provider").status_code == 503


def test_without_a_provider_the_address_says_so(client):
    assert client.get("/account/provider").status_code == 503
    assert client.get("/account/callback?code=1&state=2").status_code == 400


def test_a_citizens_number_is_no_officers(app: Flask, traveller, provider, monkeypatch):
    """The same number of another issuer is another person: marks are of both."""
    traveller.goes()
    with Provider() as other:
        known = replace(app.extensions["settings"].oidc_citizens, issuer=other.issuer)
        settings = replace(app.extensions["settings"], oidc_citizens=known)
        monkeypatch.setitem(app.extensions, "settings", settings)
        Traveller(app.test_client(), other).goes()
    assert accounts() == 2


def test_the_reader_comes_back_in_their_language(provider, app):
    english = Traveller(app.test_client(), provider, start="/en/account/provider")
    answer = english.goes()
    assert answer.headers["Location"].startswith("/en/account/callback?")
    assert english.returns(answer.headers["Location"]).headers["Location"] == "/en/account"
