"""Accounts by letter: sent alike to everybody, opened once and by a press, forgotten for good."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Role
from app.citizens import forget
from app.citizens.entering import DUTIES, MOST, by_address
from app.citizens.models import Citizen, CitizenIdentity, CitizenReceipt, Level, SignInLink
from app.citizens.session import LASTS, POCKET
from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from app.people import consents
from app.people.models import Consent, Purpose
from app.web import locale
from tests.citizens.conftest import Traveller
from tests.citizens.people import (
    MINE,
    ask,
    come_in,
    letters,
    link,
    signed_in,
    statements,
    write,
)

pytestmark = pytest.mark.usefixtures("office")


def test_the_answer_is_the_same_for_everybody(app, client):
    come_in(client)
    known, unknown = (ask(app.test_client(), email) for email in (MINE, "nobody@example.vn"))
    assert known == unknown
    sizes = {len(one.body.replace(one.recipient, "")) for one in letters()[-2:]}
    assert len(sizes) == 1
    assert db.session.scalar(select(func.count()).select_from(Citizen)) == 1


def test_the_header_leads_citizens_in_and_the_footer_staff(app, client, monkeypatch):
    def doors(page: str) -> list[str]:
        html = client.get(page).text
        return [re.findall(r'href="(/[\w/-]*sign-in)"', part) for part in html.split("</header>")]

    for page in ("/", "/about"):
        assert doors(page) == [["/account/sign-in"], ["/desk/sign-in"]]
    # who works here and came by the header finds the other door on the page itself
    assert doors("/account/sign-in")[1].count("/desk/sign-in") == 2
    silent = replace(app.extensions["settings"], mail=None)
    monkeypatch.setitem(app.extensions, "settings", silent)
    monkeypatch.setitem(app.extensions, "oidc", {})
    assert doors("/consultations") == [[], ["/desk/sign-in"]]


def test_looking_at_the_link_signs_nobody_in_and_pressing_does_once(client):
    ask(client)
    for _ in range(3):  # programs that look for traps
        assert client.get(link()).status_code == 200
    assert not signed_in(client)
    assert client.submit(link(), {}).status_code == 303
    assert signed_in(client)
    assert client.get(link()).status_code == 410


def test_in_another_browser_the_link_opens_to_who_types_its_address(app, client):
    """Otherwise a link to the account of somebody else would gather what its reader says."""
    ask(client)
    victim = app.test_client()
    assert MINE not in victim.get(link()).get_data(as_text=True)
    for typed in ({}, {"email": ""}, {"email": "victim@example.vn"}):
        assert victim.submit(link(), typed).status_code == 422
    assert not signed_in(victim)
    at_home = app.test_client()
    assert at_home.submit(link(), {"email": f" {MINE.upper()}"}).status_code == 303
    assert signed_in(at_home)
    assert client.get(link()).status_code == 410, "once"


def test_the_link_is_over_after_fifteen_minutes(client, monkeypatch):
    ask(client)
    late = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.get(link()).status_code == 410


def test_who_asks_in_somebody_elses_name_fills_no_letterbox_and_keeps_nobody_out(
    app, client, monkeypatch
):
    now = clock.now()
    owner = app.test_client()
    for minute in range(0, 60, 5):
        monkeypatch.setattr(clock, "now", lambda at=now + timedelta(minutes=minute): at)
        said = {ask(client), ask(client), ask(client)}
        assert len(said) == 1
        assert "email" in owner.get(link()).get_data(as_text=True), "the last one is good"
    assert len(letters()) == MOST + 5
    assert owner.submit(link(), {"email": MINE}).status_code == 303


def test_a_link_that_was_used_is_no_reason_not_to_send_another(app, client):
    for _ in range(MOST + 1):
        come_in(app.test_client())
    assert len(letters()) == MOST + 1


def test_an_address_is_the_same_however_it_is_typed(app, client):
    come_in(client)
    come_in(app.test_client(), "Nguoi.Dan@Example.vn")
    assert db.session.scalar(select(func.count()).select_from(Citizen)) == 1


def test_neither_address_nor_name_nor_number_stands_in_the_database_in_the_clear(
    client, traveller: Traveller
):
    come_in(client)
    client.submit("/account/settings", {"name": "Nguyễn Văn An"})
    letters()[-1].settled_at = clock.now()
    db.session.commit()
    held = [
        str(row)
        for table in ("citizen", "citizen_identity", "sign_in_link")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    ]
    assert held
    assert not [row for row in held if MINE in row or "Nguyễn" in row or "tin-nguyen" in row]
    assert by_address(MINE).name == "Nguyễn Văn An"


def test_a_session_is_over_after_twelve_hours_however_busy(client, monkeypatch):
    come_in(client)
    start = clock.now()
    for later in (LASTS / 2, LASTS - timedelta(minutes=1)):
        monkeypatch.setattr(clock, "now", lambda later=later: start + later)
        assert signed_in(client)
    monkeypatch.setattr(clock, "now", lambda: start + LASTS)
    assert not signed_in(client)


def test_signing_out_ends_the_session_everywhere(app, client):
    come_in(client)
    with client.session_transaction() as kept:
        copied = dict(kept)
    thief = app.test_client()
    with thief.session_transaction() as kept:
        kept.update(copied)
    assert signed_in(thief)
    client.submit("/account/settings", {}, to="/account/sign-out")
    assert not signed_in(client)
    assert not signed_in(thief)


def test_a_citizen_is_no_officer_and_an_officer_no_citizen(app, client, world):
    officer = world.officer(world.agency(), Role.DRAFTER)
    db.session.commit()
    come_in(client, officer.email)
    assert client.get("/desk").status_code == 303
    desk = app.test_client()
    desk.sign_in(officer.email)
    assert desk.get("/desk").status_code == 200
    assert not signed_in(desk)


def test_no_cookie_is_set_by_a_public_page(client, slug):
    come_in(client)
    for page in ("/", f"/consultations/{slug}", "/comments", "/about"):
        answer = client.get(page)
        assert "Set-Cookie" not in answer.headers, page
        assert "no-store" not in answer.headers["Cache-Control"], page
    assert client.get("/account").headers["Cache-Control"] == "no-store"


def test_a_forgotten_account_leaves_nothing_and_its_comments_stay(traveller, slug):
    client = traveller.client
    come_in(client)
    traveller.goes()
    client.submit("/account/provider/add", {})
    comment = write(client, slug, gather="y")
    ask(traveller.client.application.test_client())  # a letter is still on its way
    assert client.submit("/account/forget", {}).status_code == 303
    for table in (Citizen, CitizenReceipt, CitizenIdentity, SignInLink):
        assert not db.session.scalars(select(table)).all(), table
    assert all(one.settled_at for one in letters())
    assert not signed_in(client)
    assert db.session.get_one(Comment, comment.id).receipt == comment.receipt
    assert forget.find(MINE) is None


def test_a_provider_is_added_only_by_a_press(traveller):
    come_in(traveller.client)
    answer = traveller.goes()
    assert answer.headers["Location"] == "/account/provider/add"
    assert not db.session.scalars(select(CitizenIdentity)).all()
    assert traveller.client.submit("/account/provider/add", {}).status_code == 303
    assert db.session.scalars(select(CitizenIdentity)).one().citizen_id == by_address(MINE).id
    with traveller.client.session_transaction() as kept:
        assert kept[POCKET]["level"] == Level.IDENTITY


def test_an_identity_that_opens_another_account_is_not_added(app, traveller, provider):
    traveller.goes()
    other = Traveller(app.test_client(), provider)
    come_in(other.client)
    assert other.goes().status_code == 409
    assert len(db.session.scalars(select(CitizenIdentity)).all()) == 1


def test_no_account_is_found_by_an_e_mail_that_a_provider_tells_of(app, client, provider):
    come_in(client)
    Traveller(app.test_client(), provider).goes()
    assert db.session.scalar(select(func.count()).select_from(Citizen)) == 2


def test_who_came_from_a_comment_goes_back_to_it_and_nowhere_else(app, slug):
    way = f"/consultations/{slug}/comment"
    for asked, led in ((way, way), ("//evil.example/consultations/x/comment", "/account")):
        client = app.test_client()
        client.get("/account/sign-in", query_string={"next": asked})
        ask(client)
        assert client.submit(link(), {}).headers["Location"] == led


def test_without_letters_and_provider_no_account_is_promised(app, client, monkeypatch):
    settings = app.extensions["settings"]
    monkeypatch.setitem(
        app.extensions, "settings", settings.__class__(**{**vars(settings), "mail": None})
    )
    assert "<form" not in client.get("/account/sign-in").get_data(as_text=True).split("<main")[1]
    assert "/account" not in client.get("/comments").get_data(as_text=True)


def test_the_database_is_asked_the_same_for_everybody(app, client):
    """So no clock tells who has an account."""
    come_in(client)
    strangers = [app.test_client() for _ in range(2)]
    tokens = [one.token("/account/sign-in") for one in strangers]
    told = []
    for one, token, email in zip(strangers, tokens, (MINE, "nobody@example.vn"), strict=True):
        with statements() as asked:
            one.post("/account/sign-in", data={"csrf_token": token, "email": email})
        told.append(asked)
    assert told[0] == told[1]
    assert len(told[0]) >= 3
    assert not [one for one in told[0] if "citizen" in one]


def test_that_its_owner_agreed_to_it_is_written_down_and_outlives_them(client):
    come_in(client)
    agreed = db.session.scalars(select(Consent)).one()
    assert (agreed.purpose, agreed.subject) == (Purpose.ACCOUNT, f"citizen:{by_address(MINE).id}")
    with locale.speaking(locale.called("en")):
        words = str(consents.WORDINGS[Purpose.ACCOUNT][agreed.wording - 1].text)
    stranger = client.application.test_client()
    assert words in stranger.get("/en/account/sign-in").get_data(as_text=True)
    client.submit("/account/forget", {})
    db.session.expire_all()
    agreed = db.session.scalars(select(Consent)).one()
    assert agreed.subject == ""
    assert agreed.withdrawn_at is not None


def test_a_link_and_its_address_are_forgotten_a_day_later(client):
    ask(client)
    for ago, kept in ((timedelta(hours=23), 1), (timedelta(hours=25), 0)):
        for duty in DUTIES:
            duty(clock.now() + ago)
        assert len(db.session.scalars(select(SignInLink)).all()) == kept
