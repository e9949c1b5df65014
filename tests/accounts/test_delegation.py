"""The head's page of delegation: given, running, ended; nobody else's business."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Delegation, Role
from app.extensions import db
from app.kit import clock
from tests.moderation.staff import enter

PAGE = "/desk/delegations"


@pytest.fixture
def agency(world):
    return world.agency()


@pytest.fixture
def head(app, world, agency):
    return enter(app, world.officer(agency, Role.HEAD))


def days(first: int, last: int) -> dict[str, str]:
    today = clock.vn_date(clock.now())
    wanted = {"valid_from": first, "valid_to": last}
    return {name: (today + timedelta(days=n)).isoformat() for name, n in wanted.items()}


def given() -> list[Delegation]:
    db.session.rollback()
    return list(db.session.scalars(select(Delegation)))


def test_a_head_lets_another_sign_and_ends_it(app, world, agency, head):
    deputy = world.officer(agency, Role.APPROVER, name="Nông Văn Phó")
    assert head.submit(PAGE, {"officer": deputy.id, **days(0, 9)}).status_code == 303
    [one] = given()
    assert deputy.name in head.get(PAGE).get_data(as_text=True)
    assert enter(app, deputy).get(PAGE).status_code == 403
    sent = head.submit(PAGE, {}, to=f"{PAGE}/{one.id}/end")
    assert sent.status_code == 303
    assert given()[0].ended_at is not None
    assert f"{PAGE}/{one.id}/end" not in head.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-3, -1), (0, 400)])
def test_wrong_days_are_said_and_nothing_typed_is_lost(world, agency, head, first, last):
    deputy = world.officer(agency, Role.APPROVER)
    typed = {"officer": deputy.id, **days(first, last)}
    answer = head.submit(PAGE, typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "error-summary" in page
    assert typed["valid_to"] in page
    assert given() == []


def test_the_last_days_of_the_calendar_are_days_too(world, agency, head):
    deputy = world.officer(agency, Role.APPROVER)
    ends = {"valid_from": "9999-12-30", "valid_to": "9999-12-31"}
    assert head.submit(PAGE, {"officer": deputy.id, **ends}).status_code == 303
    assert len(given()) == 1


def test_nobody_of_another_agency_is_offered_or_ended(app, world, agency, head):
    far = world.agency()
    stranger = world.officer(far, Role.APPROVER)
    assert head.submit(PAGE, {"officer": stranger.id, **days(0, 1)}).status_code == 422
    other = enter(app, world.officer(far, Role.HEAD))
    deputy = world.officer(agency, Role.APPROVER)
    head.submit(PAGE, {"officer": deputy.id, **days(0, 1)})
    [one] = given()
    assert other.submit(PAGE, {}, to=f"{PAGE}/{one.id}/end").status_code == 404
    assert given()[0].ended_at is None


def test_a_token_is_needed(world, agency, head):
    deputy = world.officer(agency, Role.APPROVER)
    typed = {"officer": deputy.id, **days(0, 1)}
    assert head.post(PAGE, data=typed).status_code == 400
    head.submit(PAGE, typed)
    [one] = given()
    assert head.post(f"{PAGE}/{one.id}/end").status_code == 400
    assert given()[0].ended_at is None
