"""The formats a version can be taken away in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.documents.exports.akn import to_akn
from app.documents.exports.docx import to_docx
from app.documents.exports.pdf import to_pdf
from app.documents.exports.record import to_json
from app.documents.exports.source import Edition
from app.documents.exports.text import to_text


@dataclass(frozen=True)
class Format:
    """A media type and the function that writes it."""

    media_type: str
    write: Callable[[Edition], bytes]


def _encoded(write: Callable[[Edition], str]) -> Callable[[Edition], bytes]:
    return lambda edition: write(edition).encode()


# by the ending of the file's name, in the order of a list of downloads
FORMATS: dict[str, Format] = {
    "docx": Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx
    ),
    "pdf": Format("application/pdf", to_pdf),
    "txt": Format("text/plain; charset=utf-8", _encoded(to_text)),
    "json": Format("application/json", _encoded(to_json)),
    "xml": Format("application/akn+xml", to_akn),
}
