"""The values that a page of results can be narrowed by: which, in what order, how many of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.search.asked import Asked, address
from app.search.facets import Facet
from app.search.finding import Results
from app.search.naming import LABELS, LISTED, Name, Names, Said

_label = Said(LABELS)
FIRST = 10  # shown at once; the others are folded
MOST = 60

# in the order of the page; to which draft a result belongs is chosen at the draft itself
SHOWN = (
    Facet.KIND,
    Facet.STATUS,
    Facet.TOPIC,
    Facet.AGENCY,
    Facet.TERRITORY,
    Facet.TYPE,
    Facet.STAGE,
    Facet.DATE,
    Facet.COMMENTER,
    Facet.LANGUAGE,
)


@dataclass(frozen=True)
class Value:
    """One box to tick; `is_part` when it is a month below its year."""

    value: str
    name: Name
    count: int
    is_chosen: bool
    is_part: bool


@dataclass(frozen=True)
class Offer:
    """A facet with the boxes shown at once and those folded away."""

    facet: Facet
    label: str
    first: list[Value]
    rest: list[Value]


@dataclass(frozen=True)
class Chip:
    """A value that was chosen, and the address without it."""

    label: str
    name: Name
    url: str


Listed = Mapping[Facet, list[str]]


def listed(results: Results | None, asked: Asked) -> Listed:
    """The values to name on the page, in their order: of each facet those found or chosen."""
    counts = results.values if results else {}
    return {
        facet: _in_order(facet, counts.get(facet, {}), asked.chosen.get(facet, frozenset()))
        for facet in SHOWN
    }


def _in_order(facet: Facet, counts: Mapping[str, int], chosen: frozenset[str]) -> list[str]:
    if facet is Facet.DATE:
        return _dates(counts, chosen)
    if facet in LISTED:
        return [value for value in LISTED[facet] if value in chosen or counts.get(value)]
    most = sorted(counts, key=lambda value: (value not in chosen, -counts[value], value))
    return [*sorted(chosen - counts.keys()), *most][:MOST]


def _dates(counts: Mapping[str, int], chosen: frozenset[str]) -> list[str]:
    """The newest year first; one that was chosen, or stands alone, with its months if several."""
    years = sorted({date[:4] for date in (*counts, *chosen)}, reverse=True)
    opened = {date[:4] for date in chosen} or set(years if len(years) == 1 else ())
    months = {date for date in (*counts, *chosen) if len(date) > 4}
    found: list[str] = []
    for year in years:
        found.append(year)
        within = sorted((month for month in months if month[:4] == year), reverse=True)
        if year in opened and (len(within) > 1 or chosen):
            found += within
    return found[:MOST]


def offers(values: Listed, results: Results, asked: Asked, names: Names) -> list[Offer]:
    """The facets worth a choice: those with several values, or with one that was chosen."""
    found = []
    for facet, wanted in values.items():
        chosen = asked.chosen.get(facet, frozenset())
        counts = results.values.get(facet, {})
        boxes = list(_boxes(facet, wanted, counts, chosen, names))
        if len(boxes) > 1 or chosen:
            first, rest = _folded(boxes)
            found.append(Offer(facet, _label(facet), first, rest))
    return found


def _boxes(
    facet: Facet,
    wanted: Iterable[str],
    counts: Mapping[str, int],
    chosen: frozenset[str],
    names: Names,
) -> Iterable[Value]:
    of_months = {date[:4] for date in chosen if len(date) > 4} if facet is Facet.DATE else set()
    for value in wanted:
        name = names.get((facet, value))
        if name is not None:
            ticked = value in chosen or value in of_months
            part = facet is Facet.DATE and len(value) > 4
            yield Value(value, name, counts.get(value, 0), ticked, part)


def _folded(boxes: list[Value]) -> tuple[list[Value], list[Value]]:
    """The first ten and what follows; nothing is folded to hide a line or two."""
    if len(boxes) <= FIRST + 2:
        return boxes, []
    chosen = sum(box.is_chosen for box in boxes)
    end = max(FIRST, chosen)
    return boxes[:end], boxes[end:]


def chips(base: str, asked: Asked, names: Names) -> list[Chip]:
    """What was chosen, each with the address that no longer asks for it."""
    return [
        Chip(
            _label(facet),
            names.get((facet, value)) or Name(value, "vi"),
            address(base, asked.wanting(facet, values - {value})),
        )
        for facet, values in asked.chosen.items()
        for value in sorted(values)
    ]
