"""Passkeys: what a device may answer, and everything it may not."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.accounts import passkeys
from app.accounts.door_models import Passkey
from app.accounts.models import Role
from app.accounts.sign_in import LOCKED_FOR
from app.extensions import db
from app.kit import clock
from tests.accounts.authenticator import PRESENT, Device
from tests.moderation.staff import enter

DOOR, ACCOUNT = "/desk/sign-in", "/desk/account"
WITH_PASSKEY, PROVE = "/desk/sign-in/passkey", f"{ACCOUNT}/prove"
OPTIONS = re.compile(r'data-options="([^"]+)"')


@pytest.fixture(autouse=True)
def named(app, monkeypatch):
    """The portal has a name, as browsers ask of who wants passkeys."""
    settings = replace(app.extensions["settings"], public_url="http://localhost:8000")
    monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.fixture
def officer(world):
    return world.officer(world.agency(), Role.DRAFTER)


@pytest.fixture
def device(officer):
    """A device that keeps a passkey of the officer."""
    made = Device()
    now = clock.now()
    passkeys.register(officer, made.make(passkeys.offer_new(officer)["passkey"]), "Máy tính", now)
    db.session.commit()
    return made


def asked(client, page):
    """What the page asks a device, and the token of its form."""
    shown = client.get(page).get_data(as_text=True)
    return html.unescape(OPTIONS.search(shown)[1]), client._token_in(shown, page)


def sign_in(client, answer):
    """Where somebody is led who answers so."""
    token = client.token(DOOR)
    return client.post(WITH_PASSKEY, data={"csrf_token": token, "answer": answer}).location


def test_a_passkey_is_made_on_the_account_page_and_opens_the_desk_alone(app, officer):
    client, device = enter(app, officer), Device()
    options, token = asked(client, ACCOUNT)
    made = {"name": "Máy tính", "answer": device.make(options), "csrf_token": token}
    assert client.post(f"{ACCOUNT}/passkeys", data=made).location == f"{ACCOUNT}#passkeys"
    assert "Máy tính" in client.get(ACCOUNT).get_data(as_text=True)
    other = app.test_client()
    options, _token = asked(other, DOOR)
    assert sign_in(other, device.answer(options)) == "/desk"
    assert other.get("/desk/dossiers").status_code == 200


def test_the_page_asks_for_one_that_knows_its_holder(client):
    options = json.loads(asked(client, DOOR)[0])
    assert options["userVerification"] == "required"
    assert options["rpId"] == "localhost"
    assert not options.get("allowCredentials"), "it would tell who has which"


def test_without_a_name_no_passkey_is_offered(app, client, officer, monkeypatch):
    settings = replace(app.extensions["settings"], public_url="http://127.0.0.1:8000")
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert "data-passkey" not in client.get(DOOR).get_data(as_text=True)
    assert "data-passkey" not in enter(app, officer).get(ACCOUNT).get_data(as_text=True)


# what differs from a right answer, one thing at a time
FORGED = {
    "another site": {"origin": "http://localhost.evil.example"},
    "another port": {"origin": "http://localhost:8001"},
    "a key for another site": {"rp": "evil.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody there": {"flags": 0},
    "a copied key": {"count": -1},
}


@pytest.mark.parametrize("how", FORGED)
def test_what_is_not_right_in_all_is_refused(client, device, how):
    device.count = 5
    assert sign_in(client, device.answer(asked(client, DOOR)[0])) == "/desk"
    client.post("/desk/sign-out", data={"csrf_token": client.token("/desk")})
    false = replace(device, **FORGED[how])
    assert sign_in(client, false.answer(asked(client, DOOR)[0])) == DOOR
    assert sign_in(client, device.answer(asked(client, DOOR)[0])) == "/desk"


def test_another_key_with_that_name_is_refused(client, device):
    thief = Device(id=device.id, count=9)
    assert sign_in(client, thief.answer(asked(client, DOOR)[0])) == DOOR


def test_an_unknown_passkey_is_refused(client, device):
    assert sign_in(client, Device().answer(asked(client, DOOR)[0])) == DOOR


def test_a_registration_is_no_sign_in(client, device):
    assert sign_in(client, device.answer(asked(client, DOOR)[0], "webauthn.create")) == DOOR


def test_an_answer_counts_once(app, client, device):
    answer = device.answer(asked(client, DOOR)[0])
    assert sign_in(client, answer) == "/desk"
    assert sign_in(app.test_client(), answer) == DOOR


def test_an_answer_to_another_question_is_refused(app, client, officer, device):
    """A challenge is bound to what it was for, to this portal, and to its ten minutes."""
    proving = passkeys.offer(f"prove:{officer.id}")["passkey"]
    assert sign_in(client, device.answer(proving)) == DOOR
    own = json.dumps({"challenge": "A" * 75})
    assert sign_in(client, device.answer(own)) == DOOR


def test_a_question_grows_old(client, device, monkeypatch):
    options = asked(client, DOOR)[0]
    late = clock.now() + passkeys.ANSWERED_IN + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert sign_in(client, device.answer(options)) == DOOR


def test_who_asked_may_have_a_clock_that_is_a_little_ahead(client, device, monkeypatch):
    """Of two machines behind one name, one asks and the other gets the answer."""
    options = asked(client, DOOR)[0]
    behind = clock.now() - timedelta(seconds=3)
    monkeypatch.setattr(clock, "now", lambda: behind)
    assert sign_in(client, device.answer(options)) == "/desk"


def test_a_lock_against_guessing_does_not_lock_out_a_passkey(client, officer, device):
    officer.locked_until = clock.now() + LOCKED_FOR
    db.session.commit()
    assert sign_in(client, device.answer(asked(client, DOOR)[0])) == "/desk"


def test_a_closed_account_opens_to_no_passkey(client, officer, device):
    officer.active = False
    db.session.commit()
    assert sign_in(client, device.answer(asked(client, DOOR)[0])) == DOOR


def test_a_removed_passkey_opens_nothing(app, client, world, officer, device):
    own = enter(app, officer)
    passkey = passkeys.of(officer)[0].id
    form = {"csrf_token": own.token(ACCOUNT)}
    stranger = enter(app, world.officer(officer.agency, Role.DRAFTER))
    stranger.post(
        f"{ACCOUNT}/passkeys/{passkey}/remove", data={"csrf_token": stranger.token(ACCOUNT)}
    )
    assert passkeys.of(officer), "somebody else's is not theirs to remove"
    own.post(f"{ACCOUNT}/passkeys/{passkey}/remove", data=form)
    assert sign_in(client, device.answer(asked(client, DOOR)[0])) == DOOR


def test_a_passkey_proves_who_sits_there(app, officer, device, monkeypatch):
    client = enter(app, officer)
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    options, token = asked(client, PROVE)
    sent = {"csrf_token": token, "answer": device.answer(options)}
    page = f"{ACCOUNT}/password"
    assert client.post(f"{PROVE}/passkey?next={page}", data=sent).location == page
    assert client.get(page).status_code == 200


def test_a_device_is_registered_once(officer, device):
    twice = device.make(passkeys.offer_new(officer)["passkey"])
    with pytest.raises(passkeys.PasskeyError):
        passkeys.register(officer, twice, "Lần nữa", clock.now())


@pytest.mark.parametrize("how", [one for one in FORGED if one != "a copied key"])
def test_no_passkey_is_made_from_a_false_answer(officer, how):
    false = replace(Device(), **FORGED[how])
    with pytest.raises(passkeys.PasskeyError):
        passkeys.register(
            officer, false.make(passkeys.offer_new(officer)["passkey"]), "", clock.now()
        )
    assert not db.session.query(Passkey).count()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=some.text(max_size=200)
    | some.recursive(
        some.none() | some.text(max_size=20) | some.integers(),
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(
                some.sampled_from(
                    ["id", "rawId", "type", "response", "clientDataJSON", "signature"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=8,
    ).map(json.dumps)
)
def test_nothing_that_is_sent_instead_breaks_it(officer, said):
    for answers in (
        lambda: passkeys.recognise(said, "sign-in", clock.now()),
        lambda: passkeys.register(officer, said, "", clock.now()),
    ):
        with pytest.raises(passkeys.PasskeyError):
            answers()
