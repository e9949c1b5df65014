"""Sessions of officers: what begins them, what ends them, and what is never lost with them (G27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.accounts import dormant, officer_sessions, typed_late
from app.accounts.door_models import KeptForm, OfficerSession
from app.accounts.models import Officer, Role
from app.accounts.sign_in import close
from app.extensions import db
from app.kit import clock
from tests.factories import PASSWORD
from tests.moderation.staff import enter
from tests.second_factor import code

DESK, ACCOUNT, NEW = "/desk/dossiers", "/desk/account", "/desk/dossiers/new"
WRITTEN = "Nghị quyết về nước sạch ở nông thôn, viết rất lâu."


@pytest.fixture
def officer(world):
    return world.officer(world.agency(), Role.DRAFTER)


@pytest.fixture
def later(monkeypatch):
    """Moves the clock on: `later(minutes=14)`."""

    def move(**words):
        at = clock.now() + timedelta(**words)
        monkeypatch.setattr(clock, "now", lambda: at)

    return move


def is_in(client):
    return client.get(DESK).status_code == 200


def cookie(client):
    return client.get_cookie("gopy").value


def with_cookie(app, value):
    thief = app.test_client()
    thief.set_cookie("gopy", value)
    return thief


def test_signing_in_gives_a_new_token_and_the_database_does_not_know_it(app, client, officer):
    client.sign_in(officer.email)
    with client.session_transaction() as session:
        first = session["_user_id"]
    client.post("/desk/sign-out", data={"csrf_token": client.token(DESK)})
    client.sign_in(officer.email)
    with client.session_transaction() as session:
        second = session["_user_id"]
    assert first != second
    assert len(second) == 22, "128 random bits in URL-safe base64"
    kept = db.session.scalars(select(OfficerSession.token_digest)).all()
    assert kept == [officer_sessions.digest(second)]


def test_a_planted_session_is_not_the_one_that_is_signed_in(app, client, officer):
    """Fixation: whoever knows the cookie from before knows nothing of the session after."""
    client.get("/desk/sign-in")
    planted = cookie(client)
    client.sign_in(officer.email)
    assert is_in(client)
    assert not is_in(with_cookie(app, planted))


@pytest.mark.parametrize("ending", ["sign out", "close", "end others", "new password"])
def test_a_copied_cookie_is_worth_nothing_once_the_session_ended(app, client, officer, ending):
    client.sign_in(officer.email)
    thief = with_cookie(app, cookie(client))
    assert is_in(thief)
    if ending == "sign out":
        client.post("/desk/sign-out", data={"csrf_token": client.token(DESK)})
    elif ending == "close":
        close(db.session.get_one(Officer, officer.id))
        db.session.commit()
    else:
        other = app.test_client()
        other.sign_in(officer.email)
        if ending == "end others":
            other.post(f"{ACCOUNT}/sessions/end", data={"csrf_token": other.token(ACCOUNT)})
        else:
            new = {"password": "quite another one", "again": "quite another one"}
            assert other.submit(f"{ACCOUNT}/password", new).status_code == 303
        assert is_in(other)
    assert not is_in(thief)


def test_the_sixth_session_ends_the_oldest(app, officer):
    browsers = [enter(app, officer) for _ in range(officer_sessions.MOST + 1)]
    assert [is_in(one) for one in browsers] == [False] + [True] * officer_sessions.MOST


@pytest.mark.parametrize(
    ("role", "limit"),
    [(Role.DRAFTER, officer_sessions.IDLE), (Role.ADMIN, officer_sessions.IDLE_ADMIN)],
)
def test_a_session_ends_when_nobody_uses_it(app, world, later, role, limit):
    client = enter(app, world.officer(world.agency(), role))
    for _ in range(3):  # each use begins the time anew
        later(seconds=limit.total_seconds() - 1)
        assert client.get("/desk").status_code == 200
    later(seconds=limit.total_seconds())
    assert client.get("/desk").status_code == 303


def test_a_session_in_use_ends_after_twelve_hours(app, officer, later):
    client = enter(app, officer)
    seen = []
    for _ in range(60):
        later(minutes=12)
        seen.append(is_in(client))
    assert seen == [True] * 59 + [False]


def test_a_cookie_with_another_time_of_use_is_refused(app, officer, later):
    """The time travels in the cookie; whoever copies an old cookie has an old time."""
    client = enter(app, officer)
    assert is_in(client)
    old = cookie(client)
    later(minutes=14)
    assert is_in(client)
    later(minutes=2)
    assert is_in(client)
    assert not is_in(with_cookie(app, old))


def test_officer_and_session_come_in_one_statement(app, officer):
    client = enter(app, officer)
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    client.get(ACCOUNT)
    loading = [one for one in asked if "officer_session" in one and "token_digest" in one]
    assert len([one for one in loading if "JOIN officer_session" in one]) == 1
    assert not [one for one in asked if one.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_cookie_belongs_to_this_site_alone(app, another_portal):
    safe = another_portal(replace(app.extensions["settings"], secure_cookies=True))
    answer = safe.test_client().get("/desk/sign-in", base_url="https://gopy.example.vn")
    name, *flags = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-gopy=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not [one for one in flags if one.startswith("Domain")]


def test_changing_the_password_asks_who_sits_there(app, officer, later):
    client = enter(app, officer)
    later(minutes=5)
    asked = client.get(f"{ACCOUNT}/password")
    assert asked.location == f"{ACCOUNT}/prove?next={ACCOUNT}/password"
    new = {"password": "quite another one", "again": "quite another one"}
    sent = client.post(
        f"{ACCOUNT}/password", data={**new, "csrf_token": client.token(f"{ACCOUNT}/prove")}
    )
    assert "/prove" in sent.location
    assert client.submit(asked.location, {"proof": "wrong password"}).status_code == 422
    assert client.submit(asked.location, {"proof": PASSWORD}).location == f"{ACCOUNT}/password"
    assert client.submit(f"{ACCOUNT}/password", new).location == ACCOUNT
    assert app.test_client().sign_in(officer.email, "quite another one").status_code == 303


def test_six_digits_prove_too_and_only_once(app, officer, later):
    client = enter(app, officer)
    later(minutes=5)
    page, digits = f"{ACCOUNT}/prove", code()
    assert client.submit(page, {"proof": digits}).status_code == 303
    later(minutes=0)
    assert client.submit(page, {"proof": digits}).status_code == 422


@pytest.fixture
def away(app, officer, later):
    """A browser whose session ran out while its officer wrote a long title."""
    client = enter(app, officer)
    form = {"title": WRITTEN, "csrf_token": client.token(NEW)}
    later(minutes=16)
    client.form = form
    return client


def test_what_was_typed_too_late_is_there_again_after_signing_in(away, officer):
    answer = away.post(NEW, data=away.form)
    assert "/desk/sign-in" in answer.location
    assert "toast-warn" in away.get(answer.location).get_data(as_text=True)
    assert away.sign_in(officer.email).location == "/desk/typed"
    page = away.get("/desk/typed").get_data(as_text=True)
    assert page.count(WRITTEN) == 2, "to read, and to send again"
    kept = db.session.scalars(select(KeptForm.id)).one()
    sent = {"title": WRITTEN, "csrf_token": away.token("/desk/typed")}
    again = away.post(f"/desk/typed/{kept}/send", data=sent)
    assert (again.status_code, again.location) == (307, NEW)
    html = away.post(again.location, data=sent).get_data(as_text=True)
    assert WRITTEN in html, "the form asks for what it lacks and has kept the rest"
    assert away.get("/desk/typed").location == "/desk"


def test_what_was_typed_lies_sealed_and_for_its_officer_alone(app, away, world, officer):
    away.post(NEW, data=away.form)
    with db.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT fields FROM kept_form").scalar_one()
    assert "nước sạch" not in raw
    colleague = enter(app, world.officer(officer.agency, Role.DRAFTER))
    assert colleague.get("/desk/typed").location == "/desk"
    kept = db.session.scalars(select(KeptForm.id)).one()
    token = colleague.token(DESK)
    assert colleague.post(f"/desk/typed/{kept}/send", data={"csrf_token": token}).status_code == 404
    colleague.post(f"/desk/typed/{kept}/discard", data={"csrf_token": token})
    assert db.session.scalars(select(KeptForm)).all()


@pytest.mark.parametrize("how", ["forged", "no session", "a password"])
def test_what_nobody_signed_in_typed_is_not_kept(app, away, how):
    if how == "forged":
        away.post(NEW, data={**away.form, "csrf_token": "made up"})
    elif how == "no session":
        app.test_client().post(NEW, data=away.form)
    else:
        words = {"password": WRITTEN, "again": WRITTEN}
        away.post(f"{ACCOUNT}/password", data={**away.form, **words})
    assert not db.session.scalars(select(KeptForm)).all()


def test_what_nobody_came_back_for_is_forgotten(officer):
    now = clock.now()
    for n in range(typed_late.MOST + 2):
        typed_late.keep(officer.id, "/desk", [("body", f"Bản thứ {n}")], now)
    assert typed_late.waiting(officer, now) == typed_late.MOST
    typed_late.forget_old(now + typed_late.KEPT_FOR)
    assert not db.session.scalars(select(KeptForm)).all()


def test_an_account_falls_asleep_after_45_days_and_an_administrator_wakes_it(
    app, client, world, officer, drain
):
    admin = world.officer(officer.agency, Role.ADMIN)
    theirs = enter(app, officer)
    now = clock.now()
    officer.last_seen_at = now - dormant.AFTER + timedelta(seconds=1)
    db.session.commit()
    dormant.fall_asleep(now)
    assert officer.active
    dormant.fall_asleep(now + timedelta(seconds=1))
    db.session.commit()
    assert not is_in(theirs)
    assert app.test_client().sign_in(officer.email).status_code == 422
    client.sign_in(admin.email)
    token = client.token(f"/desk/staff/{officer.id}")
    client.post(f"/desk/staff/{officer.id}/open", data={"csrf_token": token})
    assert app.test_client().sign_in(officer.email).status_code == 303


def test_a_sleeper_is_not_let_in_before_the_worker_came(client, officer):
    officer.last_seen_at = clock.now() - dormant.AFTER
    db.session.commit()
    assert client.sign_in(officer.email).status_code == 422
