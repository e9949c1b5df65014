from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kit import clock


def test_now_is_an_instant_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-02T16:59:59+00:00", date(2026, 3, 2)),
        ("2026-03-02T17:00:00+00:00", date(2026, 3, 3)),
        ("2026-12-02T10:00:00-08:00", date(2026, 12, 3)),
    ],
)
def test_the_date_is_that_of_viet_nam(instant, day):
    assert clock.vn_date(datetime.fromisoformat(instant)) == day


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_midnight_is_the_first_instant_of_its_date(day):
    midnight = clock.vn_midnight(day)
    assert midnight.tzinfo is UTC
    assert midnight.hour == 17
    assert clock.vn_date(midnight) == day
    assert clock.vn_date(midnight - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_naive_instant_is_refused():
    for ask in (clock.vn_date, clock.in_zones):
        with pytest.raises(ValueError, match="time zone"):
            ask(datetime(2026, 3, 2))


def test_a_deadline_is_told_on_the_clocks_of_readers_abroad():
    closes = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    told = {line[0]: f"{local:%H:%M %d-%m}" for line, local in clock.in_zones(closes)}
    assert told == {
        "Europe/Berlin": "17:59 31-12",
        "Europe/London": "16:59 31-12",
        "Europe/Moscow": "19:59 31-12",
        "Asia/Seoul": "01:59 01-01",
        "Asia/Taipei": "00:59 01-01",
        "Asia/Bangkok": "23:59 31-12",
        "Australia/Sydney": "03:59 01-01",
        "America/Los_Angeles": "08:59 31-12",
        "America/Vancouver": told["America/Vancouver"],  # its law is about to change
        "America/Chicago": "10:59 31-12",
        "America/New_York": "11:59 31-12",
    }


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))
)
@example(datetime(2030, 4, 6, 15, tzinfo=UTC))  # Sydney puts its clocks back
def test_every_clock_tells_the_same_instant_and_shared_lines_agree(instant):
    told = dict(clock.in_zones(instant))
    # PEP 495: a time that a clock shows twice equals no time of another zone, so count seconds
    assert {local.timestamp() for local in told.values()} == {instant.timestamp()}
    for line, local in told.items():
        for other in line:
            same = instant.astimezone(clock.ZoneInfo(other))
            assert same.replace(tzinfo=None) == local.replace(tzinfo=None)
