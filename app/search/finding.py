"""From words typed to a page of results: the same whichever engine keeps the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from app.search import facets
from app.search.document import Kind
from app.search.engine import Choice, Engine, Order, Page, Ranked, Sort
from app.search.facets import Chosen, Facet, Standings
from app.search.highlight import Wanted, mark, passage
from app.search.query import parse


@dataclass(frozen=True)
class Hit:
    """One document found; `title` and `passage` are escaped HTML with <mark> around the found."""

    key: str
    kind: Kind
    score: float
    title: Markup
    passage: Markup
    dossier_id: int
    at: datetime
    language: str
    stored: Mapping[str, str | int]


@dataclass(frozen=True)
class Results:
    """One page of hits, best first, and the counts of everything that matches.

    `drafts` has how many of the results belong to each draft; where `exact` is false all counts
    were reckoned from a part.
    """

    total: int
    hits: tuple[Hit, ...]
    values: Mapping[Facet, Mapping[str, int]]
    drafts: Mapping[int, int]
    exact: bool = True
    more: bool = False  # whether another page follows


NOTHING = Results(0, (), {facet: {} for facet in Facet}, {})


@dataclass(frozen=True)
class Window:
    """Which part of the results is shown.

    With `per_draft`, `limit` and `offset` count drafts, each with that many of its best results,
    in the order of the best result of each.
    """

    limit: int = 10
    offset: int = 0
    per_draft: int = 0


FIRST_PAGE = Window()


def search(
    engine: Engine,
    text: str,
    standings: Standings,
    *,
    chosen: Chosen | None = None,
    sort: Sort = Sort.RELEVANCE,
    window: Window = FIRST_PAGE,
    since: datetime | None = None,
    strict: bool = False,
) -> Results:
    """Return a page of what answers `text`; any text will do, and none raises.

    No text at all asks for everything that has the values chosen, the newest first. What is
    looked for in a `strict` way holds all the words: for people who are told and do not look.
    Raises IndexUnavailable when there is no readable index.
    """
    parsed = parse(text)
    if not parsed.syllables and not parsed.references and text.strip():
        return NOTHING
    chosen = chosen or {}
    further: list[bool] = []
    found = engine.find(
        replace(parsed, strict=strict),
        facets.narrowing(chosen, standings),
        Order(sort, standings.closing() if sort is Sort.CLOSING else ()),
        _choice(window, further.append),
        since,
    )
    counts = facets.count(found.counts, chosen, standings)
    wanted = Wanted.of(found.worth, parsed.references)
    hits = tuple(_hit(ranked, page, wanted) for ranked, page in found.chosen)
    return Results(counts.total, hits, counts.values, counts.drafts, found.exact, any(further))


def _choice(window: Window, tell_more: Callable[[bool], None]) -> Choice:
    def flat(ranked: Sequence[Ranked]) -> Sequence[Ranked]:
        end = window.offset + window.limit
        tell_more(len(ranked) > end)
        return ranked[window.offset : end]

    def by_draft(ranked: Sequence[Ranked]) -> Sequence[Ranked]:
        groups: dict[int, list[Ranked]] = {}
        for one in ranked:
            groups.setdefault(one.dossier_id, []).append(one)
        end = window.offset + window.limit
        tell_more(len(groups) > end)
        shown = list(groups.values())[window.offset : end]
        return [one for group in shown for one in group[: window.per_draft]]

    return by_draft if window.per_draft else flat


def _hit(ranked: Ranked, page: Page, wanted: Wanted) -> Hit:
    return Hit(
        page.key,
        page.kind,
        ranked.score,
        mark(page.title, wanted),
        passage(page.body, wanted),
        page.dossier_id,
        page.at,
        page.language,
        page.stored,
    )
