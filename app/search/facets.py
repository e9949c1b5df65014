"""Narrowing by what things are: which facets there are, and how many results each value has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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
    """All public drafts by id, and for each territory those it lies in, itself included.

    `some_hidden` says that there are drafts which were public once and are not now.
    """

    dossiers: Mapping[int, Standing] = field(default_factory=dict)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    some_hidden: bool = False

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
    if of_the_draft or standings.some_hidden:
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
    asked_of_drafts = [facet for facet in chosen if facet in _OF_THE_DRAFT]
    asked_of_documents = [facet for facet in chosen if facet not in _OF_THE_DRAFT]
    drafts, documents = Counter[int](), Counter[Traits]()
    # what would be found as well, were it not for this one facet
    but_for: dict[Facet, Counter[int]] = {facet: Counter() for facet in asked_of_drafts}
    but_for_document: dict[Facet, Counter[Traits]] = {f: Counter() for f in asked_of_documents}
    failing = _Failing(chosen, standings, asked_of_drafts)
    for traits, many in found.items():
        dossier_id = traits.dossier_id
        of_draft = failing.of_draft(dossier_id)
        if of_draft is None:
            continue
        of_document = [f for f in asked_of_documents if not _holds(traits, f, chosen[f])]
        if not of_draft and not of_document:
            drafts[dossier_id] += many
            documents[_anywhere(traits)] += many
        elif not of_document and len(of_draft) == 1:
            but_for[of_draft[0]][dossier_id] += many
        elif not of_draft and len(of_document) == 1:
            but_for_document[of_document[0]][_anywhere(traits)] += many
    values: dict[Facet, Mapping[str, int]] = {}
    for facet in _OF_THE_DRAFT:
        more = drafts + but_for[facet] if facet in but_for else drafts
        values[facet] = _of_drafts(facet, more, standings)
    for facet in (*_OF_THE_DOCUMENT, Facet.DATE):
        others = documents + but_for_document[facet] if facet in but_for_document else documents
        values[facet] = _of_documents(facet, others)
    return Counts(drafts.total(), drafts, values)


class _Failing:
    """Which of the facets chosen a draft does not agree with, found out once a draft."""

    def __init__(self, chosen: Chosen, standings: Standings, asked: list[Facet]) -> None:
        self._chosen, self._standings, self._asked = chosen, standings, asked
        self._known: dict[int, list[Facet] | None] = {}

    def of_draft(self, dossier_id: int) -> list[Facet] | None:
        """Return them, or None for a draft that is not public."""
        if dossier_id not in self._known:
            standing = self._standings.dossiers.get(dossier_id)
            self._known[dossier_id] = (
                None
                if standing is None
                else [
                    facet
                    for facet in self._asked
                    if not _agrees(standing, facet, self._chosen[facet], self._standings)
                ]
            )
        return self._known[dossier_id]


def _anywhere(traits: Traits) -> Traits:
    """The traits of a document without its draft: there are few of them."""
    return Traits(traits[0], 0, *traits[2:])


def _holds(traits: Traits, facet: Facet, wanted: frozenset[str]) -> bool:
    if facet is Facet.DATE:
        return traits.month.startswith(tuple(wanted))
    return getattr(traits, _OF_THE_DOCUMENT[facet]) in wanted


def _of_drafts(facet: Facet, found: Mapping[int, int], standings: Standings) -> Counter[str]:
    values = Counter[str]()
    for dossier_id, many in found.items():
        if value := getattr(standings.dossiers[dossier_id], _OF_THE_DRAFT[facet]):
            values[value] += many
    return values


def _of_documents(facet: Facet, found: Mapping[Traits, int]) -> Counter[str]:
    values = Counter[str]()
    for traits, many in found.items():
        if facet is Facet.DATE:
            values[traits.month[:4]] += many
            values[traits.month] += many
        elif value := getattr(traits, _OF_THE_DOCUMENT[facet]):
            values[value] += many
    return values
