"""The embedded search engine: postings in files of its own, read and ranked in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Lock

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from app.search.document import Field, SearchDocument
from app.search.embedded import files
from app.search.embedded.ranking import counted, ranked
from app.search.embedded.reading import Reading
from app.search.embedded.score import score
from app.search.embedded.shelf import Shelf
from app.search.engine import Choice, Condition, Found, IndexUnavailable, Narrowing, Order
from app.search.planning import plan, words
from app.search.query import Query

FRESH = 1.0  # seconds for which a process does not look whether the index has changed


class EmbeddedIndex:
    """A full-text index in a directory: many readers in many processes, one writer at a time."""

    def __init__(self, directory: Path) -> None:
        self._shelf = Shelf(directory)
        self._lock = Lock()  # searching is all Python: threads would only take turns anyway
        self._reading: Reading | None = None
        self._folder: Path | None = None
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
                return 0 if self._shelf.is_spoiled() else self._current().position
        except IndexUnavailable:
            return 0

    def document_count(self) -> int:
        """See `Engine`."""
        with self._lock:
            return self._current().documents

    def keys(self) -> Iterator[str]:
        """See `Engine`."""
        # files of its own: a search need not wait, and none of them is closed meanwhile
        with closing(Reading(FileStorage(self._shelf.live()))) as reading:
            yield from reading.keys()

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Engine`."""
        with self._lock:
            return self._current().words(where, prefix, limit)

    def condition(self) -> Condition:
        """See `Engine`."""
        size, since = self._shelf.size_and_age()
        return Condition(self.document_count(), size, since)

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
            try:
                return self._found(query, narrowing, order, choose, since)
            except IndexUnavailable:
                # files that were whole when they were opened: the worker may never read this part
                if self._folder is not None:
                    self._shelf.spoil(self._folder)
                self._forget()
                raise

    def _found(
        self,
        query: Query,
        narrowing: Narrowing,
        order: Order,
        choose: Choice,
        since: datetime | None,
    ) -> Found:
        reading = self._current()
        frequencies = {word: reading.frequency(*word) for word in words(query)}
        asked = plan(query, frequencies, reading.documents)
        with files.damage():
            parts = score(asked, reading.shards)
            matching, counts = counted(parts, reading.shards, since)
            best = ranked(asked, parts, reading.shards, matching, narrowing, order)
        chosen = [(one, reading.page(one.number)) for one in choose(best)]
        return Found(chosen, counts, asked.spoken)

    def _current(self) -> Reading:
        """Return the newest state of the index, looked for at most once in FRESH seconds."""
        now = time.monotonic()
        if self._reading is None or now - self._looked >= FRESH:
            try:
                self._reading = self._newest()
            except IndexUnavailable:
                self._forget()  # the folder may have been replaced between two looks at it
                self._reading = self._newest()
            self._looked = now
        return self._reading

    def _newest(self) -> Reading:
        folder = self._shelf.live()
        if folder != self._folder:
            self._forget()
        self._folder = folder
        storage = FileStorage(folder)
        if self._reading is not None:
            generation = TOC._latest_generation(storage, files.NAME)
            if generation == self._reading.generation:
                return self._reading
        fresh = Reading(storage, self._reading)
        fresh.load()
        return fresh

    def _forget(self) -> None:
        if self._reading is not None:
            self._reading.close()
        self._reading = self._folder = None
