"""Stops are announced seven working days ahead and on every page; the last days are left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.accounts.models import Role
from app.consultations.period import Calendar
from app.extensions import db
from app.kit import clock
from app.operations import stops

HOUR = timedelta(hours=1)
WORDS = "Nâng cấp máy chủ."
NOTICE = 'class="notice" role="note"'


@pytest.fixture
def admin(world):
    officer = world.officer(world.agency(), Role.ADMIN)
    db.session.commit()
    return officer


def plan(ahead: timedelta, lasts: timedelta = HOUR) -> tuple[datetime, datetime]:
    starts = clock.now() + ahead
    return starts, starts + lasts


def announced(officer, ahead=timedelta(days=30), **words):
    stop = stops.announce(plan(ahead), WORDS, "New servers.", officer, clock.now(), **words)
    db.session.commit()
    return stop


@pytest.mark.parametrize(
    ("told_on", "first"),
    [
        # a Monday: Tuesday is the first day, the seventh is Wednesday of the week after
        ("2026-03-02", "2026-03-12"),
        # a Friday before Tết 2026: the days off count for nothing
        ("2026-02-13", "2026-03-04"),
    ],
)
def test_seven_working_days_lie_between_the_word_and_the_stop(app, told_on, first):
    at = clock.vn_midnight(date.fromisoformat(told_on)) + timedelta(hours=9)
    assert stops.earliest(at, stops.calendar()) == clock.vn_midnight(date.fromisoformat(first))


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),
    st.sets(st.dates(date(2025, 1, 1), date(2028, 6, 1)), max_size=40),
)
def test_no_calendar_gives_fewer_than_seven_working_days(instant, off):
    calendar, now = Calendar(off=frozenset(off)), instant.replace(tzinfo=UTC)
    first = clock.vn_date(stops.earliest(now, calendar))
    told = clock.vn_date(now)
    between = (told + timedelta(days=n) for n in range(1, (first - told).days))
    assert sum(map(calendar.is_working, between)) == stops.NOTICE_DAYS


def test_a_stop_without_notice_is_refused_unless_it_cannot_wait(admin):
    with pytest.raises(stops.TooSoonError):
        announced(admin, timedelta(days=2))
    assert announced(admin, timedelta(minutes=1), emergency="Lỗ hổng bảo mật.").emergency


@pytest.mark.parametrize("times", [(HOUR, -HOUR), (HOUR, timedelta(days=8)), (-2 * HOUR, HOUR)])
def test_times_that_make_no_sense_are_refused_even_in_an_emergency(admin, times):
    with pytest.raises(stops.WrongTimesError):
        stops.announce(plan(*times), WORDS, "", admin, clock.now(), emergency="Gấp.")


@pytest.mark.parametrize(
    ("before_the_end", "refused"),
    [
        (timedelta(days=3) + 2 * HOUR, False),
        (timedelta(days=3), True),
        (HOUR / 2, True),
        (-HOUR, False),
    ],
)
def test_the_last_three_days_to_comment_are_left_alone(admin, world, before_the_end, refused):
    consultation = world.consultation()
    starts = consultation.closes_at - before_the_end
    wish = (starts, starts + HOUR), WORDS, "", admin, clock.now()
    if refused:
        with pytest.raises(stops.LastDaysError) as told:
            stops.announce(*wish)
        assert list(told.value.consultations) == [consultation]
    assert stops.announce(*wish, emergency="Gấp." if refused else "").id


def test_every_page_tells_of_it_until_it_is_over(client, world, admin, drain, monkeypatch):
    slug = world.consultation().dossier.slug
    drain()
    pages = ("/?lang=vi", f"/consultations/{slug}", "/about", "/search", "/en/about", "/none")
    before = {page: client.get(page).get_data(as_text=True) for page in pages}
    stop = announced(admin)
    drain()
    for page in pages:
        text = client.get(page).get_data(as_text=True)
        assert NOTICE not in before[page]
        assert NOTICE in text
        assert ("New servers." if page.startswith("/en/") else WORDS) in text
    over = stop.ends_at + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: over)
    for page in pages[2:]:
        assert NOTICE not in client.get(page).get_data(as_text=True)


def test_a_stop_that_is_cancelled_is_told_of_no_more(client, admin, drain):
    stop = announced(admin)
    drain()
    assert NOTICE in client.get("/about").get_data(as_text=True)
    assert stops.cancel(stop, admin, clock.now())
    assert not stops.cancel(stop, admin, clock.now())
    db.session.commit()
    drain()
    assert NOTICE not in client.get("/about").get_data(as_text=True)


def test_no_page_asks_the_database_for_it(client, admin, drain):
    announced(admin)
    drain()
    client.get("/about")
    asked: list[str] = []

    def listen(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert NOTICE in client.get("/search").get_data(as_text=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert not [statement for statement in asked if "planned_stop" in statement]


def test_an_administrator_announces_and_cancels_at_the_desk(client, admin):
    client.sign_in(admin.email)
    day = clock.vn_date(clock.now()) + timedelta(days=30)
    form = {
        "first_day": day.isoformat(), "from_time": "22:00",
        "last_day": f"{day:%d/%m/%Y}", "until_time": "23:30", "words": WORDS,
    }  # fmt: skip
    assert client.submit("/desk/stops", form).status_code == 303
    page = client.get("/desk/stops").get_data(as_text=True)
    assert WORDS in page
    stop = stops.known()[0]
    assert stop.ends_at - stop.starts_at == timedelta(minutes=90)
    assert client.submit("/desk/stops", {}, to=f"/desk/stops/{stop.id}/cancel").status_code == 303
    db.session.expire_all()
    assert stops.known()[0].cancelled_at is not None


def test_the_desk_gives_back_what_it_refuses(client, admin):
    client.sign_in(admin.email)
    day = clock.vn_date(clock.now()).isoformat()
    form = {
        "first_day": day, "from_time": "23:58", "last_day": day, "until_time": "23:59",
        "words": WORDS,
    }  # fmt: skip
    answer = client.submit("/desk/stops", form)
    assert answer.status_code == 422
    assert WORDS in answer.get_data(as_text=True)


def test_who_administers_a_part_cannot_stop_the_whole(client, world):
    below = world.agency(parent=world.agency())
    officer = world.officer(below, Role.ADMIN)
    db.session.commit()
    client.sign_in(officer.email)
    assert client.get("/desk/stops").status_code == 403


def test_the_freeze_is_a_command_with_a_status(app, world, monkeypatch):
    run = app.test_cli_runner().invoke
    consultation = world.consultation()
    db.session.commit()
    assert run(args=["stops", "may-deploy"]).exit_code == 0
    last = consultation.closes_at - timedelta(days=3)
    title = consultation.dossier.title
    monkeypatch.setattr(clock, "now", lambda: last)
    refused = run(args=["stops", "may-deploy"])
    assert refused.exit_code == 1
    assert title in refused.output


def test_stops_are_announced_listed_and_cancelled_by_command(app, admin):
    def run(*words):
        return app.test_cli_runner().invoke(args=["stops", *words])

    day = clock.vn_date(clock.now()) + timedelta(days=30)
    times = "--from", f"{day} 22:00", "--until", f"{day} 23:00"
    done = run("announce", *times, "--words", WORDS, "--by", admin.email)
    assert done.exit_code == 0, done.output
    assert f"ahead\t{day} 22:00" in run("list").output
    number = str(stops.known()[0].id)
    assert run("cancel", number, "--by", "nobody@example.vn").exit_code == 1
    assert run("cancel", number, "--by", admin.email).exit_code == 0
    today = clock.vn_date(clock.now())
    early = "--from", f"{today} 23:00", "--until", f"{today} 23:59"
    assert (
        "seven working days"
        in run("announce", *early, "--words", "x", "--by", admin.email).output.lower()
    )
