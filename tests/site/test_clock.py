"""The clock in public: what is answered, what is owed, and rows from which anybody gets the same."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import territories
from app.accounts.models import Role
from app.comments.models import Tally
from app.consultations.clocks import Clock, Clocks
from app.consultations.period import Calendar, due_on, working_days_after
from app.documents.models import Topic
from app.documents.topics import label
from app.extensions import db
from app.kit import clock
from tests.moderation.staff import enter

CALENDAR = Calendar(off=frozenset({date(2026, 9, 2)}), working=frozenset({date(2026, 8, 22)}))


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 60))
def test_what_is_due_is_due_on_a_working_day_and_never_sooner(day, days):
    due = due_on(day, days, CALENDAR)
    assert CALENDAR.is_working(due)
    assert day + timedelta(days=days) <= due <= day + timedelta(days=days + 4)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 20))
def test_working_days_are_counted_one_by_one(day, days):
    end = working_days_after(day, days, CALENDAR)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(CALENDAR.is_working, between)) == days
    assert CALENDAR.is_working(end)


@pytest.mark.parametrize(
    ("day", "days", "end"),
    [
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday that is worked
        (date(2026, 8, 28), 3, date(2026, 9, 3)),  # over a weekend and a holiday
        (date(2026, 8, 29), 0, date(2026, 8, 29)),
    ],
)
def test_working_days_by_hand(day, days, end):
    assert working_days_after(day, days, CALENDAR) == end


@pytest.mark.parametrize(
    ("published", "answered", "percent"), [(0, 0, 100), (3, 2, 66), (200, 199, 99), (5, 5, 100)]
)
def test_a_hundred_per_cent_is_said_of_all_only(published, answered, percent):
    told = Clock(published, answered, date(2026, 1, 1), 1, None, 0)
    assert told.percent == percent
    assert (percent == 100) == (told.owed == 0)


def closed_with(world, published: int, answered: int, days_ago: int):
    """A comment period that ended, with these figures in its tally."""
    opened = clock.now() - timedelta(days=days_ago + 30)
    consultation = world.consultation(opened_at=opened, days=30)
    db.session.merge(
        Tally(
            consultation_id=consultation.id,
            article_lineage_id=0,
            received=published,
            published=published,
            answered=answered,
        )
    )
    db.session.commit()
    return consultation


def test_the_page_names_what_is_owed_and_what_is_overdue(client, world):
    late = closed_with(world, 4, 1, 80)
    fresh = closed_with(world, 3, 0, 5)
    done = closed_with(world, 2, 2, 80)
    page = client.get("/en/answering")
    text = page.get_data(as_text=True)
    assert "3 comments have no answer yet" in text
    assert "overdue by" in text
    assert "answers are due by" in text
    assert late.dossier.title in text
    assert fresh.dossier.title in text
    assert done.dossier.title not in text
    assert "33 %" in text  # 3 of 9


def test_the_rows_say_what_they_are_about_after_all_they_said_before(client, world):
    consultation = closed_with(world, 4, 1, 80)
    officer = world.officer(consultation.dossier.agency)
    label(consultation.dossier, db.session.get(Topic, "land"), officer, clock.now())
    territories.name("tinh", called="Tỉnh", called_en="", parent=None, now=clock.now())
    territories.place(consultation.dossier.agency, "tinh", clock.now())
    db.session.commit()
    head, row = csv.reader(io.StringIO(client.get("/answering.csv").get_data(as_text=True)))
    assert head[-3:] == ["as_of", "topic", "territory"]
    assert row[-2:] == ["land", "tinh"]


def test_the_rows_give_the_figures_of_the_page(client, world):
    closed_with(world, 4, 1, 80)
    closed_with(world, 2, 2, 80)
    rows = list(csv.DictReader(io.StringIO(client.get("/answering.csv").get_data(as_text=True))))
    assert [int(row["without_answer"]) for row in rows] == [3, 0]
    for row in rows:
        assert int(row["published"]) - int(row["answered"]) == int(row["without_answer"])
        closed = date.fromisoformat(row["closed_on"])
        today = date.fromisoformat(row["as_of"])
        assert (today - closed).days == int(row["days_since_closing"])
        overdue = max(0, (today - date.fromisoformat(row["due_on"])).days)
        assert int(row["days_overdue"]) == (overdue if int(row["without_answer"]) else 0)


def test_the_desk_says_in_words_how_late_answers_are(app, world, drain):
    late = closed_with(world, 4, 1, 80)
    beside = world.dossier(late.dossier.agency)
    fresh = world.consultation(beside, opened_at=clock.now() - timedelta(days=35), days=30)
    for one in (late, fresh):
        said = world.comment(one, "Xin trả lời.", at=one.opened_at + timedelta(days=1))
        world.publish(said, world.officer(late.dossier.agency, Role.MODERATOR))
    db.session.commit()
    drain()
    days = Clocks(clock.now()).of(late.dossier.document_type, late.ends_at, 4, 1).overdue_days
    assert days > 1
    drafter = enter(app, world.officer(late.dossier.agency, Role.DRAFTER))
    for page in ("/en/desk", "/en/desk/answers"):
        text = drafter.get(page).get_data(as_text=True)
        assert text.count(f"overdue by {days} days") == 1, page
        assert text.count("answers are due by") == 1, page
