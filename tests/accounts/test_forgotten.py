"""A new password by letter: asked for alike by everybody, good once, and never a second factor."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import dormant, factors, forgotten
from app.accounts import sign_in as signing
from app.accounts.door_models import OfficerSession, Passkey, PasswordLink
from app.accounts.models import Officer, Role
from app.accounts.passwords import verify
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.mail.models import Letter
from app.web.limits_table import BY_ENDPOINT, By
from tests.citizens.people import statements
from tests.factories import PASSWORD
from tests.mail.conftest import office  # noqa: F401 - a fixture

FORM = "/desk/password"
LINK = re.compile(r"http://127\.0\.0\.1:8000((?:/en)?/desk/password/[\w-]{43})\s")
NEW = "một câu dài mới tinh"
CHOSEN = {"password": NEW, "again": NEW}

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def officer(world) -> Officer:
    made = world.officer(world.agency(), Role.CLERK)
    db.session.commit()
    return made


def letters() -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def ask(client, email: str) -> str:
    """What is said to who asks."""
    answer = client.submit(FORM, {"email": email})
    assert (answer.status_code, answer.location) == (303, f"{FORM}?sent=1")
    return client.get(answer.location).text


def link(at: int = -1) -> str:
    found = LINK.search(letters()[at].body)
    assert found, letters()[at].body
    return found[1]


def has(officer: Officer, password: str) -> bool:
    db.session.rollback()  # what other sessions did since is seen
    return verify(officer.password_hash, password)


def states(world, officer: Officer) -> list[str]:
    """Addresses of all that an account can be, and of nobody."""
    agency = officer.agency
    closed, asleep, bare, locked = (world.officer(agency, Role.CLERK) for _ in range(4))
    now = clock.now()
    signing.close(closed)
    asleep.created_at, asleep.last_seen_at = now - dormant.AFTER, None
    factors.reset(bare, "Mất điện thoại.", None, now)
    locked.locked_until = now + timedelta(minutes=5)
    db.session.commit()
    return [one.email for one in (officer, closed, asleep, bare, locked)] + ["nobody@example.vn"]


def test_answer_and_statements_are_the_same_for_everybody(world, officer, client):
    def asked(email: str) -> tuple[str, list[str]]:
        client.get(FORM)
        with statements() as made:
            page = ask(client, email)
        # but for what any page asks now and then
        return page, [one for one in made if "page_revision" not in one and one != "BEGIN"]

    first, *others = [asked(email) for email in states(world, officer)]
    assert "INSERT INTO letter" in " ".join(first[1])
    odd = [n for n, one in enumerate(others) if one != first]
    assert not odd


def test_only_an_open_account_with_a_second_factor_gets_a_link(world, officer, client):
    for email in states(world, officer):
        ask(client, email)
    linked = [bool(LINK.search(one.body)) for one in letters()]
    assert linked == [True, False, False, False, True, False]


def test_the_link_sets_a_password_once_and_the_second_factor_is_still_asked(officer, client):
    ask(client, officer.email)
    where = link()
    assert client.get(where).status_code == 200  # programs look first
    assert has(officer, PASSWORD)
    answer = client.submit(where, CHOSEN)
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in/code")
    assert has(officer, NEW)
    assert client.get("/desk").status_code == 303  # not at the desk yet
    assert client.submit(answer.location, {"code": "000000"}).status_code == 422
    assert client.get(where).status_code == 410
    assert client.sign_in(officer.email, NEW).location == "/desk"


def test_every_session_ends_and_the_record_and_a_letter_say_so(app, officer, client):
    desk = app.test_client()
    desk.sign_in(officer.email)
    assert desk.get("/desk").status_code == 200
    ask(client, officer.email)
    client.submit(link(), CHOSEN)
    assert desk.get("/desk").status_code == 303
    assert db.session.scalars(select(OfficerSession)).all() == []
    entry = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert (entry.verb, entry.facts) == ("password.changed", {"officer_id": officer.id})
    told = letters()[-1]
    assert told.recipient == officer.email
    assert not LINK.search(told.body)


def test_a_change_at_the_desk_is_told_by_letter_too(officer, client):
    client.sign_in(officer.email)
    client.submit("/desk/account/password", CHOSEN)
    assert [one.recipient for one in letters()] == [officer.email]


@pytest.mark.parametrize("rule", ["short", "differ"])
def test_the_rules_for_passwords_hold(officer, client, rule):
    ask(client, officer.email)
    typed = {"password": "short", "again": "short"} if rule == "short" else {**CHOSEN, "again": "x"}
    assert client.submit(link(), typed).status_code == 422
    assert has(officer, PASSWORD)
    assert client.submit(link(), CHOSEN).status_code == 303


def _changed(officer: Officer) -> None:
    signing.set_password(officer, "another long password", 0)


def _closed(officer: Officer) -> None:
    signing.close(officer)


def _asleep(officer: Officer) -> None:
    officer.created_at, officer.last_seen_at = clock.now() - dormant.AFTER, None


def _without_factor(officer: Officer) -> None:
    factors.reset(officer, "Mất điện thoại.", None, clock.now())


@pytest.mark.parametrize("end", [_changed, _closed, _asleep, _without_factor])
def test_what_ends_the_account_or_its_password_ends_the_link(officer, client, end):
    ask(client, officer.email)
    where, token = link(), client.token(FORM)
    end(officer)
    db.session.commit()
    before = officer.password_hash
    assert client.get(where).status_code == 410
    assert client.post(where, data={**CHOSEN, "csrf_token": token}).status_code == 410
    db.session.expire_all()
    assert officer.password_hash == before


def test_a_newer_letter_ends_an_older_one(officer, client):
    ask(client, officer.email)
    ask(client, officer.email.upper())
    assert client.get(link(0)).status_code == 410
    assert client.get(link(1)).status_code == 200


def test_a_link_is_good_for_less_than_an_hour(officer, client, monkeypatch):
    ask(client, officer.email)
    now = clock.now()
    late = now + forgotten.LASTS
    assert timedelta(hours=1) >= forgotten.LASTS
    monkeypatch.setattr(clock, "now", lambda: late - timedelta(seconds=5))
    assert client.get(link()).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.get(link()).status_code == 410


def test_whoever_asks_again_and_again_fills_no_letterbox_and_keeps_nobody_out(
    officer, client, monkeypatch
):
    begun = clock.now()
    for minutes in range(0, 120, 2):
        at = begun + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        ask(client, officer.email)
        # whoever asked, the newest letter opens the door
        assert client.get(link()).status_code == 200
    assert len(letters()) <= 2 * (forgotten.MOST + 6)


def test_the_same_link_twice_at_once_sets_one_password(app, officer, client):
    ask(client, officer.email)
    token = link().rsplit("/", 1)[1]

    def press(n: int) -> bool:
        with app.app_context():
            done = forgotten.take(token, f"{NEW} {n}", clock.now()) is not None
            db.session.commit()
            return done

    with ThreadPoolExecutor(4) as many:
        done = list(many.map(press, range(4)))
    assert done.count(True) == 1
    assert has(officer, f"{NEW} {done.index(True)}")


def test_a_letter_opens_no_locked_account_and_forgives_no_wrong_code(officer, client):
    ask(client, officer.email)
    officer.locked_until = clock.now() + timedelta(minutes=15)
    db.session.commit()
    client.submit(link(), CHOSEN)
    db.session.expire_all()
    assert officer.locked_until is not None
    assert client.sign_in(officer.email, NEW).status_code == 422


def test_an_officer_with_only_a_passkey_may_have_a_password(world, officer, client):
    factors.reset(officer, "Đổi máy.", None, clock.now())
    key = {"credential_id": "BBBB", "public_key": b"", "sign_count": 0, "created_at": clock.now()}
    db.session.add(Passkey(officer_id=officer.id, name="Máy tính", **key))
    db.session.commit()
    ask(client, officer.email)
    answer = client.submit(link(), CHOSEN)
    assert answer.location == "/desk/sign-in/code"  # where the passkey is offered
    assert client.get("/desk").status_code == 303


def test_only_a_digest_of_the_link_is_kept_and_a_day_later_nothing(officer, client):
    ask(client, officer.email)
    token = link().rsplit("/", 1)[1]
    (row,) = db.session.scalars(select(PasswordLink)).all()
    assert token not in repr(vars(row))
    forgotten.forget_links(clock.now() + timedelta(days=1, seconds=1))
    assert db.session.scalars(select(PasswordLink)).all() == []


def test_no_limit_counts_what_somebody_else_types():
    row = BY_ENDPOINT["accounts.forgotten"]
    assert {one.by for one in row.buckets} == {By.SESSION, By.ADDRESS}


def test_without_letters_the_page_says_whom_to_ask(app, client, monkeypatch):
    silent = replace(app.extensions["settings"], mail=None)
    monkeypatch.setitem(app.extensions, "settings", silent)
    page = client.get(FORM).text
    assert 'name="email"' not in page


def test_the_door_is_linked_from_where_officers_sign_in(client):
    assert f'href="{FORM}"' in client.get("/desk/sign-in").text
