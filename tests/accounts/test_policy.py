"""May: a role for its agency and those below, a delegation on its days, nothing for the closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.models import Delegation, Grant, Role
from app.accounts.policy import DELEGATED, RULES, Act, may, reach
from app.extensions import db
from app.kit import clock

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 5, 4), date(2026, 5, 8)


@pytest.fixture
def tree(world):
    """A body, one below it, one below that, and one beside."""
    top = world.agency()
    middle = world.agency(parent=top)
    return top, middle, world.agency(parent=middle), world.agency(parent=top)


@pytest.fixture
def delegate(world, tree):
    """Holds no role, and may sign for the middle body from FIRST to LAST."""
    _top, middle, _low, _beside = tree
    officer, head = world.officer(middle), world.officer(middle, Role.HEAD)
    lent(officer, middle, head, FIRST, LAST)
    return officer


def lent(officer, agency, head, first, last, ended_at=None) -> None:
    words = {"given_by": head.id, "given_at": clock.now(), "ended_at": ended_at}
    row = Delegation(
        officer_id=officer.id, agency_id=agency.id, valid_from=first, valid_to=last, **words
    )
    db.session.add(row)
    db.session.commit()


def test_a_role_holds_at_its_agency_and_below_and_nowhere_else(world, tree):
    _top, middle, *_rest = tree
    officer = world.officer(middle, Role.MODERATOR)
    for act in Act:
        holds = Role.MODERATOR in RULES[act]
        assert [may(officer, act, one) for one in tree] == [False, holds, holds, False], act
        assert may(officer, act) is holds, act
        assert reach(officer, act) == ({middle.id} if holds else set()), act


def test_reach_is_every_agency_whose_role_allows_the_act(world, tree):
    top, _middle, low, beside = tree
    officer = world.officer(top, Role.MODERATOR)
    for agency, role in ((low, Role.DRAFTER), (beside, Role.CLERK)):
        db.session.add(Grant(officer_id=officer.id, role=role.value, agency_id=agency.id))
    db.session.commit()
    assert reach(officer, Act.ASK_AUTHOR) == {top.id, low.id}
    assert reach(officer, Act.TAKE_IN_COMMENT) == {beside.id}
    assert [may(officer, Act.TAKE_IN_COMMENT, one) for one in tree] == [False, False, False, True]


def test_who_was_closed_may_nothing_whatever_the_roles(world, tree):
    top, *_rest = tree
    officer = world.officer(top, *Role)
    officer.active = False
    assert not any(may(officer, act) or may(officer, act, top) for act in Act)


def test_a_delegation_lends_signing_and_reading_on_its_days_only(delegate, tree):
    _top, middle, low, beside = tree
    for act in Act:
        days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
        lends = act in DELEGATED
        wanted = [False, lends, lends, False]
        assert [may(delegate, act, middle, day) for day in days] == wanted, act
        assert [may(delegate, act, None, day) for day in days] == wanted, act
        assert may(delegate, act, low, FIRST) is lends, act
        assert not may(delegate, act, beside, FIRST)
    assert {Act.ENTER_DESK, Act.READ_ANSWERS, Act.REVIEW_ANSWER, Act.SIGN_ANSWER} == DELEGATED


def test_without_a_day_it_is_today_in_viet_nam(world, tree, monkeypatch):
    _top, middle, *_rest = tree
    officer, head = world.officer(middle), world.officer(middle, Role.HEAD)
    lent(officer, middle, head, FIRST, FIRST)
    begins = clock.vn_midnight(FIRST)
    for now, holds in ((begins - timedelta(seconds=1), False), (begins, True)):
        monkeypatch.setattr(clock, "now", lambda at=now: at)
        assert may(officer, Act.SIGN_ANSWER, middle) is holds
        assert may(officer, Act.SIGN_ANSWER) is holds


def test_a_role_and_a_delegation_together_reach_both(world, delegate, tree):
    _top, middle, _low, beside = tree
    db.session.add(Grant(officer_id=delegate.id, role=Role.HEAD.value, agency_id=beside.id))
    db.session.commit()
    assert reach(delegate, Act.SIGN_ANSWER, FIRST) == {middle.id, beside.id}
    assert reach(delegate, Act.SIGN_ANSWER, LAST + DAY) == {beside.id}


def test_what_was_ended_lends_nothing(world, tree):
    _top, middle, *_rest = tree
    officer, head = world.officer(middle), world.officer(middle, Role.HEAD)
    lent(officer, middle, head, FIRST, LAST, ended_at=clock.now())
    assert reach(officer, Act.SIGN_ANSWER, FIRST) == set()
