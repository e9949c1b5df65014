"""Guesses at something short are counted over days, whoever signs in meanwhile.

Five failures lock an account for minutes; who knows its password could go on like that for months.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app
from limits import RateLimitItem, parse

from app.web.limits_count import Counters, StoreDownError
from app.web.limits_store import Step

# of six digits with one step of drift, three in a million are right: 100 find them once in 3,300
MOST = parse("20/day"), parse("100/30 day")


def may_guess(whose: str) -> bool:
    """Whether one more guess is looked at; none is while nothing can be counted."""
    try:
        return _spent_until(whose) is None
    except StoreDownError:
        return False


def spent_until(whose: str) -> datetime | None:
    """When guesses count again, None where they do now or nobody can say."""
    try:
        return _spent_until(whose)
    except StoreDownError:
        return None


def guessed(whose: str) -> None:
    """One more guess was wrong."""
    counted = _counters()
    if counted is None:
        return
    steps = [Step(_key(item, whose), item.get_expiry(), 0, last=False) for item in MOST]
    try:
        counted.count(steps)
    except StoreDownError:
        counted.passed += 1


def forget(whose: str) -> None:
    """What was guessed at is another now."""
    counted = _counters()
    if counted is None:
        return
    try:
        for one in MOST:
            counted.clear(_key(one, whose))
    except StoreDownError:
        counted.passed += 1


def _spent_until(whose: str) -> datetime | None:
    counted = _counters()
    if counted is None:
        return None
    keys = [_key(one, whose) for one in MOST if counted.seen(_key(one, whose)) >= one.amount]
    ends = max(map(counted.ends_at, keys), default=0.0)
    return datetime.fromtimestamp(ends, UTC) if ends else None


def _key(item: RateLimitItem, whose: str) -> str:
    return item.key_for("guesses", whose)


def _counters() -> Counters | None:
    found: Counters | None = current_app.extensions["limits"]
    return found
