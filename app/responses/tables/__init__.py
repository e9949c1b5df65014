"""The formats in which the table can be taken away, by the endings of the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from app.responses.table import Table
from app.responses.tables import docx, flat, ods, xlsx

OPEN_XML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """A media type and the function that writes it."""

    media_type: str
    write: Callable[[Table, IO[bytes]], None]


# in the order of a list of downloads
FORMATS: dict[str, Format] = {
    "docx": Format(f"{OPEN_XML}.wordprocessingml.document", docx.write),
    "xlsx": Format(f"{OPEN_XML}.spreadsheetml.sheet", xlsx.write),
    "ods": Format(ods.TYPE, ods.write),
    "csv": Format("text/csv; charset=utf-8", flat.to_csv),
    "json": Format("application/json", flat.to_json),
}
