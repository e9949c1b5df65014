"""Who of the staff was shown what is not public of a person: written down, or not shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError, OperationalError

from app.accounts.models import Role
from app.extensions import db
from app.kit import clock
from app.people import reading
from app.people.models import Reading
from app.people.reading import For, Looked
from tests.moderation.staff import enter


def logged() -> list[tuple[int, str, str, str]]:
    rows = db.session.scalars(select(Reading).order_by(Reading.id)).all()
    return [(row.officer_id, row.act, row.subject, row.purpose) for row in rows]


@pytest.fixture
def desk(world, app):
    """A moderator at the desk, and two comments that wait."""
    consultation = world.consultation()
    officer = world.officer(consultation.dossier.agency, Role.MODERATOR)
    first, second = (world.comment(consultation, words) for words in ("Một.", "Hai."))
    return enter(app, officer), officer, first, second


def test_the_queue_and_a_comment_are_written_down(desk):
    client, officer, first, second = desk
    client.get("/desk/moderation")
    assert {row[1:] for row in logged()} == {
        ("listed", f"comment:{first.id}", "review"),
        ("listed", f"comment:{second.id}", "review"),
    }
    client.get(f"/desk/moderation/{second.id}")
    assert logged()[-1] == (officer.id, "read", f"comment:{second.id}", "review")
    row = db.session.scalars(select(Reading).order_by(Reading.id.desc())).first()
    assert row is not None
    assert row.agency_id == officer.agency_id


def test_what_comes_back_after_a_fault_is_written_down_too(desk):
    client, officer, first, _second = desk
    address = f"/desk/moderation/{first.id}"
    client.post(address, data={"outcome": "withhold"})
    assert (officer.id, "read", f"comment:{first.id}", "review") in logged()


def test_what_cannot_be_written_down_is_not_shown(desk):
    client, _officer, first, _second = desk

    def full(_conn, _cursor, statement, *_more):
        if statement.startswith("INSERT INTO access_log"):
            raise OperationalError(statement, {}, Exception("disk full"))

    event.listen(db.engine, "before_cursor_execute", full)
    try:
        answer = client.get(f"/desk/moderation/{first.id}")
    finally:
        event.remove(db.engine, "before_cursor_execute", full)
    assert answer.status_code >= 500
    assert first.body not in answer.text
    assert logged() == []


def test_it_names_rows_and_holds_no_words(desk):
    client, _officer, first, _second = desk
    client.get(f"/desk/moderation/{first.id}")
    told = repr(db.session.execute(text("SELECT * FROM access_log")).all())
    assert first.body not in told
    assert first.receipt not in told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET officer_id = officer_id",
        "UPDATE access_log SET at = at",
        "DELETE FROM access_log",
    ],
)
def test_nobody_changes_it(world, statement):
    officer = world.officer(world.agency(), Role.MODERATOR)
    reading.comments(officer, Looked.READ, [1], For.REVIEW)
    db.session.commit()
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert len(logged()) == 1


def test_after_a_year_it_may_go(world):
    officer = world.officer(world.agency(), Role.MODERATOR)
    old = clock.now() - timedelta(days=367)
    reading.comments(officer, Looked.READ, [1], For.REVIEW, old)
    reading.comments(officer, Looked.READ, [2], For.REVIEW)
    db.session.commit()
    db.session.execute(text("DELETE FROM access_log WHERE subject = 'comment:1'"))
    db.session.commit()
    assert [row[2] for row in logged()] == ["comment:2"]
