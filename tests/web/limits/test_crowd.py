"""G29: five hundred people behind one address are never held up; one program is, at once."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest

from app.web import pace
from app.web.limits_table import Over
from tests.web.limits.conftest import Crowd, counting

SCHOOL = "203.0.113.7"


def test_five_hundred_behind_one_address_each_send_once_a_minute(crowd, at):
    """They send evenly for three minutes: nobody is refused, and nobody is even slowed."""
    for _minute in range(3):
        for pupil in range(500):
            assert crowd.sends(f"pupil {pupil}", SCHOOL) is None
            at.pass_by(60 / 500)


def test_a_class_that_sends_at_one_word_is_slowed_at_most(crowd):
    said = [crowd.sends(f"pupil {pupil}", SCHOOL) for pupil in range(500)]
    assert {verdict.over for verdict in said if verdict} == {Over.SLOW}
    assert [verdict is None for verdict in said].count(True) == 150


def test_a_program_with_one_browser_is_refused_and_the_crowd_around_it_is_not_slowed(crowd, at):
    """100/s for 5 s from the address of the school: after 30 forms no more, and nobody else pays."""
    through, moments = 0, count()
    for second in range(5):
        for _ in range(100):
            verdict = crowd.sends("program", SCHOOL)
            through += verdict is None
            assert verdict is None or verdict.over is Over.REFUSE
            at.pass_by(1 / 100)
        for _ in range(8):
            assert crowd.sends(f"pupil {next(moments)}", SCHOOL) is None, second
    assert through == 30


def test_a_program_with_a_new_browser_each_time_is_slowed_within_five_seconds(crowd, at):
    said = []
    for n in range(500):
        said.append(crowd.sends(f"browser {n}", "198.51.100.9"))
        at.pass_by(1 / 100)
    first = next(n for n, verdict in enumerate(said) if verdict is not None)
    assert first == 150, "slowed after 1.5 s"
    assert all(verdict is not None for verdict in said[first:])


def test_many_addresses_at_one_draft_cost_everybody_there_a_moment_and_nobody_else(crowd):
    said = [crowd.sends(f"n{n}", f"10.{n // 250}.{n % 250}.1") for n in range(1300)]
    assert [verdict is None for verdict in said].count(True) == 1200
    other = crowd.sends("reader", "198.51.100.1", "/consultations/khac/comment")
    assert other is None


def test_a_program_elsewhere_slows_nobody_at_the_same_draft(crowd, at):
    for n in range(2000):
        crowd.sends(f"browser {n}", "198.51.100.9")
        at.pass_by(1 / 100)
    assert crowd.sends("pupil", SCHOOL) is None
    assert crowd.sends("neighbour", "198.51.100.10") is None


def test_neighbours_in_a_subnet_count_together_and_a_line_of_ipv6_is_one_address(crowd):
    line = [crowd.sends(f"a{n}", f"2001:db8:0:7::{n + 1:x}") for n in range(151)]
    assert [verdict is None for verdict in line] == [True] * 150 + [False]
    assert crowd.sends("next door", "2001:db8:0:8::1") is None


def work(token: str, bits: int) -> str:
    """The answer that `pace.js` looks for, found the same way."""
    for n in count():
        got = hashlib.pbkdf2_hmac("sha256", token.encode(), str(n).encode(), pace.ROUNDS, 4)
        if int.from_bytes(got) >> (32 - bits) == 0:
            return str(n)
    raise AssertionError


@pytest.fixture
def busy(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """The address is beyond what is honest; the work is little, so that tests are quick."""
    monkeypatch.setattr(pace, "ROUNDS", 2)
    for n in range(150):
        assert crowd.sends(f"n{n}") is None
    return crowd


def test_who_works_goes_on_at_once(busy):
    one = busy.sends("an").challenge
    sent = {pace.FIELD: one.token, pace.WORK: work(one.token, one.bits)}
    assert busy.sends("an", typed=sent) is None
    assert busy.sends("an", typed=sent) is None, "the same once more, after a lost answer"


def test_work_counts_for_one_text_and_one_browser(busy):
    one = busy.sends("an").challenge
    sent = {pace.FIELD: one.token, pace.WORK: work(one.token, one.bits)}
    assert busy.sends("bình", typed=sent) is not None
    assert busy.sends("an", typed=sent) is None
    assert busy.sends("an", typed={**sent, "body": "Khác hẳn."}) is not None
    assert busy.sends("an", path="/consultations/khac/comment", typed=sent) is not None


@pytest.mark.parametrize("answer", ["", "x", "-1", "٣", "9" * 40])
def test_what_is_no_answer_is_none(busy, answer):
    one = busy.sends("an").challenge
    wrong = answer
    if answer == "x":  # the first number that is not right
        wrong = next(str(n) for n in count() if not pace.fits(one.token, str(n), one.bits))
    assert busy.sends("an", typed={pace.FIELD: one.token, pace.WORK: wrong}) is not None


def test_who_cannot_work_waits_and_is_told_how_long(busy, at):
    verdict = busy.sends("an")
    assert verdict.seconds == pace.WAIT
    sent = {pace.FIELD: verdict.challenge.token}
    at.pass_by(4)
    early = busy.sends("an", typed=sent)
    assert early.seconds == pace.WAIT - 4
    at.pass_by(early.seconds)
    # the address is as busy as before
    for n in range(150):
        busy.sends(f"m{n}")
    assert busy.sends("an", typed={pace.FIELD: early.challenge.token}) is None


def test_a_challenge_is_over_after_a_while_and_a_forged_one_is_none(busy, at):
    one = busy.sends("an").challenge
    answer = work(one.token, one.bits)
    forged = {pace.FIELD: one.token[:-2] + "zz", pace.WORK: answer}
    assert busy.sends("an", typed=forged) is not None
    at.pass_by(pace.GOOD_FOR + 1)
    for n in range(150):
        busy.sends(f"m{n}")
    assert busy.sends("an", typed={pace.FIELD: one.token, pace.WORK: answer}) is not None


def test_nobody_is_late_for_having_waited_unless_the_words_are_other_ones(busy, at):
    first = at.at
    one = busy.sends("an").challenge
    at.pass_by(30)
    sent = {pace.FIELD: one.token, pace.WORK: work(one.token, one.bits)}
    assert busy.sends("an", typed={**sent, "body": "Nghĩ lại."}) is None
    assert busy.arrived is None
    assert busy.sends("an", typed={pace.FIELD: one.token}) is None, "no longer busy"
    assert busy.arrived == first.replace(microsecond=0)


def test_those_who_wait_come_through_slowly(busy, at):
    tokens = [busy.sends(f"bot {n}").challenge.token for n in range(200)]
    at.pass_by(pace.WAIT)
    for n in range(150):
        busy.sends(f"m{n}")
    said = [busy.sends(f"bot {n}", typed={pace.FIELD: token}) for n, token in enumerate(tokens)]
    assert [verdict is None for verdict in said].count(True) == 120


def test_the_same_holds_where_redis_counts(app, redis, tmp_path, at):
    with counting(app, tmp_path, redis_url=f"unix://{redis.socket_file}") as counted:
        crowd = Crowd(app, counted, at)
        said = [crowd.sends(f"browser {n}") for n in range(152)]
        assert [verdict is None for verdict in said] == [True] * 150 + [False] * 2
        many = [crowd.sends("program", "198.51.100.9") for _ in range(31)]
        assert many[-1].over is Over.REFUSE
        assert 0 < many[-1].seconds <= 610
        assert not any(b"203.0.113" in name for name in redis.keys("*"))
