"""The index on disk: where the live one lies, and how it is written.

`directory/live` names the folder in use. Replacing that small file is how a rebuilt index takes
over: at no moment does a reader find half of one.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index
from whoosh.util.filelock import FileLock, try_for
from whoosh.writing import SegmentWriter

from app.search.document import Field, SearchDocument
from app.search.embedded.reading import MARKER, damage, find, packed
from app.search.engine import IndexUnavailable

LOCK_WAIT = 10.0  # seconds for another writer to finish its commit


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
    page=fields.STORED(),
    traits=fields.COLUMN(columns.RefBytesColumn()),
    dossier=fields.COLUMN(columns.NumericColumn("I")),
    at=fields.COLUMN(columns.NumericColumn("I")),
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
        "dossier_id": document.dossier_id,
        "at": document.at.timestamp(),
        "language": document.language,
        "stored": dict(document.stored),
    }
    words = {str(where): weighed for where, weighed in document.weights()}
    writer.add_document(
        key=document.key,
        page=page,
        traits=packed(document.traits),
        dossier=document.dossier_id,
        at=int(document.at.timestamp()),
        **words,
    )


def _counted(
    documents: Iterable[SearchDocument], progress: Callable[[int], None]
) -> Iterator[SearchDocument]:
    count = 0
    for count, document in enumerate(documents, 1):
        yield document
        if count % 100 == 0:
            progress(count)
    progress(count)
