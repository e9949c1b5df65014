import tomllib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consultations import period as period_module
from app.consultations.period import (
    Calendar,
    PeriodTooShort,
    Procedure,
    days_left,
    end_of,
    last_day_before,
    period,
    require_days,
    required_days,
    working_days_after,
)

SEED = Path(period_module.__file__).parent / "seed"
HOLIDAYS = tomllib.loads((SEED / "holidays.toml").read_text("utf-8"))["holiday"]
TYPES = tomllib.loads((SEED / "document_types.toml").read_text("utf-8"))["document_type"]
CALENDAR = Calendar(
    off=frozenset(row["date"] for row in HOLIDAYS if row["kind"] == "off"),
    working=frozenset(row["date"] for row in HOLIDAYS if row["kind"] == "working"),
)

instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 10, 1), timezones=st.just(UTC))
lengths = st.integers(1, 90)
days_off = st.frozensets(st.dates(date(2026, 1, 1), date(2029, 2, 1)), max_size=40)


# posted | days | day N | last day | closes, not included | why
VECTORS = """
2026-03-02T09:00+07:00    | 30 | 2026-04-01 | 2026-04-01 | 2026-04-02T00:00+07:00 | plain
2026-03-02T23:59:59+07:00 | 30 | 2026-04-01 | 2026-04-01 | 2026-04-02T00:00+07:00 | same day in VN
2026-03-02T17:30+00:00    | 30 | 2026-04-02 | 2026-04-02 | 2026-04-03T00:00+07:00 | next day in VN
2026-01-17T08:00+07:00    | 30 | 2026-02-16 | 2026-02-23 | 2026-02-24T00:00+07:00 | Tet and weekend
2026-03-27T08:00+07:00    | 30 | 2026-04-26 | 2026-04-28 | 2026-04-29T00:00+07:00 | Monday in lieu
2026-03-31T08:00+07:00    | 30 | 2026-04-30 | 2026-05-04 | 2026-05-05T00:00+07:00 | 30-4, 1-5, weekend
2026-07-23T08:00+07:00    | 30 | 2026-08-22 | 2026-08-22 | 2026-08-23T00:00+07:00 | worked Saturday
2026-08-02T08:00+07:00    | 30 | 2026-09-01 | 2026-09-03 | 2026-09-04T00:00+07:00 | National Day twice
2026-10-25T08:00+07:00    | 30 | 2026-11-24 | 2026-11-25 | 2026-11-26T00:00+07:00 | new holiday
2027-01-05T08:00+07:00    | 30 | 2027-02-04 | 2027-02-11 | 2027-02-12T00:00+07:00 | Tet 2027
2028-01-31T08:00+07:00    | 30 | 2028-03-01 | 2028-03-01 | 2028-03-02T00:00+07:00 | leap day
2026-03-02T09:00+07:00    | 20 | 2026-03-22 | 2026-03-23 | 2026-03-24T00:00+07:00 | central minimum
2026-03-02T09:00+07:00    | 10 | 2026-03-12 | 2026-03-12 | 2026-03-13T00:00+07:00 | chairman's decision
2026-12-02T10:00-08:00    | 30 | 2027-01-02 | 2027-01-04 | 2027-01-05T00:00+07:00 | posted in California
"""
vectors = [[cell.strip() for cell in row.split("|")] for row in VECTORS.strip().splitlines()]


@pytest.mark.parametrize(
    ("posted", "days", "raw_day", "last_day", "closes"),
    [row[:-1] for row in vectors],
    ids=[row[-1] for row in vectors],
)
def test_period_ends_as_the_law_counts(posted, days, raw_day, last_day, closes):
    found = period(datetime.fromisoformat(posted), int(days), CALENDAR)
    assert found.raw_day == date.fromisoformat(raw_day)
    assert found.last_day == date.fromisoformat(last_day)
    assert found.closes_at == datetime.fromisoformat(closes)
    assert found.raw_day - found.posted_on == timedelta(days=int(days))


@pytest.mark.parametrize(
    ("named", "last_day"),
    [(date(2026, 11, 20), date(2026, 11, 19)), (date(2024, 12, 1), date(2024, 11, 30))],
    ids=["trước 20/11", "trước tháng 12/2024"],
)
def test_before_a_day_ends_on_the_day_before(named, last_day):
    assert last_day_before(named) == last_day
    assert end_of(last_day) == datetime.combine(last_day, time(17), UTC)


def test_at_the_latest_on_a_day_takes_in_all_of_it():
    assert end_of(date(2026, 11, 20)) == datetime.fromisoformat("2026-11-21T00:00+07:00")


def test_from_a_day_does_not_count_that_day():
    assert period(datetime(2026, 3, 2, 2, tzinfo=UTC), 1, CALENDAR).last_day == date(2026, 3, 3)


@given(instants, lengths, st.integers(0, 60))
def test_more_days_never_close_earlier(posted_at, days, more):
    short, long = (period(posted_at, n, CALENDAR) for n in (days, days + more))
    assert long.closes_at >= short.closes_at


@given(instants, lengths, days_off)
def test_more_holidays_never_shorten(posted_at, days, more):
    fuller = Calendar(CALENDAR.off | more, CALENDAR.working)
    assert period(posted_at, days, fuller).closes_at >= period(posted_at, days, CALENDAR).closes_at


@given(instants, lengths, days_off, days_off)
def test_a_period_closes_at_midnight_in_viet_nam_after_a_working_day(posted_at, days, off, working):
    calendar = Calendar(off, working)
    found = period(posted_at, days, calendar)
    assert found.closes_at == datetime.combine(found.last_day, time(17), UTC)
    assert calendar.is_working(found.last_day)
    skipped = (found.last_day - found.raw_day).days
    assert not any(calendar.is_working(found.raw_day + timedelta(n)) for n in range(skipped))


@given(instants, instants)
def test_a_later_posting_never_closes_earlier(one, other):
    first, second = sorted((one, other))
    assert period(first, 30, CALENDAR).closes_at <= period(second, 30, CALENDAR).closes_at


def test_a_day_listed_as_off_and_worked_is_off():
    day = date(2026, 8, 22)
    assert not Calendar(frozenset({day}), frozenset({day})).is_working(day)


def test_a_period_needs_a_day_and_a_zone():
    with pytest.raises(ValueError, match="at least one day"):
        period(datetime(2026, 3, 2, tzinfo=UTC), 0, CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        period(datetime(2026, 3, 2), 30, CALENDAR)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-03-02T09:00+07:00", 31),
        ("2026-03-31T23:59:59+07:00", 2),
        ("2026-04-01T00:00+07:00", 1),
        ("2026-04-01T23:59:59.999999+07:00", 1),
        ("2026-04-02T00:00+07:00", 0),
        ("2026-05-01T00:00+07:00", 0),
    ],
)
def test_days_left_count_today_until_the_end(now, left):
    assert days_left(end_of(date(2026, 4, 1)), datetime.fromisoformat(now)) == left


@given(instants, lengths, instants)
def test_days_are_left_exactly_while_the_period_is_open(posted_at, days, now):
    closes_at = period(posted_at, days, CALENDAR).closes_at
    assert (days_left(closes_at, now) > 0) == (now < closes_at)


@pytest.mark.parametrize(("legal_min", "due"), [(0, 30), (10, 30), (20, 30), (30, 30), (60, 60)])
def test_the_longer_of_law_and_promise_binds(legal_min, due):
    assert required_days(legal_min) == due


def test_the_promise_is_a_setting_that_cannot_undercut_the_law():
    assert required_days(20, portal_default=25) == 25
    assert required_days(20, portal_default=5) == 20


def test_the_shortened_procedure_owes_only_the_time_for_written_opinions():
    assert required_days(20, procedure=Procedure.SHORTENED) == 3
    assert required_days(20, procedure=Procedure.SHORTENED, shortened_min=5) == 5


def test_too_short_a_period_says_what_was_due_and_why():
    require_days(30, 30, "art. 1")
    with pytest.raises(PeriodTooShort, match="29 days asked, at least 30 due") as caught:
        require_days(29, 30, "art. 1")
    assert (caught.value.asked, caught.value.minimum, caught.value.basis) == (29, 30, "art. 1")


def test_each_day_of_the_calendar_stands_once_in_order_with_its_citation():
    days = [row["date"] for row in HOLIDAYS]
    assert days == sorted(set(days))
    for row in HOLIDAYS:
        assert row["kind"] in ("off", "working")
        assert 0 < len(row["name_vi"]) <= 200
        assert 0 < len(row["name_en"]) <= 200
        assert 0 < len(row["citation"]) <= 300


def test_only_weekend_days_are_listed_as_worked():
    assert {day.weekday() for day in CALENDAR.working} == {5}


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_year_gives_twelve_days_off_the_working_week_beside_exchanges(year):
    # Labour Code art. 112.1: eleven days, all made good when they meet a weekend; and 24-11.
    weekdays_off = sum(day.year == year and day.weekday() < 5 for day in CALENDAR.off)
    worked_weekend_days = sum(day.year == year for day in CALENDAR.working)
    assert weekdays_off - worked_weekend_days == 12
    for month, day in ((1, 1), (4, 30), (5, 1), (9, 2), (11, 24)):
        assert date(year, month, day) in CALENDAR.off


def test_document_types_fit_their_tables():
    for row in TYPES:
        assert len(row["code"]) <= 40
        assert all(
            0 < len(row[key]) <= 200 for key in ("name_vi", "name_en", "issuer_vi", "issuer_en")
        )
        assert 0 < len(row["citation"]) <= 300
        assert type(row["valid_from"]) is date
        assert row["valid_to"] == "" or row["valid_to"] > row["valid_from"]
        assert row["confidence"] in ("H", "M", "L")
        assert row["portal_default_days"] >= row["legal_min_days"] >= 0


def test_one_rule_at_most_is_in_force_for_a_type_on_any_day():
    spans = sorted((row["code"], row["valid_from"], row["valid_to"] or date.max) for row in TYPES)
    for (code, _, ends), (next_code, starts, _) in pairwise(spans):
        assert code != next_code or ends < starts


def test_a_provincial_draft_keeps_the_rule_in_force_when_it_opened():
    def basis(day):
        (row,) = (
            row
            for row in TYPES
            if row["code"] == "provincial_committee_decision"
            and row["valid_from"] <= day <= (row["valid_to"] or date.max)
        )
        return row["citation"]

    assert "80/2015/QH13" in basis(date(2025, 3, 31))
    assert "78/2025" in basis(date(2025, 4, 1))


def test_no_type_loses_the_promise_of_thirty_days_by_its_name():
    for row in TYPES:
        assert required_days(row["legal_min_days"], row["portal_default_days"]) >= 30


def test_a_minimum_nobody_read_in_the_law_says_so():
    unsure = {row["code"] for row in TYPES if row["confidence"] == "L"}
    assert unsure == {row["code"] for row in TYPES if row["note"].startswith("NOT VERIFIED")}
    assert {"decree", "circular", "provincial_committee_decision"} <= unsure


# counted by hand: Tet 2026 is off from Saturday 14 to Sunday 22 February, and 22 August is worked
WORKED = """
2026-03-02 | 0 | 2026-03-02
2026-03-07 | 0 | 2026-03-07
2026-03-02 | 1 | 2026-03-03
2026-03-06 | 1 | 2026-03-09
2026-03-07 | 1 | 2026-03-09
2026-03-02 | 7 | 2026-03-11
2026-02-13 | 1 | 2026-02-23
2026-08-21 | 1 | 2026-08-22
"""


@pytest.mark.parametrize("row", WORKED.strip().splitlines())
def test_working_days_are_counted_from_the_day_after(row):
    day, days, found = (cell.strip() for cell in row.split("|"))
    counted = working_days_after(date.fromisoformat(day), int(days), CALENDAR)
    assert counted == date.fromisoformat(found)
