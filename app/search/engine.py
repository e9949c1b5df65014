"""The embedded search engine: what was published is found, exact accents first."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from threading import Lock
from typing import Any

from markupsafe import Markup
from whoosh import index

from app.search.document import Kind, SearchDocument
from app.search.highlight import Wanted, mark, passage
from app.search.query import parse
from app.search.reading import IndexUnavailable, PostingsCache, Reading, damage
from app.search.score import Part, Plan, plan, score, worth
from app.search.shelf import Shelf

__all__ = ["Hit", "Index", "IndexUnavailable", "Kind", "Results", "SearchDocument"]

FRESH = 1.0  # seconds for which a process does not look whether the index has changed


@dataclass(frozen=True)
class Hit:
    """One document found; `title` and `passage` are escaped HTML with <mark> around the found."""

    key: str
    kind: Kind
    score: float
    title: Markup
    passage: Markup
    consultation_id: int
    stored: Mapping[str, str | int]


@dataclass(frozen=True)
class Results:
    """One page of hits, best first; how many there are in all, and of each kind unfiltered."""

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[Kind, int]


NOTHING = Results(0, (), dict.fromkeys(Kind, 0))


class Index:
    """A full-text index in a directory: many readers in many processes, one writer at a time."""

    def __init__(self, directory: Path) -> None:
        self._shelf = Shelf(directory)
        self._cache = PostingsCache()
        self._lock = Lock()  # scoring is all Python: threads would only take turns anyway
        self._reading: Reading | None = None
        self._opened: tuple[Path, index.FileIndex] | None = None
        self._generation = -1
        self._looked = float("-inf")

    def apply(
        self,
        adds: Iterable[SearchDocument],
        removes: Iterable[str],
        position: int | None = None,
    ) -> None:
        """Make the changes and the position true in one commit; an add replaces its key.

        Raises IndexUnavailable when another writer does not finish, or the index is damaged.
        """
        self._shelf.write({document.key: document for document in adds}.values(), removes, position)
        self._looked = float("-inf")

    def rebuild(
        self,
        documents: Iterator[SearchDocument],
        position: int,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Replace the index by one of these documents; until then the old one answers."""
        self._shelf.rebuild(documents, position, progress)
        self._looked = float("-inf")

    @property
    def position(self) -> int:
        """The last ledger seq that the index knows; 0 when there is no readable index."""
        try:
            with self._lock:
                return self._current().position
        except IndexUnavailable:
            return 0

    @position.setter
    def position(self, seq: int) -> None:
        self.apply((), (), seq)

    def document_count(self) -> int:
        """Return how many documents can be found; raises IndexUnavailable."""
        with self._lock:
            return self._current().documents

    def close(self) -> None:
        """Release the files; the next search opens them again."""
        with self._lock:
            self._forget()

    def search(
        self,
        query: str,
        *,
        kinds: Collection[Kind] | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Results:
        """Return a page of what answers `query`; any text will do, and none raises.

        Raises IndexUnavailable when there is no readable index.
        """
        parsed = parse(query)
        with self._lock:
            reading = self._current()
            asked = plan(parsed, reading.segments, max(1, reading.documents))
            parts = score(asked, reading.segments)
            # who names an article wants to read it before what was said of it
            first = Kind.PROVISION if parsed.references and not parsed.syllables else None
            ranked, counts = _ranked(asked, parts, reading, kinds, offset + limit, first)
            pages = [(value, reading.page(number)) for value, number in ranked[offset:]]
        if not parsed.syllables and not parsed.references:
            return NOTHING
        total = sum(counts[kind] for kind in kinds or Kind)
        wanted = Wanted.of(worth(asked, parsed), parsed.references)
        return Results(total, tuple(_hit(value, page, wanted) for value, page in pages), counts)

    def _current(self) -> Reading:
        """Return the newest state of the index, looked for at most once in FRESH seconds."""
        now = time.monotonic()
        if self._reading is not None and now - self._looked < FRESH:
            return self._reading
        try:
            return self._refreshed(now)
        except IndexUnavailable:
            self._forget()  # the folder may have been replaced between two looks at it
            return self._refreshed(now)

    def _refreshed(self, now: float) -> Reading:
        folder = self._shelf.live()
        with damage():
            reading = self._reopened(folder)
        self._looked = now
        return reading

    def _reopened(self, folder: Path) -> Reading:
        if self._opened is None or self._opened[0] != folder:
            self._forget()
            self._opened = folder, index.open_dir(folder)
        opened = self._opened[1]
        generation = opened.latest_generation()
        if self._reading is None or generation != self._generation:
            fresh = Reading(opened.reader(), self._cache)
            if self._reading is not None:
                self._reading.close()
            self._reading, self._generation = fresh, generation
        return self._reading

    def _forget(self) -> None:
        if self._reading is not None:
            self._reading.close()
        self._reading = self._opened = None
        self._generation = -1


def _ranked(
    asked: Plan,
    parts: list[Part],
    reading: Reading,
    kinds: Collection[Kind] | None,
    wanted: int,
    first: Kind | None,
) -> tuple[list[tuple[float, int]], dict[Kind, int]]:
    """Return the best (score, document number) of the kinds, and how many there are of each.

    Documents of the kind `first` come before all others.
    """
    most = max((max(part.found.values(), default=0) for part in parts), default=0)
    needed = min(asked.needed, most)
    counts = dict.fromkeys(Kind, 0)
    best: list[tuple[bool, int, float, int]] = []
    for part, shard in zip(parts, reading.segments, strict=True):
        found = {number for number, held in part.found.items() if held >= needed}
        found -= shard.deleted
        for kind in Kind:
            of_kind = found & shard.kinds[kind]
            counts[kind] += len(of_kind)
            if kinds is None or kind in kinds:
                best += (
                    (
                        kind is first,
                        part.exact[number],
                        part.scores[number],
                        -shard.base - number,
                    )
                    for number in _best(part, of_kind, wanted)
                )
    return [(value, -number) for *_, value, number in nlargest(wanted, best)], counts


def _best(part: Part, numbers: set[int], wanted: int) -> list[int]:
    """Return the best documents of a segment, the exact before the loose, the older at a tie."""
    scores, exact = part.scores, part.exact
    if exact:
        return nlargest(wanted, sorted(numbers), key=lambda number: (exact[number], scores[number]))
    return nlargest(wanted, sorted(numbers), key=scores.__getitem__)


def _hit(value: float, page: dict[str, Any], wanted: Wanted) -> Hit:
    return Hit(
        page["key"],
        Kind(page["kind"]),
        value,
        mark(page["title"], wanted),
        passage(page["body"], wanted),
        page["consultation_id"],
        page["stored"],
    )
