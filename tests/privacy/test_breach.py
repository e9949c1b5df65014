"""A breach that was planted: the list is exactly right, and the notice counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.extensions import db
from app.kit import clock
from app.people import reading
from app.people.reading import For, Looked
from app.privacy import breach

NOW = clock.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def looks(world):
    """Two officers look in and out of the hour; one of them is the one whose account was stolen."""
    agency = world.agency()
    thief, other = world.officer(agency, Role.MODERATOR), world.officer(agency, Role.MODERATOR)
    for officer, at, ids in (
        (thief, NOW - HOUR, [1]),
        (thief, NOW, [2, 3]),
        (thief, NOW + HOUR / 2, [3]),
        (other, NOW + HOUR / 2, [4]),
        (thief, NOW + HOUR, [5]),
    ):
        reading.comments(officer, Looked.READ, ids, For.REVIEW, at)
    db.session.commit()
    return thief, other


def subjects(found) -> list[str]:
    return [one.subject for one in found]


def test_whose_data_an_account_was_shown(looks):
    thief, other = looks
    found = breach.affected(NOW, NOW + HOUR, thief.email)
    assert subjects(found) == ["comment:2", "comment:3"]
    assert found[1].at == NOW
    assert subjects(breach.affected(NOW, NOW + HOUR, other.email.upper())) == ["comment:4"]
    assert subjects(breach.affected(NOW, NOW + HOUR)) == ["comment:2", "comment:3", "comment:4"]
    assert breach.affected(NOW + 2 * HOUR, NOW + 3 * HOUR) == []


def test_whose_data_was_in_a_table_that_was_copied(world):
    consultation = world.consultation()
    early = world.comment(consultation, "Một.", email="a@example.vn", at=NOW - 2 * HOUR)
    late = world.comment(consultation, "Hai.", email="b@example.vn", at=NOW + HOUR)
    found = breach.affected(NOW - HOUR, NOW, table="contact_address")
    assert subjects(found) == [f"comment:{early.id}"]
    assert subjects(breach.affected(NOW, NOW + 2 * HOUR, table="comment")) == [
        f"comment:{early.id}",
        f"comment:{late.id}",
    ]
    with pytest.raises(breach.NoSuchTableError, match="contact_address"):
        breach.affected(NOW, NOW, table="agency")


def test_the_notice_counts_and_says_until_when(looks, app):
    found = breach.affected(NOW, NOW + HOUR)
    told = breach.notice(found, NOW.astimezone(clock.VN), NOW, NOW + HOUR)
    due = (NOW + timedelta(hours=72)).astimezone(clock.VN)
    assert f"{due:%Y-%m-%d %H:%M}" in told
    assert "records affected: 3" in told
    result = app.test_cli_runner().invoke(
        args=[
            *("privacy", "breach"),
            *("--since", f"{NOW.astimezone(clock.VN):%Y-%m-%dT%H:%M}"),
            *("--until", f"{(NOW + HOUR).astimezone(clock.VN):%Y-%m-%dT%H:%M}"),
        ]
    )
    assert result.exit_code == 0, result.output
    assert "comment:4" in result.output
