"""The one file of a backup: a compressed tar whose last member lists every other with its hash."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files"
QUICK = 1  # gzip level: the disk is the slower of the two
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 512 * 1024 * 1024

Progress = Callable[[int], None]


class BadArchiveError(Exception):
    """Raised with a sentence: the file is no backup, is cut off, or is not as it was written."""


@dataclass
class Manifest:
    """What a backup holds and where it comes from; `members` has size in bytes and SHA-256."""

    made_at: str
    dialect: str
    migration: str
    version: str
    # the newest sealed entry, and the newest signed head of the log, "" before the first
    seq: int
    checkpoint: str
    # by which a portal tells whether its identity keys open what is sealed here
    keys: str
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self.file, self.progress, self.hash = file, progress, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        self.progress(len(data))
        return data


class Packing:
    """An archive being written."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress) -> None:
        self.tar, self.progress = tar, progress
        self.members: dict[str, tuple[int, str]] = {}

    def add(self, name: str, path: Path) -> None:
        """The file is in the archive under that name; one that is gone meanwhile is not."""
        with suppress(FileNotFoundError), path.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            source = _Hashing(file, self.progress)
            self.tar.addfile(info, source)
            self.members[name] = info.size, source.hash.hexdigest()

    def close_with(self, manifest: Manifest) -> None:
        """The manifest, which lists all that was added, is the last member."""
        manifest.members = self.members
        data = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        self.tar.addfile(info, BytesIO(data))


@contextmanager
def packing(target: Path, progress: Progress) -> Iterator[Packing]:
    """An archive that is at `target` once it is whole, and not at all otherwise."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            with (
                gzip.GzipFile("", "wb", QUICK, raw, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|", bufsize=CHUNK) as tar,
            ):
                yield Packing(tar, progress)
            raw.flush()
            os.fsync(raw.fileno())
        made.replace(target)
        sync(target.parent)
    finally:
        made.unlink(missing_ok=True)


def sync(directory: Path) -> None:
    """What was renamed in the directory stays so when the power is cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unpack(source: Path, into: Path, progress: Progress) -> Manifest:
    """Every member lies in the directory, byte for byte as it was backed up.

    Raises BadArchiveError. `progress` hears of bytes of the file itself.
    """
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with source.open("rb") as raw:
            told = _Hashing(raw, progress)
            with tarfile.open(fileobj=told, mode="r|gz", bufsize=CHUNK) as tar:  # type: ignore[call-overload]
                for info in tar:
                    if manifest is not None:
                        raise BadArchiveError("Something follows its list of contents.")
                    content = tar.extractfile(info) if info.isreg() else None
                    if content is None:
                        raise BadArchiveError(f"{info.name!r} in it is no file.")
                    if info.name in found:
                        raise BadArchiveError(f"{info.name!r} is in it twice.")
                    if info.name == MANIFEST:
                        manifest = _read(content.read(LARGEST_MANIFEST))
                    else:
                        found[info.name] = _keep(content, into / _safe(info.name))
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadArchiveError(f"It is damaged, cut off or no backup ({error}).") from error
    if manifest is None:
        raise BadArchiveError("It has no list of its contents: it was cut off.")
    _compare(found, manifest.members)
    return manifest


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    inside = path.parts[:1] == (FILES,) and len(path.parts) > 1
    if ".." in path.parts or not (inside or name == DATABASE):
        raise BadArchiveError(f"{name!r} in it has no place in a backup.")
    return path


def _keep(content: IO[bytes], target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while data := content.read(CHUNK):
            digest.update(data)
            size += len(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _read(data: bytes) -> Manifest:
    try:
        words: dict[str, Any] = json.loads(data)
        if words.get("format") != FORMAT:
            raise BadArchiveError("It was written by a portal that keeps backups in another form.")
        words["members"] = {name: (size, sha) for name, (size, sha) in words["members"].items()}
        return Manifest(**words)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadArchiveError("Its list of contents cannot be read.") from error


def _compare(found: dict[str, tuple[int, str]], listed: dict[str, tuple[int, str]]) -> None:
    for name in sorted(found.keys() | listed.keys()):
        if found.get(name) != listed.get(name):
            what = "is missing" if name not in found else "is not as it was backed up"
            raise BadArchiveError(f"{name!r} {what}.")
