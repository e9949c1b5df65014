"""Where the index lies: the folder in use, a spare one while rebuilding, and two locks.

`directory/live` names the folder in use. Replacing that small file is how a rebuilt index takes
over: at no moment does a reader find half of one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.util.filelock import FileLock, try_for

from app.search.document import SearchDocument
from app.search.embedded import files
from app.search.embedded.writing import commit
from app.search.engine import IndexUnavailable

LOCK_WAIT = 10.0  # seconds for another writer to finish its commit
# A rebuild writes this much text at a time, in some fifty megabytes of memory: the fewer segments,
# the quicker a search.
CHARACTERS = 6_000_000
DOCUMENTS = 30_000
SPOILED = "spoiled"


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
            raise IndexUnavailable("there is no search index") from problem

    def spoil(self, folder: Path) -> None:
        """It is known to all that something in this folder cannot be read."""
        with suppress(OSError):
            if folder.is_dir():
                (folder / SPOILED).touch()

    def is_spoiled(self) -> bool:
        """Whether somebody found something unreadable in the live index."""
        return (self.live() / SPOILED).exists()

    def size_and_age(self) -> tuple[int, datetime]:
        """Return the bytes of the live index, and when it took over; raises IndexUnavailable."""
        folder = self.live()
        with files.damage():
            size = sum(file.stat().st_size for file in folder.iterdir())
            return size, datetime.fromtimestamp(self._pointer.stat().st_mtime, UTC)

    def write(
        self, adds: Collection[SearchDocument], removes: Iterable[str], position: int | None
    ) -> None:
        """Change the live index in one commit; makes an empty one first when there is none."""
        with files.damage(), self._locked("write"):
            try:
                folder = self.live()
            except IndexUnavailable:
                folder = self._spare()
                self._take_over(folder)
            commit(FileStorage(folder), adds, removes, position)

    def rebuild(
        self, documents: Iterable[SearchDocument], position: int, progress: Callable[[int], None]
    ) -> None:
        """Write a new index beside the live one, then let it take over."""
        with files.disk(), self._locked("rebuild"):
            self._clear()
            folder = self._spare()
            try:
                storage = FileStorage(folder)
                for batch in _batches(documents, progress):
                    commit(storage, batch, (), None)
                commit(storage, (), (), position)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            with self._locked("write"):
                self._take_over(folder)
            self._clear()

    def _spare(self) -> Path:
        folder = self.directory / f"index-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        try:
            TOC(files.SCHEMA, files.State((), 0), 0).write(FileStorage(folder), files.NAME)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _take_over(self, folder: Path) -> None:
        fresh = self.directory / "live.new"
        fresh.write_text(folder.name, encoding="ascii")
        os.replace(fresh, self._pointer)

    def _clear(self) -> None:
        """Remove what other rebuilds left: under their lock none of it is being written."""
        with self._locked("write"), suppress(IndexUnavailable):
            live = self.live()
            for other in self.directory.glob("index-*"):
                if other != live:
                    shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.directory / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=LOCK_WAIT):
            raise IndexUnavailable(f"another process holds the {name} lock of the search index")
        try:
            yield
        finally:
            lock.release()


def _batches(
    documents: Iterable[SearchDocument], progress: Callable[[int], None]
) -> Iterator[list[SearchDocument]]:
    batch: list[SearchDocument] = []
    room, count = CHARACTERS, 0
    for count, document in enumerate(documents, 1):
        batch.append(document)
        room -= len(document.title) + len(document.body) + len(document.context)
        if room <= 0 or len(batch) == DOCUMENTS:
            yield batch
            batch, room = [], CHARACTERS
        if count % 100 == 0:
            progress(count)
    yield batch
    progress(count)
