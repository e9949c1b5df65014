"""How templates write instants, days and numbers: in Vietnam's time, in the page's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_group_symbol
from babel.units import format_unit
from flask import Flask

from app.kit import clock
from app.kit.html import note, paragraphs
from app.web.locale import DEFAULT, current

# Vietnamese documents are cited by figures, the day first; the hours are 24 in every language.
# strftime writes these a hundred times faster than Babel reads a pattern.
DAY = "%d/%m/%Y"
TIME = "%H:%M"
# Where CLDR's form of the language could be misread, or reads badly here: most who read English
# in Asia put the day first; Czech has bare figures; "г." would make two stops end a sentence
BABEL = {"en": "en_GB"}
SHORT = {"cs": "d. MMMM y", "ru": "d MMMM y 'года'"}
SHORTEST = {"vi": "dd/MM", "cs": "d. MMMM"}
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
    return on_the_clock(value.astimezone(clock.VN), with_weekday)


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


def without_year(value: date) -> str:
    """That date where the year goes without saying."""
    return _shortest(current().catalogue, value)


def on_the_clock(local: datetime, said: Callable[[date], str] = written) -> str:
    """What clock and calendar show at a local time, in the order of the page's language.

    `said` writes the date: `written`, `with_weekday` or `without_year`.
    """
    here, time = current(), local.strftime(TIME)
    if here is DEFAULT:
        return f"{time} {said(local.date())}"
    return _joined(here.catalogue).format(time, said(local.date()))


@lru_cache(maxsize=REMEMBERED)
def _short(catalogue: str, value: date) -> str:
    return format_date(
        value, SHORT.get(catalogue) or _form(catalogue, "yMMMd"), locale=_babel(catalogue)
    )


@lru_cache(maxsize=REMEMBERED)
def _long(catalogue: str, value: date) -> str:
    return format_date(value, LONG.get(catalogue, "full"), locale=_babel(catalogue))


@lru_cache(maxsize=REMEMBERED)
def _shortest(catalogue: str, value: date) -> str:
    return format_date(
        value, SHORTEST.get(catalogue) or _form(catalogue, "MMMd"), locale=_babel(catalogue)
    )


@cache
def _form(catalogue: str, skeleton: str) -> str:
    return str(_babel(catalogue).datetime_skeletons[skeleton].pattern)


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
    """Bytes as people say them, in the units and decimals of the page's language."""
    much, unit = (count / 1_000_000, "mega") if count >= 1_000_000 else (count / 1000, "kilo")
    locale = _babel(current().catalogue)
    return format_unit(much, f"digital-{unit}byte", "short", "#,##0.#", locale=locale)


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
