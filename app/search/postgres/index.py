"""The search engine in the portal's own database: PostgreSQL's full text, ranked by our weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from app.search.document import Field, SearchDocument
from app.search.engine import Choice, Condition, Found, IndexUnavailable, Narrowing, Order
from app.search.planning import plan, words
from app.search.postgres.asked import Asked
from app.search.postgres.matching import Search
from app.search.postgres.reading import Reading
from app.search.postgres.tables import Tables, TablesGone
from app.search.postgres.writing import apply, rebuild
from app.search.query import Query

KEYS = 10_000  # read together
Read = TypeVar("Read")


class PostgresIndex:
    """A full-text index in schemas of its own, made when first written to.

    `PostgresIndex(settings.database_url)` opens its own few connections, and none before it is
    asked something. `name` is the schema that points to the one in use.
    """

    def __init__(self, database_url: str, name: str = "search") -> None:
        self._tables = Tables(database_url, name)

    def apply(
        self,
        adds: Iterable[SearchDocument],
        removes: Iterable[str],
        position: int | None = None,
    ) -> None:
        """See `Engine`."""
        latest = {document.key: document for document in adds}
        apply(self._tables, list(latest.values()), removes, position)

    def rebuild(
        self,
        documents: Iterator[SearchDocument],
        position: int,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """See `Engine`."""
        rebuild(self._tables, documents, position, progress)

    @property
    def position(self) -> int:
        """See `Engine`."""
        try:
            return self._read(Reading.position)
        except IndexUnavailable:
            return 0

    def document_count(self) -> int:
        """See `Engine`."""
        return self._read(Reading.documents)

    def keys(self) -> Iterator[str]:
        """See `Engine`."""
        last = ""
        while found := self._read(lambda reading: reading.keys(last, KEYS)):  # noqa: B023
            yield from found
            last = found[-1]

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Engine`."""
        return self._read(lambda reading: reading.words(where, prefix, limit))

    def condition(self) -> Condition:
        """See `Engine`."""
        return self._read(Reading.condition)

    def close(self) -> None:
        """See `Engine`."""
        self._tables.close()

    def find(
        self,
        query: Query,
        narrowing: Narrowing,
        order: Order,
        choose: Choice,
        since: datetime | None = None,
    ) -> Found:
        """See `Engine`."""

        def read(reading: Reading) -> Found:
            documents = reading.documents()
            asked = plan(query, reading.frequencies(words(query)), documents)
            search = Search(reading, narrowing, order, since)
            matches = search.matches(Asked.of(asked, documents))
            chosen = list(reading.pages(choose(matches.ranked)))
            return Found(chosen, matches.counts, asked.spoken, matches.exact)

        return self._read(read)

    def _read(self, read: Callable[[Reading], Read]) -> Read:
        """Return what is read; once more when a rebuild took the tables away meanwhile."""
        try:
            return self._read_once(read)
        except TablesGone:
            return self._read_once(read)

    def _read_once(self, read: Callable[[Reading], Read]) -> Read:
        with self._tables.reading() as (connection, schema):
            return read(Reading(connection, schema))
