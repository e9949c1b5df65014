"""One state of the index as a reader sees it: postings by segment, pages of what was found."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import IndexReader, TermNotFound

from app.search.document import Field, Kind
from app.search.score import Postings

CACHE_POSTINGS = 1_000_000  # kept in memory by each process, 8 bytes each
MARKER = "position"  # the key of the one document that is none: how far the ledger was read


class IndexUnavailable(Exception):  # noqa: N818 - it names a state the page words, not a fault
    """The index is missing, damaged or busy; `flask search rebuild` makes a new one."""


class Reading:
    """One state of the index, open for reading; not for two threads at once."""

    def __init__(self, reader: IndexReader, cache: "PostingsCache") -> None:
        self._reader = reader
        self.segments = [Shard(leaf, base, cache) for leaf, base in reader.leaf_readers()]
        marker = list(find(reader, MARKER))
        self.position: int = reader.stored_fields(marker[0])["page"] if marker else 0
        self.documents: int = reader.doc_count() - len(marker)

    def page(self, document: int) -> dict[str, Any]:
        """Return what was stored for a document, by its number in the whole index."""
        with damage():
            page: dict[str, Any] = self._reader.stored_fields(document)["page"]
            return page

    def close(self) -> None:
        """Release the files."""
        self._reader.close()


class Shard:
    """One segment of the index: immutable but for which of its documents are deleted."""

    def __init__(self, reader: IndexReader, base: int, cache: "PostingsCache") -> None:
        self.base = base
        self.size: int = reader.doc_count_all()
        self._reader = reader
        self._name = reader.segment().segment_id() if reader.segment() else ""
        self._cache = cache
        self.deleted: frozenset[int] = frozenset(
            reader.segment().deleted_docs() if reader.has_deletions() else ()
        )
        self.kinds = {kind: frozenset(self._of_kind(kind)) for kind in Kind}

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands, deleted ones included."""
        with damage():
            return int(self._reader.doc_frequency(str(where), word.encode("utf-8", "replace")))

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, deleted documents included, or nothing."""
        with damage():
            return self._cache.get((self._name, where, word), lambda: self._read(where, word))

    def _of_kind(self, kind: Kind) -> Sequence[int]:
        postings = self._read("kind", kind)
        return postings.documents if postings else ()

    def _read(self, field: str, word: str) -> Postings | None:
        try:
            matcher = self._reader.postings(str(field), word.encode("utf-8", "replace"))
        except TermNotFound:
            return None
        return _drained(matcher.child if self.deleted else matcher)


class PostingsCache:
    """The postings read last, up to a number of entries; segments never change, so nor do they."""

    def __init__(self, room: int = CACHE_POSTINGS) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[str, str, str], Postings | None] = OrderedDict()

    def get(
        self, key: tuple[str, str, str], read: Callable[[], Postings | None]
    ) -> Postings | None:
        """Return the postings under `key`, read now unless they are still known."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        postings = self._kept[key] = read()
        self._room -= _size(postings)
        while self._room < 0 and len(self._kept) > 1:
            self._room += _size(self._kept.popitem(last=False)[1])
        return postings


@contextmanager
def damage() -> Iterator[None]:
    """Turn whatever Whoosh raises over missing or damaged files into IndexUnavailable."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as problem:  # from bytes that can be anything, so can the exception
        raise IndexUnavailable("the search index cannot be read") from problem


def find(reader: IndexReader, key: str) -> Iterator[int]:
    """Yield the numbers of the documents that are not deleted and have this key."""
    with suppress(TermNotFound):
        yield from reader.postings("key", key).all_ids()


def _drained(matcher: Matcher) -> Postings:
    """Return all that is left of a matcher; by whole blocks where the codec is the usual one."""
    documents, weights = array("I"), array("f")
    whole = isinstance(matcher, W3LeafMatcher)
    while matcher.is_active():
        documents.append(matcher.id())
        weights.append(matcher.weight())
        if whole:
            documents.extend(matcher._ids[1:])
            weights.extend(matcher._weights[1:])
            matcher._next_block()
        else:
            matcher.next()
    return Postings(documents, weights)


def _size(postings: Postings | None) -> int:
    return 1 + len(postings.documents) if postings else 1
