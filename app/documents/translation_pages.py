"""The pieces of a dossier on the pages of the translator's desk: filtered, and cut by article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.translations.progress import Place, State

PIECES = 24  # on one page, and at least one article
LETTERS = 9000


class Show(StrEnum):
    """Which pieces a translator looks at."""

    ALL = "all"
    MISSING = "missing"
    STALE = "stale"
    MACHINE = "machine"


@dataclass(frozen=True)
class Page:
    """Some pieces, and the part that the pages before and after begin with, "" for none."""

    places: tuple[Place, ...]
    before: str
    after: str


def shown(places: Sequence[Place], show: Show) -> list[Place]:
    """The places that the filter lets through."""
    if show is Show.ALL:
        return list(places)
    return [place for place in places if place.state is State(show.value)]


def page_at(
    places: Sequence[Place], kept: Sequence[Place], homes: Mapping[int, int | None], at: str
) -> Page:
    """The page of `kept` on which the part `at` stands, or else the first that comes after it.

    `places` are all, in order, and `kept` those that a filter left of them: what was on a page
    may be gone from it once it is translated. `homes` are the articles of lineages.
    """
    order = {place.piece.part: n for n, place in enumerate(places)}
    start = order.get(at, 0)
    pages = _pages(_articles(kept, homes))
    found = len(pages) - 1
    for n, page in enumerate(pages):
        if order[page[-1].piece.part] >= start:
            found = n
            break
    if not pages:
        return Page((), "", "")
    return Page(
        tuple(pages[found]),
        pages[found - 1][0].piece.part if found else "",
        pages[found + 1][0].piece.part if found + 1 < len(pages) else "",
    )


def _articles(places: Sequence[Place], homes: Mapping[int, int | None]) -> list[list[Place]]:
    """What belongs together; the title of a chapter goes with the article below it."""
    found: list[list[Place]] = []
    last: object = None
    for place in places:
        home = _home(place, homes)
        if not found or (home != last and last is not None):
            found.append([])
        found[-1].append(place)
        last = home
    return found


def _home(place: Place, homes: Mapping[int, int | None]) -> object:
    kind, _, rest = place.piece.part.partition(":")
    if kind == "unit":
        return homes.get(int(rest.partition(":")[0]))
    if place.piece.section == "text":
        return "closing" if rest == "closing" else None
    return place.piece.part if place.piece.section == "answers" else place.piece.section


def _pages(groups: Sequence[Sequence[Place]]) -> list[list[Place]]:
    """Whole articles until a page is full; a table of many cells is cut."""
    found: list[list[Place]] = []
    letters = 0
    for group in groups:
        size = sum(len(place.piece.words) for place in group)
        full = not found or len(found[-1]) + len(group) > PIECES or letters + size > LETTERS
        if full:
            found.append([])
            letters = 0
        letters += size
        for place in group:
            if len(found[-1]) == PIECES:
                found.append([])
            found[-1].append(place)
    return found
