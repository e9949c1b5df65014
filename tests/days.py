"""Days as English pages write them, spelled out so that no test asks the code it tests."""

from __future__ import annotations

from datetime import date

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]


def in_english(day: date) -> str:
    """The day as `day` writes it on a page under /en."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_in_english(day: date) -> str:
    """The day as `long_day` writes it on a page under /en."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"
