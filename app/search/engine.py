"""What an engine does for the portal: it keeps documents, matches and ranks them, shows them again.

Two do: `embedded` in files of its own, `postgres` in the portal's database. Both rank by the same
plan over the same words, so a reader cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.search.document import Field, Kind, SearchDocument, Told, Traits
from app.search.query import Query, Syllable

MOST_RANKED = 1000  # nobody turns a hundred pages; what follows is counted, not ordered


class IndexUnavailable(Exception):  # noqa: N818 - it names a state the page words, not a fault
    """The index is missing, damaged or busy; `flask search rebuild` makes a new one."""


class Sort(StrEnum):
    """In which order results come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    CLOSING = "closing"


@dataclass(frozen=True)
class Order:
    """`closing` has the drafts that take comments, the soonest to close first: for Sort.CLOSING."""

    sort: Sort = Sort.RELEVANCE
    closing: Sequence[int] = ()


@dataclass(frozen=True)
class Narrowing:
    """Which of the documents that match are wanted; None asks nothing.

    `months` are beginnings of a month written 2026-11, so that "2026" is a whole year.
    """

    kinds: frozenset[str] | None = None
    dossiers: frozenset[int] | None = None
    languages: frozenset[str] | None = None
    commenters: frozenset[str] | None = None
    months: tuple[str, ...] | None = None

    def admits(self, traits: Traits) -> bool:
        """Whether a document with these traits is wanted."""
        return (
            (self.kinds is None or traits.kind in self.kinds)
            and (self.dossiers is None or traits.dossier_id in self.dossiers)
            and (self.languages is None or traits.language in self.languages)
            and (self.commenters is None or traits.commenter in self.commenters)
            and (self.months is None or traits.month.startswith(self.months))
        )


EVERYTHING = Narrowing()


@dataclass(frozen=True)
class Ranked:
    """A document that matches; `number` means something to its engine alone."""

    number: int
    dossier_id: int
    score: float


@dataclass(frozen=True)
class Page:
    """What was kept of a document, to be shown as a result."""

    key: str
    kind: Kind
    title: str
    body: str
    dossier_id: int
    at: datetime
    language: str
    stored: Mapping[str, str | int]
    told: Sequence[Told] = ()


@dataclass(frozen=True)
class Condition:
    """How an index is: what it holds, its size in bytes, and since when it is the one in use."""

    documents: int
    size: int
    since: datetime


Choice = Callable[[Sequence[Ranked]], Sequence[Ranked]]


@dataclass(frozen=True)
class Found:
    """What matches a query.

    `counts` has every match, wanted or not, by its traits, as facets need it; where `exact` is
    false they were reckoned from a part of the documents. `worth` says what each syllable tells.
    """

    chosen: Sequence[tuple[Ranked, Page]] = ()
    counts: Mapping[Traits, int] = field(default_factory=dict)
    worth: Mapping[Syllable, float] = field(default_factory=dict)
    exact: bool = True


class Engine(Protocol):
    """An index with one writer at a time and many readers."""

    @property
    def position(self) -> int:
        """The last ledger seq that the index knows; 0 when there is no readable index."""

    def apply(
        self, adds: Iterable[SearchDocument], removes: Iterable[str], position: int | None = None
    ) -> None:
        """Make the changes and the position true in one commit; an add replaces its key.

        Raises IndexUnavailable when another writer does not finish, or the index is damaged.
        """

    def rebuild(
        self,
        documents: Iterator[SearchDocument],
        position: int,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Replace the index by one of these documents; until then the old one answers."""

    def find(
        self,
        query: Query,
        narrowing: Narrowing,
        order: Order,
        choose: Choice,
        since: datetime | None = None,
    ) -> Found:
        """Return what matches and was public at or after `since`; any query will do.

        A query that holds nothing asks for every document: without scores, the newest first
        unless `order` says closing, the counts as those of any other query.

        `choose` picks from at most MOST_RANKED wanted ones, best first, those to be shown.
        Raises IndexUnavailable when there is no readable index.
        """

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return the words of a field that begin so, with their number of documents, most first.

        Raises IndexUnavailable.
        """

    def keys(self) -> Iterator[str]:
        """Yield the key of every document that can be found; raises IndexUnavailable."""

    def document_count(self) -> int:
        """Return how many documents can be found; raises IndexUnavailable."""

    def condition(self) -> Condition:
        """Return how the index is; raises IndexUnavailable."""

    def close(self) -> None:
        """Release files and connections; the next call opens them again."""
