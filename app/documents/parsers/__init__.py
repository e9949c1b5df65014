"""Readers of files: each gives the same flat list of blocks."""

from app.documents.parsers.blocks import Block
from app.documents.parsers.docx import read_docx
from app.documents.parsers.plain import read_text


def read(data: bytes, filename: str) -> list[Block]:
    """The blocks of a file, by what it holds and not by what it is called.

    A ZIP is read as .docx, anything else as UTF-8 text; raises UnreadableError. `filename` is taken
    so that callers need not choose, and is never trusted.
    """
    return read_docx(data) if data.startswith(b"PK") else read_text(data)
