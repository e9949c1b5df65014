"""What a hostile file is called, how it is made, and what has to become of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.word import docx

LAW = """\
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch
Điều 1. Phạm vi điều chỉnh
1. Nghị quyết này quy định mức hỗ trợ nước sạch.
2. Hộ gia đình được hỗ trợ một lần.
Điều 2. Hiệu lực thi hành
Nghị quyết này có hiệu lực từ ngày ký.
"""


@dataclass(frozen=True)
class Hostile:
    """A file and its outcome: the code it is refused with, or else what its tree must show.

    `doubts` are codes that must be among the tree's doubts, `articles` the numbers of its
    articles in order; None where a file is only asked to come out clean.
    """

    name: str
    make: Callable[[], bytes]
    refused: str = ""
    doubts: frozenset[str] = field(default=frozenset())
    articles: tuple[str, ...] | None = None
    filename: str = "du-thao.docx"


def zipped(parts: Mapping[str, bytes], stored: tuple[str, ...] = (), comment: bytes = b"") -> bytes:
    """A ZIP file of these parts in order; those named are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            target.writestr(zipfile.ZipInfo(name), content, method)
        target.comment = comment
    return buffer.getvalue()


def word_parts(text: str = LAW) -> dict[str, bytes]:
    """The parts of a sound Word file."""
    with zipfile.ZipFile(io.BytesIO(docx(text))) as package:
        return {name: package.read(name) for name in package.namelist()}


def word(**changed: bytes | None) -> bytes:
    """A Word file with parts changed, added, or (None) left out."""
    parts = {**word_parts(), **changed}
    return zipped({name: part for name, part in parts.items() if part is not None})


def edited(part: str, old: bytes, new: bytes) -> bytes:
    """A Word file with the first such bytes of a part exchanged."""
    content = word_parts()[part]
    assert old in content
    return word(**{part: content.replace(old, new, 1)})
