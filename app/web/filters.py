"""How templates write instants, days and numbers: in Vietnam's time, in the page's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from babel.numbers import get_group_symbol
from flask import Flask
from flask_babel import format_date, format_decimal

from app.kit import clock
from app.kit.html import note, paragraphs
from app.web.locale import current

# Day first and 24 hours in every language of the portal: Vietnamese documents are cited that way.
# strftime writes these fixed figures a hundred times faster than Babel reads a pattern.
DAY = "%d/%m/%Y"
MOMENT = "%H:%M %d/%m/%Y"


def day(value: date | datetime | None) -> str:
    """The day in Viet Nam, "" for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.vn_date(value)
    return value.strftime(DAY)


def _long_day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.vn_date(value)
    return format_date(value, "EEEE, dd/MM/yyyy")


def moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(clock.VN).strftime(MOMENT)


def last_minute(closes_at: datetime) -> str:
    """The exclusive closing instant as people say it: the minute in which it comes to an end."""
    return (closes_at - timedelta.resolution).astimezone(clock.VN).strftime("%H:%M")


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


def init_app(app: Flask) -> None:
    """Templates can write days, instants, numbers and people's text."""
    app.jinja_env.filters.update(
        day=day,
        long_day=_long_day,
        moment=moment,
        last_minute=last_minute,
        number=number,
        size=_size,
        paragraphs=paragraphs,
        note=note,
    )
