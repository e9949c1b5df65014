"""One state of the index as a reader sees it: segments, and what was kept of each document."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heapreplace
from itertools import accumulate, islice
from weakref import finalize

from whoosh.codec.whoosh3 import W3PerDocReader, W3Segment
from whoosh.filedb.filestore import FileStorage

from app.search.document import Field, Traits
from app.search.embedded import files
from app.search.embedded.codec import Postings, Words
from app.search.engine import IndexUnavailable, Page

MOST_WORDS = 5_000  # of a segment are looked through for those that begin so


@dataclass(frozen=True)
class Columns:
    """What each document of a segment is, by its number: `traits[traits_of[n]]` and so on."""

    traits: list[Traits]
    traits_of: array[int]
    at: array[float]  # when it became public
    turn: array[int]  # who comes first of the same moment


class Shard:
    """One segment of the index: immutable but for which of its documents are deleted."""

    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        for name, size in segment.sizes.items():
            if storage.file_length(name) != size:
                raise IndexUnavailable(f"the search index is cut short: {name}")
        self.size: int = segment.doc_count_all()
        self.place(segment, 0)
        self._storage, self._segment = storage, segment
        with ExitStack() as opened:
            self.words = opened.enter_context(closing(Words(storage, segment)))
            kept = opened.enter_context(closing(W3PerDocReader(storage, segment)))
            self._pages = kept.column_reader("page", files.COLUMNS["page"])
            # at the latest when nobody holds it any longer: an application may just be dropped
            self.close = finalize(self, opened.pop_all().close)

    def place(self, segment: W3Segment, base: int) -> None:
        """Make `base` the number of its first document, and know what is deleted by now."""
        self.base = base
        self.deleted: frozenset[int] = frozenset(segment.deleted_docs())

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands."""
        if not self.deleted:
            return self.words.frequency(where, word)
        postings = self.postings(where, word)
        return len(postings.documents) - self._gone(postings.documents) if postings else 0

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, deleted documents included, or nothing."""
        return self.words.postings(where, word)

    def numbered(self, key: str) -> list[int]:
        """Return the numbers of the documents with this key: one, or none."""
        postings = self.words.postings(files.KEY, key)
        return [n for n in postings.documents if n not in self.deleted] if postings else []

    def keys(self) -> Iterator[str]:
        """Yield the key of every document."""
        for key, _ in self.words.beginning(files.KEY, ""):
            if not self.deleted or self.numbered(key):
                yield key

    def packed_page(self, number: int) -> bytes:
        """Return what was kept of a document, as it was kept."""
        packed: bytes = self._pages[number]
        return packed

    @cached_property
    def columns(self) -> Columns:
        """What a search needs of every document, read the first time it does."""
        with closing(W3PerDocReader(self._storage, self._segment)) as kept:
            known: dict[bytes, int] = {}
            rows = kept.column_reader("traits", files.COLUMNS["traits"])
            traits_of = array("H", (known.setdefault(row, len(known)) for row in rows))
            return Columns(
                [files.traits(row) for row in known],
                traits_of,
                array("d", kept.column_reader("at", files.COLUMNS["at"])),
                array("I", kept.column_reader("turn", files.COLUMNS["turn"])),
            )

    def _gone(self, documents: Sequence[int]) -> int:
        if len(self.deleted) * 8 > len(documents):
            return len(self.deleted.intersection(documents))
        places = ((number, bisect_left(documents, number)) for number in self.deleted)
        return sum(p < len(documents) and documents[p] == number for number, p in places)


class Reading:
    """One state of the index, open for reading; not for two threads at once."""

    _known: dict[str, Shard]

    def __init__(self, storage: FileStorage, before: Reading | None = None) -> None:
        """Open what the last commit left, taking over what `before` has open of it.

        Raises IndexUnavailable; `before` is then as it was.
        """
        self.generation, state = files.state(storage)
        self.position = state.position
        names = [segment.segment_id() for segment in state]
        known = before._known if before else {}
        self._known = {name: known[name] for name in names if name in known}
        self._open(storage, [s for s in state if s.segment_id() not in known])
        self.shards = [self._known[name] for name in names]
        ends = list(accumulate((shard.size for shard in self.shards), initial=0))
        for shard, segment, base in zip(self.shards, state, ends, strict=False):
            shard.place(segment, base)
        self._bases = ends[:-1]
        self.documents: int = sum(shard.size - len(shard.deleted) for shard in self.shards)
        for name in known.keys() - self._known.keys():
            known[name].close()

    def _open(self, storage: FileStorage, segments: Sequence[W3Segment]) -> None:
        opened: dict[str, Shard] = {}
        try:
            with files.damage():
                for segment in segments:
                    opened[segment.segment_id()] = Shard(storage, segment)
        except IndexUnavailable:
            for shard in opened.values():
                shard.close()
            raise
        self._known |= opened

    def load(self) -> None:
        """Read what searches will need: later the files may be gone, replaced by newer ones."""
        try:
            with files.damage():
                for shard in self.shards:
                    shard.columns  # noqa: B018
        except IndexUnavailable:
            self.close()
            raise

    def page(self, number: int) -> Page:
        """Return what was kept of a document, by its number in the whole index."""
        shard = self.shards[bisect_right(self._bases, number) - 1]
        with files.damage():
            return files.page(shard.packed_page(number - shard.base))

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands."""
        with files.damage():
            return sum(shard.frequency(where, word) for shard in self.shards)

    def keys(self) -> Iterator[str]:
        """Yield the key of every document."""
        with files.damage():
            for shard in self.shards:
                yield from shard.keys()

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return the words of a field that begin so, with their number of documents, most first.

        Of equals the one that comes first in a dictionary. Where more than MOST_WORDS of a
        segment begin so, the rest of them is not looked at.
        """
        counts: Counter[str] = Counter()
        with files.damage():
            for shard in self.shards:
                for word, many in islice(shard.words.beginning(where, prefix), MOST_WORDS):
                    counts[word] += many
        return list(islice(self._alive(where, counts), limit))

    def _alive(self, where: Field, counts: Counter[str]) -> Iterator[tuple[str, int]]:
        """Yield them by how often they stand in documents that are not deleted, if at all."""
        left = [(-many, word) for word, many in counts.items()]
        heapify(left)
        while left:
            many, word = left[0]
            alive = self.frequency(where, word)
            if alive == -many:
                yield word, alive
            if alive in (0, -many):
                heappop(left)
            else:
                heapreplace(left, (-alive, word))

    def close(self) -> None:
        """Release the files."""
        for shard in self.shards:
            shard.close()
