"""Small Word files for tests."""

from __future__ import annotations

import io
from functools import cache

import docx as python_docx


@cache
def docx(text: str) -> bytes:
    """A Word file with one paragraph for each line."""
    document = python_docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
