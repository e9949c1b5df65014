"""A filled-in table as it was sent: its rows by the names of their columns, in whatever order."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import force_locale
from flask_babel.speaklater import LazyString

from app.kit.text import clean_line, fold
from app.responses.models import Disposition
from app.responses.words import DISPOSITIONS
from app.responses.working_copy import COLUMNS, tidy
from app.web import sheets
from app.web.locale import LANGUAGES
from app.web.refusals import RefusalCode, Refused
from app.web.sheets import Row
from app.web.uploads import TEXT, inspect, recognise

NEEDED = ("number", "mark", "disposition", "explanation")
MOST_ROWS = 20_000
HEADS = 10  # rows among which the one with the names is looked for
NUMBER = re.compile(r"(?:GY-?)?([0-9]{1,18})(?:\.0)?", re.IGNORECASE)
# Parts of a workbook that ask another file or a server for what they show.
REACHING = re.compile(r"^xl/(?:externalLinks/|connections\.xml|queryTables/|webextensions/)")
DELIMITERS = ",;\t"
# a file of text that a program writes for the apostrophe of a cell that is no formula
QUOTED = re.compile(r"'(?=[\s=+\-@＝＋－＠])")


class NotTheTableError(ValueError):
    """Raised when no row of the file names the columns that are needed."""


@dataclass(frozen=True)
class Sent:
    """One row of the file: the number beside it, and the cells that count, as they stand there."""

    row: int
    number: str
    mark: str
    disposition: str
    explanation: str
    no_change_reason: str

    def comment_id(self) -> int:
        """The number of the comment, 0 where there is none."""
        found = NUMBER.fullmatch(clean_line(self.number))
        return min(int(found[1]), 2**63 - 1) if found else 0


def read(data: bytes, filename: str, max_bytes: int) -> list[Sent]:
    """The rows of a spreadsheet or of a file of comma-separated values.

    Raises Refused for a file that is not taken, NotTheTableError for one of other columns. No
    formula is worked out: the result that was saved with it counts.
    """
    if recognise(data, filename) == TEXT:
        inspect(data, filename, max_bytes, frozenset({TEXT}))
        rows = list(_separated(data))
    else:
        rows = sheets.read(data, filename, max_bytes=max_bytes)
        _refuse_reaching(data)
    columns, after = _columns(rows)
    return [_sent(row, columns) for row in rows[after:] if any(map(str.strip, row.cells))]


def _refuse_reaching(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if REACHING.match(name):
                raise Refused(RefusalCode.EXTERNAL_ENTITIES, part=name)


def _separated(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1
        ):
            if number > MOST_ROWS:
                raise Refused(RefusalCode.TOO_MANY_ENTRIES, limit=MOST_ROWS)
            yield Row(
                number,
                [QUOTED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in cells],
            )
    except csv.Error as fault:
        raise Refused(RefusalCode.TRUNCATED) from fault


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(RefusalCode.WRONG_TYPE) from fault


def _columns(rows: list[Row]) -> tuple[dict[str, int], int]:
    """Where each column is, and how many rows stand above those of comments."""
    for at, row in enumerate(rows[:HEADS], 1):
        named = {_said(cell): n for n, cell in reversed(list(enumerate(row.cells)))}
        found = {
            name: named[label]
            for name, words in COLUMNS.items()
            for label in _labels(name, words)
            if label in named
        }
        if all(name in found for name in NEEDED):
            return found, at
    raise NotTheTableError


def _sent(row: Row, columns: Mapping[str, int]) -> Sent:
    def cell(name: str) -> str:
        return row[columns[name]] if name in columns else ""

    return Sent(
        row=row.number,
        number=clean_line(cell("number")),
        mark=clean_line(cell("mark")),
        disposition=clean_line(cell("disposition")),
        explanation=tidy(cell("explanation")),
        no_change_reason=tidy(cell("no_change_reason")),
    )


def disposition(text: str) -> Disposition | None:
    """What the words mean: the code, or its name in any language of the portal, in any case."""
    return _dispositions().get(_said(text))


@cache
def _dispositions() -> dict[str, Disposition]:
    found = {_said(value.value): value for value in Disposition}
    for value, words in DISPOSITIONS.items():
        found |= dict.fromkeys(_labels(value.value, words), value)
    return found


@cache
def _labels(name: str, words: LazyString) -> frozenset[str]:
    """All that may stand for the words: the code and each translation."""
    found = {_said(name)}
    for language in LANGUAGES:
        with force_locale(language.catalogue):
            found.add(_said(str(words)))
    return frozenset(found)


def _said(text: str) -> str:
    return " ".join(fold(clean_line(text)).replace("_", " ").split()).rstrip(".:")
