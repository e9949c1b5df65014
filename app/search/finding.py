"""From words typed to a page of results: the same whichever engine keeps the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from app.search import facets
from app.search.document import Kind, Told
from app.search.engine import Choice, Engine, Order, Page, Ranked, Sort
from app.search.facets import Chosen, Facet, Standings
from app.search.highlight import Wanted, mark, passage
from app.search.query import parse
from app.web.locale import DEFAULT, current


@dataclass(frozen=True)
class Hit:
    """One document found; `title` and `passage` are escaped HTML with <mark> around the found.

    They are of the document's own words or of a translation, whichever says more of what was
    asked: `language` is that of the passage, `titled` that of the title, and `is_translation`
    says whose words the passage has.
    """

    key: str
    kind: Kind
    score: float
    title: Markup
    passage: Markup
    dossier_id: int
    at: datetime
    language: str
    stored: Mapping[str, str | int]
    titled: str = DEFAULT.code
    is_translation: bool = False


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
    here = current().code
    parsed = parse(text, here)
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
    hits = tuple(_hit(ranked, page, wanted, here) for ranked, page in found.chosen)
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


def _hit(ranked: Ranked, page: Page, wanted: Wanted, here: str) -> Hit:
    own = Told(page.language, page.title, page.body)
    best = _telling(own, page.told, wanted, here) if page.told else own
    return Hit(
        page.key,
        page.kind,
        ranked.score,
        mark(best.title or page.title, wanted),
        passage(best.body or page.body, wanted),
        page.dossier_id,
        page.at,
        best.language if best.body else page.language,
        page.stored,
        best.language if best is not own and best.title else DEFAULT.code,
        best is not own and bool(best.body),
    )


def _telling(own: Told, others: Sequence[Told], wanted: Wanted, here: str) -> Told:
    """The text that has most of what was asked; of equals the one in the reader's language."""

    def rank(told: Told) -> tuple[float, bool, bool]:
        return (
            wanted.worth_of(told.title or own.title, told.body),
            told.language == here,
            told is own,
        )

    return max((own, *others), key=rank)
