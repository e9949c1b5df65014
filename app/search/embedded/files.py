"""What the files of an index hold: a table of its segments, and for each document its columns."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from app.search.document import Field, Kind, SearchDocument, Told, Traits
from app.search.engine import IndexUnavailable, Page

NAME = "MAIN"
FORMAT = f"4 {sys.byteorder}"  # changes whenever what is written no longer fits what is read
KEY = "key"


class Weighted(fields.FieldType):
    """A field given as words with their weights, already worked out and handed on as one."""

    analyzer = None
    stored = False
    scorable = False

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(
        self, value: list[tuple[str, float]], **_: Any
    ) -> Iterator[tuple[list[tuple[str, float]], int, float, bytes]]:
        """Yield all words where Whoosh expects one: the pool takes them apart."""
        yield value, 1, 1.0, b""


COLUMNS = {
    "page": columns.VarBytesColumn(),
    "traits": columns.RefBytesColumn(),
    "at": columns.NumericColumn("d"),
    "turn": columns.NumericColumn("I"),
}
SCHEMA = fields.Schema(
    **{KEY: Weighted()},
    **{str(where): Weighted() for where in Field},
    **{name: fields.COLUMN(column) for name, column in COLUMNS.items()},
)


class State(list[W3Segment]):
    """The segments after a commit, and how far the ledger was read: Whoosh keeps it whole."""

    def __init__(self, segments: Iterable[W3Segment], position: int) -> None:
        super().__init__(segments)
        self.format = FORMAT
        self.position = position


def state(storage: FileStorage) -> tuple[int, State]:
    """Return the number of the last commit and what it left; raises IndexUnavailable."""
    with damage():
        table = TOC.read(storage, NAME, schema=SCHEMA)
    found = table.segments
    if not isinstance(found, State) or found.format != FORMAT:
        raise IndexUnavailable("the search index was made by another version of the portal")
    return table.generation, found


def row(document: SearchDocument) -> dict[str, Any]:
    """Return what is written of a document, by column and field."""
    words = {str(where): weighed for where, weighed in document.weights()}
    return words | {
        KEY: [(document.key, 1.0)],
        "page": _packed_page(document),
        "traits": packed(document.traits),
        "at": document.at.timestamp(),
        "turn": document.turn,
    }


def packed(traits: Traits) -> bytes:
    """Return traits as their column keeps them."""
    return "\t".join(map(str, traits)).encode()


def traits(kept: bytes) -> Traits:
    """Return what a column keeps as traits."""
    kind, dossier_id, language, commenter, month = kept.decode().split("\t")
    return Traits(Kind(kind), int(dossier_id), language, commenter, month)


def _packed_page(document: SearchDocument) -> bytes:
    kept = [
        document.key,
        document.kind,
        document.title,
        document.body,
        document.dossier_id,
        document.at.timestamp(),
        document.language,
        dict(document.stored),
        document.told,
    ]
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), 1)


def page(kept: bytes) -> Page:
    """Return what a column keeps as a page."""
    read = json.loads(zlib.decompress(kept))
    key, kind, title, body, dossier_id, at, language, stored, told = read
    moment = datetime.fromtimestamp(at, UTC)
    others = tuple(Told(*one) for one in told)
    return Page(key, Kind(kind), title, body, dossier_id, moment, language, stored, others)


@contextmanager
def disk() -> Iterator[None]:
    """Turn what the disk refuses into IndexUnavailable, with the reason it gives."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise IndexUnavailable(f"the search index is out of reach: {reason}") from problem


@contextmanager
def damage() -> Iterator[None]:
    """Turn whatever comes of missing or damaged files into IndexUnavailable."""
    try:
        with disk():
            yield
    except IndexUnavailable:
        raise
    except Exception as problem:  # from bytes that can be anything, so can the exception
        raise IndexUnavailable("the search index cannot be read") from problem
