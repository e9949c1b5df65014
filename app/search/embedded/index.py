"""The embedded search engine: postings in files of its own, read and ranked in this process."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import nlargest
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh import index

from app.search.document import Field, Kind, SearchDocument, Traits
from app.search.embedded.reading import PostingsCache, Reading, Shard, damage
from app.search.embedded.score import Part, score
from app.search.embedded.shelf import Shelf
from app.search.engine import (
    MOST_RANKED,
    Choice,
    Found,
    IndexUnavailable,
    Narrowing,
    Order,
    Page,
    Ranked,
    Sort,
)
from app.search.planning import Plan, plan, words
from app.search.query import Query

FRESH = 1.0  # seconds for which a process does not look whether the index has changed


class EmbeddedIndex:
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
        """See `Engine`."""
        self._shelf.write({document.key: document for document in adds}.values(), removes, position)
        self._looked = float("-inf")

    def rebuild(
        self,
        documents: Iterator[SearchDocument],
        position: int,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """See `Engine`."""
        self._shelf.rebuild(documents, position, progress)
        self._looked = float("-inf")

    @property
    def position(self) -> int:
        """See `Engine`."""
        try:
            with self._lock:
                return self._current().position
        except IndexUnavailable:
            return 0

    def document_count(self) -> int:
        """See `Engine`."""
        with self._lock:
            return self._current().documents

    def keys(self) -> Iterator[str]:
        """See `Engine`."""
        with self._lock:
            found = list(self._current().keys())
        yield from found

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Engine`."""
        with self._lock:
            return self._current().words(where, prefix, limit)

    def close(self) -> None:
        """See `Engine`."""
        with self._lock:
            self._forget()

    def find(
        self,
        query: Query,
        narrowing: Narrowing,
        order: Order,
        choose: Choice,
        since: datetime | None = None,
    ) -> Found:
        """See `Engine`."""
        with self._lock:
            reading = self._current()
            frequencies = {
                word: sum(segment.frequency(*word) for segment in reading.segments)
                for word in words(query)
            }
            asked = plan(query, frequencies, reading.documents)
            parts = score(asked, reading.segments)
            ranked, counts = _ranked(asked, parts, reading, narrowing, order, since)
            chosen = [(one, _page(reading.page(one.number))) for one in choose(ranked)]
        return Found(chosen, counts, asked.spoken)

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
    narrowing: Narrowing,
    order: Order,
    since: datetime | None,
) -> tuple[list[Ranked], Counter[Traits]]:
    """Return the wanted documents, best first, and how many match of each traits."""
    most = max((max(part.found.values(), default=0) for part in parts), default=0)
    needed = min(asked.needed, most)
    counts: Counter[Traits] = Counter()
    best: list[tuple[Any, Ranked]] = []
    for part, shard in zip(parts, reading.segments, strict=True):
        if asked.units:
            found = [number for number, held in part.found.items() if held >= needed]
        else:
            found = list(range(shard.size))  # nothing was asked for: everything is wanted
        if shard.deleted:
            found = [number for number in found if number not in shard.deleted]
        if since is not None:
            found = [number for number in found if shard.at[number] >= since.timestamp()]
        found.sort()
        of_traits = shard.traits_of
        for kind, many in Counter(map(of_traits.__getitem__, found)).items():
            if (traits := shard.traits[kind]) is not None:
                counts[traits] += many
        wanted = [traits is not None and narrowing.admits(traits) for traits in shard.traits]
        kept = [number for number in found if wanted[of_traits[number]]]
        best += _best(asked, part, shard, kept, order)
    return [one for _, one in nlargest(MOST_RANKED, best, key=lambda pair: pair[0])], counts


def _best(
    asked: Plan, part: Part, shard: Shard, numbers: Sequence[int], order: Order
) -> list[tuple[Any, Ranked]]:
    """Return the best documents of a segment with their place: the older comes first at a tie."""
    scores, exact, at = part.scores, part.exact, shard.at
    traits = [shard.traits[n] for n in range(len(shard.traits))]
    if order.sort is Sort.NEWEST or not (asked.units or order.sort is Sort.CLOSING):
        place: Callable[[int], Any] = at.__getitem__
    elif order.sort is Sort.CLOSING:
        turn = {dossier_id: -position for position, dossier_id in enumerate(order.closing)}
        last = -len(turn)
        place = lambda n: (turn.get(_of(traits, shard, n).dossier_id, last), scores[n])  # noqa: E731
    elif asked.first is not None:
        place = lambda n: (_of(traits, shard, n).kind is asked.first, scores[n])  # noqa: E731
    elif exact:
        place = lambda n: (exact[n], scores[n])  # noqa: E731
    else:
        place = scores.__getitem__
    return [
        (place(n), Ranked(shard.base + n, _of(traits, shard, n).dossier_id, scores[n]))
        for n in nlargest(MOST_RANKED, numbers, key=place)
    ]


def _of(traits: Sequence[Traits | None], shard: Shard, number: int) -> Traits:
    found = traits[shard.traits_of[number]]
    assert found is not None
    return found


def _page(kept: dict[str, Any]) -> Page:
    return Page(
        kept["key"],
        Kind(kept["kind"]),
        kept["title"],
        kept["body"],
        kept["dossier_id"],
        datetime.fromtimestamp(kept["at"], UTC),
        kept["language"],
        kept["stored"],
    )
