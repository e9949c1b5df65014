"""One instant ends a period everywhere; each reader may see it on the clock at home."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.consultations.lifecycle import extend
from app.consultations.period import end_of
from app.extensions import db
from app.kit import clock
from app.site import deadline
from app.web import zones
from app.web.locale import LANGUAGES, called, speaking


def closing(year: int, month: int, day: int) -> datetime:
    """24:00 of that day in Viet Nam."""
    return end_of(date(year, month, day))


@pytest.fixture
def english(app):
    with app.test_request_context("/"), speaking(called("en")):
        yield


# by hand, from the rules of each place; the last minute is 23:59 in Viet Nam
ELSEWHERE = [
    # clocks in Los Angeles go forward on 8 March 2026 and back on 1 November 2026
    ((2026, 3, 7), "America/Los_Angeles", "Saturday, 7 March 2026, 08:59", "UTC−08:00", "15 hours"),
    ((2026, 3, 9), "America/Los_Angeles", "Monday, 9 March 2026, 09:59", "UTC−07:00", "14 hours"),
    (
        (2026, 10, 31),
        "America/Los_Angeles",
        "Saturday, 31 October 2026, 09:59",
        "UTC−07:00",
        "14 hours",
    ),
    (
        (2026, 11, 2),
        "America/Los_Angeles",
        "Monday, 2 November 2026, 08:59",
        "UTC−08:00",
        "15 hours",
    ),
    ((2026, 6, 5), "Asia/Kolkata", "Friday, 5 June 2026, 22:29", "UTC+05:30", "1.5 hours"),
    ((2026, 6, 5), "Asia/Kathmandu", "Friday, 5 June 2026, 22:44", "UTC+05:45", "1.25 hours"),
    ((2026, 6, 5), "Pacific/Kiritimati", "Saturday, 6 June 2026, 06:59", "UTC+14:00", "7 hours"),
    ((2026, 6, 5), "Asia/Hong_Kong", "Saturday, 6 June 2026, 00:59", "UTC+08:00", "1 hour"),
    ((2026, 12, 31), "Asia/Seoul", "Friday, 1 January 2027, 01:59", "UTC+09:00", "2 hours"),
]


@pytest.mark.parametrize(("day", "zone", "when", "offset", "apart"), ELSEWHERE)
def test_the_last_minute_is_told_as_clocks_stand_on_that_day(
    english, day, zone, when, offset, apart
):
    told = deadline.elsewhere(closing(*day), (zone,))
    assert told.when == when
    assert told.offset == offset
    later = "+" in offset and offset > "UTC+07:00"
    assert told.apart == f"{apart} {'later' if later else 'earlier'} than in Viet Nam"
    assert told.other_day == ("There it is already the next day." if later else "")


def test_where_it_is_another_day_the_page_says_which(english):
    noon = datetime(2026, 6, 5, 5, tzinfo=UTC)  # a withdrawn draft may end at any hour
    assert "day before" in deadline.elsewhere(noon, ("America/Los_Angeles",)).other_day
    assert deadline.elsewhere(noon, ("Asia/Bangkok",)).other_day == ""
    assert deadline.elsewhere(noon, ("Asia/Bangkok",)).apart == "Same time as in Viet Nam"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from(sorted(zones.canonical())),
)
def test_offset_and_difference_agree_everywhere(app, instant, zone):
    there = instant.astimezone(ZoneInfo(zone))
    hours, minutes = deadline.offset(there).replace("−", "-").removeprefix("UTC").split(":")
    sign = -1 if hours.startswith("-") else 1
    ahead = timedelta(hours=abs(int(hours)), minutes=int(minutes)) * sign
    assert there.replace(tzinfo=UTC) - instant == ahead
    with app.test_request_context("/"), speaking(called("en")):
        words = deadline.apart(there, instant.astimezone(clock.VN))
    apart = ahead - timedelta(hours=7)
    if not apart:
        assert words == "Same time as in Viet Nam"
    else:
        assert float(words.split()[0]) == abs(apart) / timedelta(hours=1)
        assert ("earlier" in words) == (apart < timedelta(0))


def test_zones_are_known_by_any_name_they_had():
    assert zones.known("America/Los_Angeles") == "America/Los_Angeles"
    assert zones.known("US/Pacific") == "America/Los_Angeles"
    assert zones.known("Asia/Saigon") == "Asia/Ho_Chi_Minh"
    for name in ("", "Etc/GMT+7", "Etc/Unknown", "america/los_angeles", "../etc/passwd", "\0"):
        assert zones.known(name) is None


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_zone_has_one_place_in_the_list_of_each_language(app, language):
    with app.test_request_context("/"), speaking(language):
        parts = zones.by_part()
    assert len(parts) == 6
    names = [zone.name for _part, found in parts for zone in found]
    assert sorted(names) == sorted(zones.canonical())
    assert all(zone.label for _part, found in parts for zone in found)


def test_cities_and_countries_have_the_names_of_the_language(app):
    with app.test_request_context("/"):
        for code, city in (("vi", "Praha"), ("ko", "프라하"), ("km", "ប្រាក"), ("cs", "Praha")):
            with speaking(called(code)):
                assert zones.city("Europe/Prague") == city
        with speaking(called("de")):
            assert zones.city("Asia/Ho_Chi_Minh") == "Ho-Chi-Minh-Stadt"
            assert zones.city("America/Argentina/Ushuaia") == "Ushuaia"


def test_the_page_tells_viet_nams_time_first_and_then_the_chosen_one(client, scene):
    html = client.get(f"/en{scene.path}/deadline?zone=US/Pacific").get_data(as_text=True)
    last = scene.consultation.closes_at - timedelta.resolution
    there = last.astimezone(ZoneInfo("America/Los_Angeles"))
    said = re.sub("<[^>]+>", "", html)
    home = said.index("(Viet Nam time, UTC+7)")
    assert home < said.index(f"{there:%A}, {there.day} {there:%B} {there.year}, {there:%H:%M}")
    assert html.count('value="America/Los_Angeles" selected') == 1
    assert html.count(" selected") == 1
    assert "Viet Nam time decides." in html
    assert "Same time as in Viet Nam" in html


def test_nothing_is_chosen_before_somebody_chooses(client, scene):
    html = client.get(f"{scene.path}/deadline").get_data(as_text=True)
    assert " selected" not in html.partition("<main")[2]
    assert "<time" in html


def test_an_unknown_zone_is_an_error_that_keeps_the_form(client, scene):
    answer = client.get(f"/en{scene.path}/deadline?zone=Mars/<b>Base")
    assert answer.status_code == 400
    html = answer.get_data(as_text=True)
    assert "No time zone is called “Mars/&lt;b&gt;Base”. Choose one from the list." in html
    assert 'aria-invalid="true"' in html
    assert "<title>Error: " in html
    assert 'value="Europe/Prague"' in html


def test_there_is_no_such_page_of_a_draft_that_was_never_open(client, world):
    dossier = world.dossier()
    db.session.commit()
    for tail in ("deadline", "deadline.ics"):
        assert client.get(f"/consultations/{dossier.slug}/{tail}").status_code == 404


def test_the_draft_leads_to_its_deadline(client, scene):
    html = client.get(f"/en{scene.path}").get_data(as_text=True)
    assert f'href="/en{scene.path}/deadline"' in html
    assert "California, Los Angeles" in html


def fields(client, path: str) -> dict[str, str]:
    """The lines of a calendar file, unfolded; of what comes several times only the first."""
    answer = client.get(path)
    assert answer.mimetype == "text/calendar"
    text = answer.get_data().decode()
    assert text.endswith("END:VCALENDAR\r\n")
    found: dict[str, str] = {}
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _colon, value = line.partition(":")
        found.setdefault(name, value)
    return found


def test_the_calendar_file_ends_at_the_closing_instant(client, scene):
    found = fields(client, f"{scene.path}/deadline.ics")
    closes = scene.consultation.closes_at
    assert found["DTEND"] == closes.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    assert found["DTSTART"].endswith("T165900Z")
    assert found["SEQUENCE"] == "0"
    assert found["TRIGGER"] == "-P3D"
    assert scene.consultation.dossier.title.replace(",", "\\,") in found["SUMMARY;LANGUAGE=vi"]
    english = fields(client, f"/en{scene.path}/deadline.ics")
    assert english["UID"] == found["UID"]
    assert "23:59" in english["DESCRIPTION;LANGUAGE=en"]
    assert "Viet Nam time\\, UTC+7" in english["DESCRIPTION;LANGUAGE=en"]
    assert english["URL"].endswith(f"/en{scene.path}")


def test_a_later_end_replaces_the_one_in_calendars(client, scene, drain):
    before = fields(client, f"{scene.path}/deadline.ics")
    longer = scene.consultation.last_day + timedelta(days=10)
    extend(scene.consultation, longer, "Vì lũ.", scene.approver, clock.now())
    db.session.commit()
    drain()
    after = fields(client, f"{scene.path}/deadline.ics")
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == 1
    assert after["DTEND"] > before["DTEND"]
