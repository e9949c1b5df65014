"""Narrowing by what things are: which facets there are, and how many results each value has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.search.document import Traits
from app.search.engine import Narrowing


class Facet(StrEnum):
    """What results can be narrowed by, as the address of the page writes it."""

    KIND = "kind"
    STATUS = "status"
    AGENCY = "agency"
    TOPIC = "topic"
    TERRITORY = "territory"
    TYPE = "type"
    STAGE = "stage"
    DATE = "date"
    LANGUAGE = "language"
    COMMENTER = "commenter"
    DRAFT = "draft"


class Status(StrEnum):
    """Whether a draft takes comments."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Standing:
    """What a draft is at this moment; "" where it has none."""

    slug: str
    agency: str  # slug
    topic: str
    territory: str
    type: str
    stage: str
    status: Status
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Standings:
    """All public drafts by id, and for each territory those it lies in, itself included."""

    dossiers: Mapping[int, Standing] = field(default_factory=dict)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def closing(self) -> list[int]:
        """The drafts that take comments, the soonest to close first."""
        open_now = [
            (standing.closes_at, dossier_id)
            for dossier_id, standing in self.dossiers.items()
            if standing.status is Status.OPEN and standing.closes_at is not None
        ]
        return [dossier_id for _, dossier_id in sorted(open_now)]


# The values wanted of each facet: any of one facet, and something of every facet named.
Chosen = Mapping[Facet, frozenset[str]]

_OF_THE_DRAFT = {
    Facet.STATUS: "status",
    Facet.AGENCY: "agency",
    Facet.TOPIC: "topic",
    Facet.TERRITORY: "territory",
    Facet.TYPE: "type",
    Facet.STAGE: "stage",
    Facet.DRAFT: "slug",
}
_OF_THE_DOCUMENT = {
    Facet.KIND: "kind",
    Facet.LANGUAGE: "language",
    Facet.COMMENTER: "commenter",
}


def narrowing(chosen: Chosen, standings: Standings) -> Narrowing:
    """Return what an engine is told of the values wanted."""
    of_the_draft = [facet for facet in chosen if facet in _OF_THE_DRAFT]
    dossiers = None
    if of_the_draft:
        dossiers = frozenset(
            number
            for number, standing in standings.dossiers.items()
            if all(_agrees(standing, facet, chosen[facet], standings) for facet in of_the_draft)
        )
    return Narrowing(
        kinds=chosen.get(Facet.KIND),
        dossiers=dossiers,
        languages=chosen.get(Facet.LANGUAGE),
        commenters=chosen.get(Facet.COMMENTER),
        months=tuple(chosen[Facet.DATE]) if Facet.DATE in chosen else None,
    )


def _agrees(standing: Standing, facet: Facet, wanted: frozenset[str], known: Standings) -> bool:
    value: str = getattr(standing, _OF_THE_DRAFT[facet])
    if facet is Facet.TERRITORY:
        # what a province decides binds its communes: who asks for a commune is shown both
        return any(value in known.above.get(place, {place}) for place in wanted)
    return value in wanted


@dataclass(frozen=True)
class Counts:
    """How many results there are: in all, of each draft, and if a facet had another value.

    The values of a facet are counted as though nothing of that facet had been chosen.
    """

    total: int
    drafts: Mapping[int, int]
    values: Mapping[Facet, Mapping[str, int]]


def count(found: Mapping[Traits, int], chosen: Chosen, standings: Standings) -> Counts:
    """Return the counts of what an engine found; what is of no public draft is left out."""
    total, drafts = 0, Counter[int]()
    values: dict[Facet, Counter[str]] = {facet: Counter() for facet in Facet}
    for traits, many in found.items():
        standing = standings.dossiers.get(traits.dossier_id)
        if standing is None:
            continue
        failing = [f for f, wanted in chosen.items() if not _holds(traits, f, wanted, standings)]
        if len(failing) > 1:
            continue
        if not failing:
            total += many
            drafts[traits.dossier_id] += many
        for facet in failing or Facet:
            for value in _values(traits, standing, facet):
                values[facet][value] += many
    return Counts(total, drafts, values)


def _holds(traits: Traits, facet: Facet, wanted: frozenset[str], known: Standings) -> bool:
    if facet in _OF_THE_DRAFT:
        return _agrees(known.dossiers[traits.dossier_id], facet, wanted, known)
    if facet is Facet.DATE:
        return traits.month.startswith(tuple(wanted))
    return getattr(traits, _OF_THE_DOCUMENT[facet]) in wanted


def _values(traits: Traits, standing: Standing, facet: Facet) -> Iterable[str]:
    if facet is Facet.DATE:
        return traits.month[:4], traits.month
    if facet in _OF_THE_DRAFT:
        value = getattr(standing, _OF_THE_DRAFT[facet])
    else:
        value = getattr(traits, _OF_THE_DOCUMENT[facet])
    return (value,) if value else ()
