"""A ZIP file written part by part, each as its words come."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)  # one and the same date makes equal tables equal files
FAST = 4  # half the time of the usual level for a twentieth more bytes
HELD = 64 * 1024
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Say = Callable[[str], None]


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """A package that is written into the file."""
    return zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST)


def store(package: zipfile.ZipFile, name: str, content: str) -> None:
    """The part is in the package as it is, uncompressed."""
    package.writestr(zipfile.ZipInfo(name, EPOCH), content)


def put(package: zipfile.ZipFile, name: str, content: str) -> None:
    """The part of XML is in the package."""
    with part(package, name) as say:
        say(content)


@contextmanager
def part(package: zipfile.ZipFile, name: str) -> Iterator[Say]:
    """A part of XML that is written with what the block says, a little at a time."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    held = [HEAD]
    size = 0
    with package.open(entry, "w", force_zip64=True) as target:

        def say(words: str) -> None:
            nonlocal size
            held.append(words)
            size += len(words)
            if size > HELD:
                target.write("".join(held).encode())
                held.clear()
                size = 0

        yield say
        target.write("".join(held).encode())
