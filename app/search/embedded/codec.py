"""How the words of a segment lie on disk: each once, with its documents and what it weighs there.

Whoosh itself writes postings in pickled, packed blocks of 128 and reads them through matchers.
Here the postings of a word are one run of plain numbers beside it in Whoosh's ordered hash, so
that they are read at once, and joined with those of another segment without being looked at.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from itertools import compress, groupby
from operator import itemgetter
from os import pread
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashReader, OrderedHashWriter
from whoosh.filedb.structfile import StructFile

from app.search.document import STEPS

EXTENSION = ".words"
DOCUMENT, WEIGHT = 2, 1  # bytes each of a posting takes
MOST_DOCUMENTS = 256**DOCUMENT - 1  # that a segment can number
MOST_PLACES = 1_000  # of words that are remembered: a query asks for each several times
NOWHERE = (0, 0)
GONE = -1  # the number of a document that is not taken along

Stream = Iterator[tuple[bytes, bytes]]  # words with their postings, in the order of their bytes


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of one segment that hold a word, ascending, and its weight there in STEPS."""

    documents: array[int]
    weights: bytes

    @classmethod
    def of(cls, packed: bytes) -> Postings:
        split = count(len(packed)) * DOCUMENT
        return cls(array("H", packed[:split]), packed[split:])

    def packed(self) -> bytes:
        return self.documents.tobytes() + self.weights

    def moved(self, numbers: Sequence[int], gone: bool) -> Postings:
        """Return them under other numbers; when some are `gone`, without those numbered GONE."""
        documents = array("i" if gone else "H", map(numbers.__getitem__, self.documents))
        if not gone or GONE not in documents:
            return Postings(array("H", documents), self.weights)
        kept = [number != GONE for number in documents]
        return Postings(array("H", compress(documents, kept)), bytes(compress(self.weights, kept)))


def count(size: int) -> int:
    """Return how many postings take so many bytes."""
    return size // (DOCUMENT + WEIGHT)


def _key(where: str, word: str) -> bytes:
    return f"{where}:{word}".encode("utf-8", "surrogatepass")


class Scattered(StructFile):
    """A file read a few bytes here and there: a buffer would be filled each time for nothing."""

    def get(self, position: int, length: int) -> bytes:
        """Return so many bytes of that place, fewer at the end of the file."""
        return pread(self.file.fileno(), length, position)


class Words:
    """The table of words of one segment, open for reading."""

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        name = segment.make_filename(EXTENSION)
        with ExitStack() as opened:
            file = opened.enter_context(open(storage._fpath(name), "rb"))
            self._table = OrderedHashReader(Scattered(file), storage.file_length(name))
            opened.pop_all()
        self._places: dict[tuple[str, str], tuple[int, int]] = {}

    def frequency(self, where: str, word: str) -> int:
        """Return in how many documents the word stands, deleted ones included."""
        return count(self._place(where, word)[1])

    def postings(self, where: str, word: str) -> Postings | None:
        """Return where the word stands, deleted documents included, or nothing."""
        start, size = self._place(where, word)
        return Postings.of(self._table.dbfile.get(start, size)) if size else None

    def beginning(self, where: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the words of a field that begin so and their frequency, in order."""
        sought, field = _key(where, prefix), len(_key(where, ""))
        read = self._table.dbfile.get
        for start, length, _, size in self._table.ranges_from(sought):
            key = read(start, length)
            if not key.startswith(sought):
                return
            yield key[field:].decode("utf-8", "surrogatepass"), count(size)

    def _place(self, where: str, word: str) -> tuple[int, int]:
        """Return where its postings begin and how many bytes they take, 0 when there are none."""
        asked = where, word
        if asked not in self._places:
            if len(self._places) >= MOST_PLACES:
                self._places.clear()
            self._places[asked] = next(self._table.ranges_for_key(_key(where, word)), NOWHERE)
        return self._places[asked]

    def stream(self) -> Stream:
        """Yield every word of every field with its postings."""
        yield from self._table.items()

    def close(self) -> None:
        """Release the file."""
        self._table.close()


class Pool:
    """The postings of a segment to be: of new documents, and of older segments it takes in."""

    def __init__(self) -> None:
        # most words stand in one document: a number is all that is kept of it until the second
        self._new: dict[str, dict[str, int | array[int]]] = {}
        self._taken: list[tuple[Words, Sequence[int]]] = []

    def add(self, posting: tuple[str, list[tuple[str, float]], int, float, bytes]) -> None:
        """Take the words of one field of a document: called by Whoosh as if for one of them."""
        where, words, document, _, _ = posting
        known = self._new.setdefault(where, {})
        for word, weight in words:
            one = document << 8 | round(weight * STEPS)
            before = known.get(word)
            if before is None:
                known[word] = one
            elif isinstance(before, int):
                known[word] = array("I", (before, one))
            else:
                before.append(one)

    def take(self, words: Words, numbers: Sequence[int]) -> None:
        """Take the words of an older segment, open until all is written, under these numbers."""
        self._taken.append((words, numbers))

    def iter_postings(self) -> Stream:
        """Yield every word once, with all its postings: what Whoosh asks for at the end."""
        streams = [self._fresh(), *(_moved(words, numbers) for words, numbers in self._taken)]
        first = itemgetter(0)
        for key, same in groupby(merge(*streams, key=first), first):
            found = [postings for _, postings in same]
            if len(found) == 1:
                yield key, found[0].packed()
                continue
            documents = b"".join(postings.documents.tobytes() for postings in found)
            yield key, documents + b"".join(postings.weights for postings in found)

    def cleanup(self) -> None:
        """Let go of everything."""
        self._new, self._taken = {}, []

    def _fresh(self) -> Iterator[tuple[bytes, Postings]]:
        for where, known in sorted(self._new.items()):
            for word in sorted(known):
                held = known[word]
                packed = (held,) if isinstance(held, int) else held
                documents = array("H", [one >> 8 for one in packed])
                yield _key(where, word), Postings(documents, bytes([one & 255 for one in packed]))


def _moved(words: Words, numbers: Sequence[int]) -> Iterator[tuple[bytes, Postings]]:
    gone = GONE in numbers
    for key, packed in words.stream():
        postings = Postings.of(packed).moved(numbers, gone)
        if postings.documents:
            yield key, postings


class Codec(W3Codec):
    """Whoosh's own, but for words."""

    length_stats = False  # the weights have the length of the document in them

    def field_writer(self, storage: FileStorage, segment: Any) -> WordsWriter:
        """Return what writes the words of a segment."""
        return WordsWriter(storage, segment)


class WordsWriter:
    """Writes the table of words of one segment."""

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        self._table = OrderedHashWriter(segment.create_file(storage, EXTENSION))
        self.is_closed = False

    def add_postings(
        self, _schema: Any, _lengths: None, postings: Iterable[tuple[bytes, bytes]]
    ) -> None:
        """Write them all."""
        add = self._table.add
        for key, packed in postings:
            add(key, packed)

    def close(self) -> None:
        """Make the file whole."""
        self.is_closed = True
        self._table.close()
