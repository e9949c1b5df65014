"""The second step: codes of a telephone, codes on paper, and who has neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, text

from app.accounts import factors, passwords, totp
from app.accounts.door_models import Factor, RecoveryCode, SignInDay
from app.accounts.models import Officer, Role
from app.accounts.sign_in import HALF_DONE, LOCKED_FOR, MAX_FAILURES
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from tests.factories import PASSWORD
from tests.page_client import ANY_TOKEN
from tests.second_factor import SECRET, code, code_shown, fresh_code

DOOR, CODE = "/desk/sign-in", "/desk/sign-in/code"
SET_UP, CODES = "/desk/sign-in/set-up", "/desk/account/recovery-codes"
# RFC 6238 appendix B, SHA-1, the last six of its eight digits
VECTORS = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
VECTOR_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def officer(world):
    return world.officer(world.agency(), Role.DRAFTER)


def half_in(client, officer, password=PASSWORD):
    answer = client.submit(DOOR, {"email": officer.email, "password": password})
    assert answer.location == CODE
    return client


def is_in(client):
    return client.get("/desk/dossiers").status_code == 200


@pytest.mark.parametrize(("at", "digits"), VECTORS.items())
def test_codes_are_those_of_the_standard(at, digits):
    assert totp.code_of(VECTOR_SECRET, at // totp.STEP) == digits
    assert totp.step_of(VECTOR_SECRET, digits, datetime.fromtimestamp(at, UTC)) == at // totp.STEP


@given(drift=some.integers(-5, 5), spent=some.integers(-5, 5), gap=some.sampled_from(["", " "]))
def test_a_code_counts_near_its_time_and_after_the_last(drift, spent, gap):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    step = totp.step_at(now) + drift
    digits = totp.code_of(SECRET, step)
    found = totp.step_of(
        SECRET, digits[:3] + gap + digits[3:], now, after=totp.step_at(now) + spent
    )
    assert found == (step if abs(drift) <= 1 and drift > spent else None)


@given(some.text(max_size=60))
def test_no_text_but_the_code_is_taken(typed):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    near = {totp.code_of(SECRET, totp.step_at(now) + drift) for drift in totp.DRIFT}
    assert (totp.step_of(SECRET, typed, now) is not None) == ("".join(typed.split()) in near)


def test_the_password_alone_opens_nothing(client, officer):
    half_in(client, officer)
    assert not is_in(client)
    assert client.get("/desk").status_code == 303


def test_a_code_is_taken_once(app, client, officer):
    digits = fresh_code(app, officer.email)
    assert half_in(client, officer).submit(CODE, {"code": digits}).status_code == 303
    second = half_in(app.test_client(), officer)
    assert second.submit(CODE, {"code": digits}).status_code == 422
    assert not is_in(second)


def test_five_wrong_codes_lock_and_the_right_one_waits(app, client, officer, monkeypatch):
    half_in(client, officer)
    for _ in range(MAX_FAILURES):
        assert client.submit(CODE, {"code": "000000"}).status_code == 422
    assert client.submit(CODE, {"code": code()}).status_code == 422
    assert db.session.get_one(Factor, officer.id).last_step == 0, "spent, though nobody came in"
    later = clock.now() + LOCKED_FOR
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.sign_in(officer.email).status_code == 303


def test_wrong_passwords_and_wrong_codes_are_counted_together(client, officer):
    half_in(client, officer).submit(CODE, {"code": "000000"})
    half_in(client, officer, "wrong password")
    db.session.refresh(officer)
    assert officer.failures == 2


def test_a_half_done_sign_in_grows_old(client, officer, monkeypatch):
    half_in(client, officer)
    later = clock.now() + HALF_DONE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.submit(CODE, {"code": code()}).status_code == 422


def test_a_half_done_sign_in_does_not_outlive_the_password(client, officer):
    half_in(client, officer)
    officer.session_key = "another"
    db.session.commit()
    assert client.submit(CODE, {"code": code()}).status_code == 422


def test_what_the_browser_carries_half_way_tells_nothing(client, officer):
    """Right password or wrong, known or not: the cookie is sealed, and equally long."""
    sealed = []
    for email, password in ((officer.email, PASSWORD), (officer.email, "x"), ("a@b.vn", "x")):
        client.submit(DOOR, {"email": email, "password": password})
        with client.session_transaction() as session:
            sealed.append(session["half"])
    assert len({len(one) for one in sealed}) == 1
    assert officer.session_key not in str(sealed)


def set_up(client, officer):
    """The ten recovery codes of an officer who sets up a telephone on the way in."""
    db.session.query(Factor).filter_by(officer_id=officer.id).delete()
    db.session.commit()
    answer = client.submit(DOOR, {"email": officer.email, "password": PASSWORD})
    assert answer.location == SET_UP
    assert not is_in(client)
    assert client.submit(SET_UP, {"code": code_shown(client)}).location == CODES
    page = client.get(CODES).get_data(as_text=True)
    codes = [one.split("</li>")[0] for one in page.split("<li>") if one[:19].count("-") == 3]
    return [one for one in codes if len(one) == 19]


def test_who_has_no_second_factor_sets_one_up_before_any_desk(client, officer):
    codes = set_up(client, officer)
    assert is_in(client)
    assert len(set(codes)) == factors.RECOVERY_CODES
    assert client.get(CODES).location == "/desk/account", "shown once"


def test_a_wrong_code_sets_nothing_up(client, officer):
    db.session.query(Factor).delete()
    db.session.commit()
    client.submit(DOOR, {"email": officer.email, "password": PASSWORD})
    assert client.submit(SET_UP, {"code": "000000"}).status_code == 422
    assert not is_in(client)
    assert not factors.has_factor(officer)


def test_who_has_a_second_factor_cannot_set_up_another_with_the_password(client, officer):
    half_in(client, officer)
    assert client.get(SET_UP).location == DOOR


def test_a_recovery_code_opens_once(app, client, officer):
    first, *_others = set_up(client, officer)
    typed = first.lower().replace("-", " ")
    other = half_in(app.test_client(), officer)
    assert other.submit(CODE, {"code": typed}).status_code == 303
    assert is_in(other)
    again = half_in(app.test_client(), officer)
    assert again.submit(CODE, {"code": first}).status_code == 422
    assert factors.recovery_codes_left(officer) == factors.RECOVERY_CODES - 1


def test_new_recovery_codes_make_the_old_worthless(client, app, officer):
    first, *_others = set_up(client, officer)
    page = client.token("/desk/account")
    renewed = client.post(f"{CODES}/renew", data={"csrf_token": page})
    assert renewed.location == CODES
    other = half_in(app.test_client(), officer)
    assert other.submit(CODE, {"code": first}).status_code == 422


def test_no_secret_lies_open_in_the_database(client, officer):
    codes = set_up(client, officer)
    secret = db.session.get_one(Factor, officer.id).secret
    kept = [
        str(row)
        for table in ("officer_factor", "recovery_code", "ledger_entry", "officer_session")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    ]
    assert db.session.scalars(select(RecoveryCode)).all()
    assert not [one for one in (secret, *codes) if one in str(kept)]
    assert not [one for one in codes if one.replace("-", "") in str(kept)]


def test_the_ledger_tells_what_was_set_and_no_more(client, officer):
    set_up(client, officer)
    told = select(Entry.facts).where(Entry.verb == "factor.added").order_by(Entry.id)
    kinds = [facts["factor"] for facts in db.session.scalars(told)]
    assert kinds == ["totp", "recovery_codes"]


def pages(client, email, password):
    """What somebody sees who tries, in both steps, without what is new in every page."""
    seen = [client.submit(DOOR, {"email": email, "password": password})]
    assert seen[0].location == CODE
    seen += [client.get(CODE), client.submit(CODE, {"code": "000000"})]
    told = []
    for answer in seen:
        html = ANY_TOKEN.sub("token", answer.get_data(as_text=True))
        told.append((answer.status_code, answer.headers.get("Location"), html))
    return str(told)


def test_nobody_learns_which_accounts_exist_or_which_password_is_right(client, world, officer):
    agency = world.agency()
    closed, locked, asleep = (world.officer(agency, Role.DRAFTER) for _ in range(3))
    closed.active = False
    locked.locked_until = clock.now() + LOCKED_FOR
    asleep.created_at = clock.now() - timedelta(days=46)
    db.session.commit()
    guesses = [
        (officer.email, PASSWORD),
        (officer.email, "wrong password"),
        ("nobody@example.vn", PASSWORD),
        *((one.email, PASSWORD) for one in (closed, locked, asleep)),
        *((one.email, "wrong password") for one in (closed, locked, asleep)),
    ]
    seen = {pages(client, *guess) for guess in guesses}
    assert len(seen) == 1


def test_every_attempt_hashes_once_and_writes_once(client, world, officer, monkeypatch):
    hashed = []
    real = passwords._hasher.verify

    class Counting:
        def verify(self, *words):
            hashed.append(words[0])
            return real(*words)

        hash = passwords._hasher.hash

    monkeypatch.setattr(passwords, "_hasher", Counting())
    closed = world.officer(world.agency(), Role.DRAFTER)
    closed.active = False
    db.session.commit()
    day = clock.vn_date(clock.now())
    for n, (email, password) in enumerate(
        [
            (officer.email, PASSWORD),
            (officer.email, "wrong"),
            ("nobody@example.vn", "wrong"),
            (closed.email, PASSWORD),
        ],
        1,
    ):
        hashed.clear()
        client.submit(DOOR, {"email": email, "password": password})
        assert len(hashed) == 1
        assert db.session.get_one(SignInDay, day, populate_existing=True).attempts == n


def test_an_administrator_resets_a_lost_factor_with_a_reason(app, client, world):
    agency = world.agency()
    admin, officer = world.officer(agency, Role.ADMIN), world.officer(agency, Role.DRAFTER)
    theirs = app.test_client()
    theirs.sign_in(officer.email)
    client.sign_in(admin.email)
    page = f"/desk/staff/{officer.id}"
    assert client.submit(page, {"reason": ""}).status_code == 422
    assert is_in(theirs)
    assert client.submit(page, {"reason": "Mất điện thoại."}).status_code == 303
    assert not is_in(theirs)
    assert not factors.has_factor(officer)
    assert "Mất điện thoại." in client.get(page).get_data(as_text=True)
    facts = db.session.scalars(select(Entry).where(Entry.verb == "factor.cancelled")).one()
    assert (facts.actor_id, facts.facts["officer_id"]) == (admin.id, officer.id)
    assert "Mất" not in str(facts.facts)


@pytest.mark.parametrize("whose", ["own", "elsewhere"])
def test_nobody_resets_their_own_factor_or_one_of_another_agency(client, world, whose):
    admin = world.officer(world.agency(), Role.ADMIN)
    other = admin if whose == "own" else world.officer(world.agency(), Role.DRAFTER)
    client.sign_in(admin.email)
    assert client.get(f"/desk/staff/{other.id}").status_code == 404


def test_the_command_resets_a_factor(app, officer):
    runner = app.test_cli_runner()
    reset = ["accounts", "reset-factor", officer.email]
    assert runner.invoke(args=reset).exit_code != 0, "no reason, no reset"
    assert runner.invoke(args=[*reset, "--reason", "Mất điện thoại"]).exit_code == 0
    assert not factors.has_factor(db.session.get_one(Officer, officer.id))
