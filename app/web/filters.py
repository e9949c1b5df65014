"""How templates write instants, days and numbers: in Vietnam's time, in the page's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_group_symbol
from flask import Flask
from flask_babel import format_decimal

from app.kit import clock
from app.kit.html import note, paragraphs
from app.web.locale import DEFAULT, current

# Vietnamese documents are cited by figures, the day first; the hours are 24 in every language.
# strftime writes these a hundred times faster than Babel reads a pattern.
DAY = "%d/%m/%Y"
TIME = "%H:%M"
# Where CLDR has a form that fits here less than another of the same language:
# whoever reads English here lives where the day comes first, and "г." would end in a second stop
BABEL = {"en": "en_GB"}
SHORT = {"vi": "dd/MM/yyyy", "ru": "d MMMM y 'года'"}
LONG = {"vi": "EEEE, dd/MM/yyyy", "ru": "EEEE, d MMMM y 'года'"}
REMEMBERED = 8192  # days times languages, of a few dozen bytes


def day(value: date | datetime | None) -> str:
    """The day in Viet Nam as it cannot be misread, "" for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.vn_date(value)
    return written(value)


def long_day(value: date | datetime | None) -> str:
    """The day in Viet Nam with its weekday, "" for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.vn_date(value)
    return with_weekday(value)


def moment(value: datetime | None) -> str:
    """The day and the minute in Viet Nam, "" for none."""
    return "" if value is None else on_the_clock(value.astimezone(clock.VN))


def long_moment(value: datetime) -> str:
    """The minute in Viet Nam with day and weekday."""
    return on_the_clock(value.astimezone(clock.VN), weekday=True)


def last_minute(closes_at: datetime) -> str:
    """The exclusive closing instant as people say it: the minute in which it comes to an end."""
    return (closes_at - timedelta.resolution).astimezone(clock.VN).strftime(TIME)


def written(value: date) -> str:
    """That date, wherever it is the date."""
    here = current()
    return value.strftime(DAY) if here is DEFAULT else _short(here.catalogue, value)


def with_weekday(value: date) -> str:
    """That date and its weekday, wherever it is the date."""
    return _long(current().catalogue, value)


def on_the_clock(local: datetime, *, weekday: bool = False) -> str:
    """What calendar and clock show at a local time, in the order of the page's language."""
    here = current()
    time = local.strftime(TIME)
    on = local.date()
    said = with_weekday(on) if weekday else written(on)
    if here is DEFAULT:
        return f"{time} {said}"
    return _joined(here.catalogue).format(time, said)


@lru_cache(maxsize=REMEMBERED)
def _short(catalogue: str, value: date) -> str:
    return format_date(value, _short_form(catalogue), locale=_babel(catalogue))


@lru_cache(maxsize=REMEMBERED)
def _long(catalogue: str, value: date) -> str:
    return format_date(value, LONG.get(catalogue, "full"), locale=_babel(catalogue))


@cache
def _short_form(catalogue: str) -> str:
    """A month in a word, or the signs for year, month and day: never three bare figures."""
    if catalogue in SHORT:
        return SHORT[catalogue]
    form = str(_babel(catalogue).datetime_skeletons["yMMMd"].pattern)
    return form if "MMM" in form or "月" in form else "long"


@cache
def _joined(catalogue: str) -> str:
    """What stands around time, {0}, and day, {1}."""
    return str(_babel(catalogue).datetime_formats["medium"])


@cache
def _babel(catalogue: str) -> Locale:
    return Locale.parse(BABEL.get(catalogue, catalogue))


def number(value: int) -> str:
    """The number in the figures and marks of the page's language."""
    # a page of results has a count for each of fifty boxes: Babel's patterns would take longest
    return f"{value:,}".replace(",", _between_thousands(current().catalogue))


@cache
def _between_thousands(catalogue: str) -> str:
    return get_group_symbol(catalogue)


def _size(count: int) -> str:
    """Bytes as people say them, in the decimals of the page's language."""
    if count < 1_000_000:
        return f"{format_decimal(count / 1000, '#,##0.#')} kB"
    return f"{format_decimal(count / 1_000_000, '#,##0.#')} MB"


def _typed(value: date | None) -> str:
    """The day as the fields of forms take it, in every language."""
    return "" if value is None else value.strftime(DAY)


def init_app(app: Flask) -> None:
    """Templates can write days, instants, numbers and people's text."""
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        last_minute=last_minute,
        typed_day=_typed,
        number=number,
        size=_size,
        paragraphs=paragraphs,
        note=note,
    )
