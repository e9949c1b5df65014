"""How templates write what is not text: each language as its own readers do."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime

import pytest

from app.web import filters
from app.web.locale import DEFAULT, LANGUAGES, called, speaking

LAST = datetime(2026, 9, 29, 16, 59, tzinfo=UTC)  # 23:59 in Viet Nam
ENGLISH = re.compile("|".join([*calendar.month_name[1:], *calendar.day_name]), re.IGNORECASE)


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("count", "words"),
    [(999, "1 kB"), (40_312, "40,3 kB"), (999_999, "1.000 kB"), (12_400_000, "12,4 MB")],
)
def test_a_size_has_the_decimals_of_the_language(app, count, words):
    assert app.jinja_env.filters["size"](count) == words


def test_a_size_has_the_units_of_the_language(app):
    with speaking(called("fr")):
        assert app.jinja_env.filters["size"](12_400_000) == "12,4\u202fMo"
    with speaking(called("ru")):
        assert app.jinja_env.filters["size"](40_312) == "40,3 кБ"


@pytest.mark.parametrize(
    ("code", "day", "long_day", "moment"),
    [
        ("vi", "29/09/2026", "Thứ Ba, 29/09/2026", "23:59 29/09/2026"),
        ("en", "29 Sept 2026", "Tuesday, 29 September 2026", "29 Sept 2026, 23:59"),
        ("fr", "29 sept. 2026", "mardi 29 septembre 2026", "29 sept. 2026, 23:59"),
        ("de", "29. Sept. 2026", "Dienstag, 29. September 2026", "29. Sept. 2026, 23:59"),
        ("cs", "29. září 2026", "úterý 29. září 2026", "29. září 2026 23:59"),
        (
            "ru",
            "29 сентября 2026 года",
            "вторник, 29 сентября 2026 года",
            "29 сентября 2026 года, 23:59",
        ),
        ("ko", "2026년 9월 29일", "2026년 9월 29일 화요일", "2026년 9월 29일 23:59"),
        ("ja", "2026年9月29日", "2026年9月29日火曜日", "2026年9月29日 23:59"),
        ("zh-Hans", "2026年9月29日", "2026年9月29日星期二", "2026年9月29日 23:59"),
        ("zh-Hant", "2026年9月29日", "2026年9月29日 星期二", "2026年9月29日 23:59"),
        ("lo", "29 ກ.ຍ. 2026", "ວັນອັງຄານ, 29 ກັນຍາ 2026", "29 ກ.ຍ. 2026, 23:59"),
        ("km", "29 កញ្ញា 2026", "អង្គារ 29 កញ្ញា 2026", "29 កញ្ញា 2026, 23:59"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(code, day, long_day, moment):
    with speaking(called(code)):
        assert filters.day(LAST) == day
        assert filters.long_day(LAST) == long_day
        assert filters.moment(LAST) == moment


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
@pytest.mark.parametrize("month", range(1, 13))
def test_no_day_can_be_misread(language, month):
    """Day and month are told apart by a word or a sign; figures are those of the year 2026."""
    at = datetime(2026, month, 5, 7, 5, tzinfo=UTC)
    with speaking(language):
        said = [filters.day(at), filters.long_day(at), filters.moment(at), filters.long_moment(at)]
    assert all("14:05" in words for words in said[2:])
    for words in said:
        assert "2026" in words
        assert all(sign.isascii() for sign in words if sign.isdigit())
    if language is DEFAULT:
        assert said[0] == f"05/{month:02}/2026"
    else:
        assert not re.fullmatch(r"[\d\W]+", said[0])
    with speaking(language):
        brief = filters.on_the_clock(at, filters.without_year)
    if language is DEFAULT:
        assert brief == f"07:05 05/{month:02}"
    else:
        assert not re.fullmatch(r"[\d\W]+", brief)
        assert "2026" not in brief
    if language.code not in ("en", "de", "fr"):  # some of their months are spelled alike
        assert not any(ENGLISH.search(words) for words in said)


def test_french_and_german_months_are_their_own():
    for code, months in (("fr", "janvier février mai août"), ("de", "Januar März Mai Oktober")):
        with speaking(called(code)):
            year = " ".join(filters.long_day(date(2026, month, 5)) for month in range(1, 13))
        assert all(month in year for month in months.split())
        assert not re.search("January|March|May |October|day", year)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_nothing_is_written_of_no_day(language):
    with speaking(language):
        assert filters.day(None) == filters.long_day(None) == filters.moment(None) == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("vi", "1.234.567"),
        ("en", "1,234,567"),
        ("fr", "1\u202f234\u202f567"),
        ("de", "1.234.567"),
        ("cs", "1\xa0234\xa0567"),
        ("ru", "1\xa0234\xa0567"),
        ("ko", "1,234,567"),
        ("lo", "1.234.567"),
        ("km", "1,234,567"),
    ],
)
def test_thousands_stand_apart_as_the_language_sets_them(code, words):
    with speaking(called(code)):
        assert filters.number(1_234_567) == words


def test_a_day_in_a_field_stays_as_fields_take_it(app):
    typed = app.jinja_env.filters["typed_day"]
    for language in LANGUAGES:
        with speaking(language):
            assert typed(date(2026, 12, 31)) == "31/12/2026"
            assert typed(None) == ""
