"""The index on disk: where the live one lies, how it is written, and how a reader sees it.

`directory/live` names the folder in use. Replacing that small file is how a rebuilt index takes
over: at no moment does a reader find half of one.
"""

import os
import secrets
import shutil
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import fields, formats, index
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import IndexReader, TermNotFound
from whoosh.util.filelock import FileLock, try_for
from whoosh.writing import SegmentWriter

from app.search.document import Field, Kind, SearchDocument
from app.search.score import Postings

LOCK_WAIT = 10.0  # seconds for another writer to finish its commit
CACHE_POSTINGS = 1_000_000  # kept in memory by each process, 8 bytes each
MARKER = "position"  # the key of the one document that is none: how far the ledger was read


class IndexUnavailable(Exception):  # noqa: N818 - it names a state the page words, not a fault
    """The index is missing, damaged or busy; `flask search rebuild` makes a new one."""


class Weighted(fields.FieldType):
    """A field given as words with their weights, already worked out."""

    analyzer = None
    stored = False
    scorable = False  # the weights have the length of the document in them

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(
        self, value: list[tuple[str, float]], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh writes for each word: bytes, count, weight and no payload."""
        for word, weight in value:
            yield word.encode("utf-8", "replace"), 1, weight, b""


SCHEMA = fields.Schema(
    key=fields.ID(),
    kind=fields.ID(),
    page=fields.STORED(),
    **{str(where): Weighted() for where in Field},
)


class Shelf:
    """The folder that holds the live index, a spare one while rebuilding, and two locks."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._pointer = directory / "live"

    def live(self) -> Path:
        """Return the folder of the live index, or raise IndexUnavailable."""
        try:
            return self.directory / self._pointer.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as problem:
            raise IndexUnavailable("no search index") from problem

    def write(
        self, adds: Collection[SearchDocument], removes: Iterable[str], position: int | None
    ) -> None:
        """Change the live index in one commit; makes an empty one first when there is none."""
        with self._locked("write"):
            try:
                folder = self.live()
            except IndexUnavailable:
                folder = self._spare()
                self._take_over(folder)
            with damage():
                _commit(index.open_dir(folder), adds, removes, position)

    def rebuild(
        self, documents: Iterable[SearchDocument], position: int, progress: Callable[[int], None]
    ) -> None:
        """Write a new index beside the live one, then let it take over."""
        with self._locked("rebuild"):
            folder = self._spare()
            try:
                _commit(index.open_dir(folder), _counted(documents, progress), (), position)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            with self._locked("write"):
                self._take_over(folder)

    def _spare(self) -> Path:
        folder = self.directory / f"index-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        index.create_in(folder, SCHEMA)
        return folder

    def _take_over(self, folder: Path) -> None:
        fresh = self.directory / "live.new"
        fresh.write_text(folder.name, encoding="ascii")
        os.replace(fresh, self._pointer)
        for other in self.directory.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.directory / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=LOCK_WAIT):
            raise IndexUnavailable(f"another process holds the {name} lock")
        try:
            yield
        finally:
            lock.release()


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
        self._reader = reader
        self._name = reader.segment().segment_id() if reader.segment() else ""
        self._cache = cache
        self.deleted: frozenset[int] = frozenset(
            reader.segment().deleted_docs() if reader.has_deletions() else ()
        )
        self.kinds = {kind: frozenset(find(reader, kind, "kind")) for kind in Kind}

    def frequency(self, where: Field, word: str) -> int:
        """Return in how many documents the word stands, deleted ones included."""
        with damage():
            return int(self._reader.doc_frequency(str(where), word.encode("utf-8", "replace")))

    def postings(self, where: Field, word: str) -> Postings | None:
        """Return where the word stands, deleted documents included, or nothing."""
        with damage():
            return self._cache.get((self._name, where, word), lambda: self._read(where, word))

    def _read(self, where: Field, word: str) -> Postings | None:
        try:
            matcher = self._reader.postings(str(where), word.encode("utf-8", "replace"))
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


def find(reader: IndexReader, value: str, name: str = "key") -> Iterator[int]:
    """Yield the numbers of the documents that are not deleted and have this key, or kind."""
    with suppress(TermNotFound):
        yield from reader.postings(name, value).all_ids()


def _commit(
    opened: index.FileIndex,
    adds: Iterable[SearchDocument],
    removes: Iterable[str],
    position: int | None,
) -> None:
    writer = SegmentWriter(opened, _lk=False)  # our own lock also covers the change of folders
    try:
        with opened.reader() as reader:
            gone = {*removes}
            if isinstance(adds, Collection):  # else a new index, with nothing to replace
                gone.update(document.key for document in adds)
            if position is not None:
                gone.add(MARKER)
            for key in gone:
                for number in list(find(reader, key)):
                    writer.delete_document(number)
        for document in adds:
            _add(writer, document)
        if position is not None:
            writer.add_document(key=MARKER, page=position)
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise


def _add(writer: SegmentWriter, document: SearchDocument) -> None:
    page = {
        "key": document.key,
        "kind": str(document.kind),
        "title": document.title,
        "body": document.body,
        "consultation_id": document.consultation_id,
        "stored": dict(document.stored),
    }
    words = {str(where): weighed for where, weighed in document.weights()}
    writer.add_document(key=document.key, kind=str(document.kind), page=page, **words)


def _counted(
    documents: Iterable[SearchDocument], progress: Callable[[int], None]
) -> Iterator[SearchDocument]:
    count = 0
    for count, document in enumerate(documents, 1):
        yield document
        if count % 100 == 0:
            progress(count)
    progress(count)


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
