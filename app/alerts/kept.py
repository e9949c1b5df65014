"""A search as it is kept and as it is asked, and when its letters come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from app.alerts.models import Frequency
from app.kit import clock
from app.search.asked import Asked
from app.search.engine import Sort
from app.search.facets import Chosen, Facet

MORNING = time(7)  # in Viet Nam
WEEK = 7
# what is to come has no day yet, and what is told is always the newest
PASSING = frozenset({Facet.DATE})


def chosen_of(kept: Mapping[str, Sequence[str]]) -> Chosen:
    """The values wanted, from a row; a facet that is no more asks nothing."""
    return {Facet(name): frozenset(kept[name]) for name in kept if name in set(Facet)}


def kept_of(chosen: Chosen) -> dict[str, list[str]]:
    """The values wanted, for a row: the same for the same wish."""
    return {
        facet.value: sorted(chosen[facet])
        for facet in Facet
        if chosen.get(facet) and facet not in PASSING
    }


def asked_of(words: str, kept: Mapping[str, Sequence[str]]) -> Asked:
    """The search as its page is asked for it, the newest first."""
    return Asked(words, chosen_of(kept), Sort.NEWEST)


def next_letter(frequency: Frequency, confirmed_at: datetime, now: datetime) -> datetime:
    """The morning of the next letter: never today, so that no day has two.

    A weekly one comes on the weekday on which the address said yes.
    """
    today = clock.vn_date(now)
    days = 1
    if frequency is Frequency.WEEKLY:
        wanted = clock.vn_date(confirmed_at).weekday()
        days = (wanted - today.weekday() - 1) % WEEK + 1
    morning = datetime.combine(today + timedelta(days=days), MORNING, clock.VN)
    return morning.astimezone(UTC)
