"""What the address of a results page asks for: the one way to read it, and to write it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from app.comments.models import CommenterKind
from app.documents.models import Stage
from app.kit.syllables import tokens
from app.kit.text import clean_line
from app.search.document import Kind
from app.search.engine import Sort
from app.search.facets import Chosen, Facet, Standings, Status
from app.search.query import MAX_CHARACTERS, MAX_TOKENS

LAST_PAGE = 50  # an engine ranks no more than a thousand
MOST_VALUES = 40  # of one facet: nobody ticks more, and a forged address is read no further
MOST_TOLD = 5  # values that are not known here, as the page repeats them
PAGE, SORT, FLAT, WORDS = "page", "sort", "flat", "q"

_listed: Mapping[Facet, frozenset[str]] = {
    Facet.KIND: frozenset(Kind),
    Facet.STATUS: frozenset(Status),
    Facet.STAGE: frozenset(Stage),
    Facet.COMMENTER: frozenset(CommenterKind),
}
_shapes = {
    Facet.DATE: re.compile(r"[12]\d{3}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII),
    Facet.LANGUAGE: re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}"),
}
_code = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,89}")


@dataclass(frozen=True)
class Asked:
    """Words, the values wanted of each facet, an order, a page.

    `is_cut` when more was typed than is used; `unknown` has the values left out because nothing
    can have them.
    """

    words: str = ""
    chosen: Chosen = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    is_flat: bool = False
    page: int = 1
    is_cut: bool = False
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def by_draft(self) -> bool:
        """Whether results are shown draft by draft: not when there is one, nor the newest first."""
        one = len(self.chosen.get(Facet.DRAFT, ())) == 1
        return not (self.is_flat or one or self.sort is Sort.NEWEST)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was asked for."""
        return not self.words and not self.chosen

    def wanting(self, facet: Facet, values: Iterable[str]) -> Asked:
        """The same, but of that facet these values and no others; from the first page."""
        chosen = {**self.chosen, facet: frozenset(values)}
        return replace(self, chosen={f: v for f, v in chosen.items() if v}, page=1)

    def anything(self) -> Asked:
        """The same words, whatever has them."""
        return replace(self, chosen={}, page=1)

    def known(self, standings: Standings) -> Asked:
        """The same without the values that no public draft has, which are told as unknown."""
        asked, unknown = self, list(self.unknown)
        for facet, values in self.chosen.items():
            if facet in _listed or facet in _shapes:
                continue
            there = _there(facet, standings)
            unknown += ((facet.value, value) for value in sorted(values - there))
            asked = asked.wanting(facet, values & there)
        return replace(asked, page=self.page, unknown=tuple(unknown[:MOST_TOLD]))


def _there(facet: Facet, standings: Standings) -> frozenset[str]:
    if facet is Facet.TERRITORY:
        return frozenset(standings.above)
    name = "slug" if facet is Facet.DRAFT else facet.value
    return frozenset(getattr(standing, name) for standing in standings.dossiers.values())


def read(args: MultiDict[str, str]) -> Asked:
    """What an address asks for; any address will do, and none raises."""
    words, is_cut = _words(args.get(WORDS, ""))
    chosen: dict[Facet, frozenset[str]] = {}
    unknown: list[tuple[str, str]] = []
    for facet in Facet:
        typed = dict.fromkeys(filter(None, args.getlist(facet.value)[:MOST_VALUES]))
        values = [value for value in typed if _could_be(facet, value)]
        unknown += ((facet.value, clean_line(v[:60])) for v in typed if v not in values)
        if values:
            chosen[facet] = _narrowest(values) if facet is Facet.DATE else frozenset(values)
    sort = args.get(SORT, "")
    return Asked(
        words,
        chosen,
        Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
        args.get(FLAT) == "1",
        _page(args.get(PAGE, "")),
        is_cut,
        tuple(unknown[:MOST_TOLD]),
    )


def _words(typed: str) -> tuple[str, bool]:
    """The words that are used, and whether there were more."""
    line = clean_line(typed[: 4 * MAX_CHARACTERS])
    used = line[:MAX_CHARACTERS]
    if len(used) > MAX_TOKENS:  # fewer characters cannot be more words
        found = tokens(used)
        if len(found) > MAX_TOKENS:
            used = used[: max(token.end for token in found[:MAX_TOKENS])]
    return used.strip(), len(used) < len(line) or len(typed) > 4 * MAX_CHARACTERS


def _page(typed: str) -> int:
    """A forged page is the first, one too far the last."""
    if not (typed.isascii() and typed.isdigit()):
        return 1
    return min(max(int(typed[:6]), 1), LAST_PAGE)


def _could_be(facet: Facet, value: str) -> bool:
    if facet in _listed:
        return value in _listed[facet]
    return _shapes.get(facet, _code).fullmatch(value) is not None


def _narrowest(dates: Iterable[str]) -> frozenset[str]:
    """Months instead of their year: who ticks a month below a year means the month."""
    months = {date for date in dates if len(date) > 4}
    years = {date for date in dates if len(date) == 4}
    return frozenset(months | (years - {month[:4] for month in months}))


def pairs(asked: Asked) -> list[tuple[str, str]]:
    """The parameters of the one address for this, in their order; the usual is not written."""
    found = [(WORDS, asked.words)] if asked.words else []
    for facet in Facet:
        found += ((facet.value, value) for value in sorted(asked.chosen.get(facet, ())))
    if asked.sort is not Sort.RELEVANCE:
        found.append((SORT, asked.sort.value))
    if asked.is_flat:
        found.append((FLAT, "1"))
    if asked.page > 1:
        found.append((PAGE, str(asked.page)))
    return found


def address(base: str, asked: Asked) -> str:
    """The one address for this under `base`, the path of the page."""
    found = "&".join(f"{name}={_quoted(value)}" for name, value in pairs(asked))
    return f"{base}?{found}" if found else base


# one page has twenty addresses with the same words
_quoted = lru_cache(maxsize=2000)(quote_plus)
