"""Wrong codes after the right password are counted for days, whoever signs in meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import factors, invite
from app.accounts import sign_in as signing
from app.accounts.models import Role
from app.accounts.sign_in import Half, judge_factor
from app.extensions import db
from app.kit import clock
from app.web import limits_guesses
from tests.second_factor import code
from tests.web.limits.test_doors import take_away


@pytest.fixture
def officer(world):
    return world.officer(world.agency(), Role.DRAFTER)


def shown(officer, digits: str) -> bool:
    """Whether the code opens, after the right password, when no lock of minutes is on."""
    signing.forgive(officer)
    return judge_factor(Half.of(officer, clock.now()), digits, clock.now()) is officer


def wrong(officer, times: int) -> None:
    assert not any(shown(officer, "000 00") for _ in range(times))


def test_after_twenty_in_a_day_digits_count_no_more_and_a_code_on_paper_does(officer, counted, at):
    paper = factors.renew_recovery_codes(officer)
    wrong(officer, 19)
    assert shown(officer, code()), "signing in does not begin the count anew"
    wrong(officer, 1)
    at.pass_by(60)
    assert not shown(officer, code())
    assert shown(officer, paper[0])
    until = factors.no_digits_until(officer)
    assert timedelta(hours=23) < until - clock.now() < timedelta(days=1)
    at.pass_by(86_400)
    assert factors.no_digits_until(officer) is None
    assert shown(officer, code())


def test_after_a_hundred_in_a_month_too(officer, counted, at):
    for _day in range(5):
        wrong(officer, 20)
        at.pass_by(86_400)
    assert not shown(officer, code())
    assert factors.no_digits_until(officer) - clock.now() == timedelta(days=25)


@pytest.mark.parametrize("way", ["password", "reset", "invitation"])
def test_a_new_password_or_factor_is_the_way_out(officer, counted, at, way):
    wrong(officer, 20)
    if way == "password":
        signing.set_password(officer, "another long password", own=0)
    elif way == "reset":
        factors.reset(officer, "lost", None, clock.now())
    else:
        words = {"name": officer.name, "job_title": "", "role": Role.DRAFTER}
        words |= {"agency": officer.agency, "invited_by": None, "now": clock.now()}
        token = invite.invite(email=officer.email, **words)
        invite.take_up(token, "another long password", clock.now())
    assert factors.no_digits_until(officer) is None


def test_an_administrator_reads_what_to_do(client, world, officer, counted, at):
    admin = world.officer(officer.agency, Role.ADMIN)
    wrong(officer, 20)
    db.session.commit()
    client.sign_in(admin.email)
    page = client.get(f"/en/desk/staff/{officer.id}").get_data(as_text=True)
    assert "Too many wrong codes came with the right password" in page


def test_without_counters_no_digits_count(officer, counted, at):
    take_away(counted)
    assert not limits_guesses.may_guess("anybody")
    assert not shown(officer, code())
    assert factors.no_digits_until(officer) is None
