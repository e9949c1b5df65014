"""One state of the index as a reader sees it: postings by segment, pages of what was found."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from heapq import nlargest
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import IndexReader, TermNotFound

from app.search.document import Field, Kind, Traits
from app.search.embedded.score import Postings
from app.search.engine import IndexUnavailable

CACHE_POSTINGS = 1_000_000  # kept in memory by each process, 8 bytes each
MARKER = "position"  # the key of the one document that is none: how far the ledger was read


def packed(traits: Traits) -> bytes:
    """Return the traits as a column keeps them; the draft has a column of its own."""
    return "\t".join((traits.kind, traits.language, traits.commenter, traits.month)).encode()


def _unpacked(kept: bytes, dossier_id: int) -> Traits | None:
    """Return the traits again; None for the one document that is none."""
    if not kept:
        return None
    kind, language, commenter, month = kept.decode().split("\t")
    return Traits(Kind(kind), dossier_id, language, commenter, month)


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

    def keys(self) -> Iterator[str]:
        """Yield the key of every document that is not deleted."""
        with damage():
            for _, fields in self._reader.iter_docs():
                if isinstance(fields["page"], dict):
                    yield fields["page"]["key"]

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return the words of a field that begin so, with their number of documents, most first."""
        with damage():
            found = [
                (word.decode("utf-8"), int(self._reader.doc_frequency(str(where), word)))
                for word in self._reader.expand_prefix(
                    str(where), prefix.encode("utf-8", "replace")
                )
            ]
        return nlargest(limit, found, key=lambda pair: (pair[1], pair[0]))

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
        with damage():
            self._read_columns()

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands, deleted ones included."""
        with damage():
            return int(self._reader.doc_frequency(str(where), word.encode("utf-8", "replace")))

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, deleted documents included, or nothing."""
        with damage():
            return self._cache.get((self._name, where, word), lambda: self._read(where, word))

    def _read_columns(self) -> None:
        """What each document is, and when it became public, by its number."""
        known: dict[tuple[bytes, int], int] = {}
        rows = zip(self._column("traits"), self._column("dossier"), strict=True)
        self.traits_of = array("I", (known.setdefault(row, len(known)) for row in rows))
        self.traits = [_unpacked(*row) for row in known]
        self.at = array("I", self._column("at"))

    def _column(self, name: str) -> Iterator[Any]:
        reader = self._reader.column_reader(name, translate=False)
        return (reader[number] for number in range(self.size))

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
