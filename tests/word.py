"""Small Word files for tests."""

from __future__ import annotations

import io
from functools import cache
from itertools import groupby

import docx as python_docx


@cache
def docx(text: str) -> bytes:
    """A Word file with one paragraph for each line; `| a | b / c |` is a row of a table, whose
    second cell has two lines."""
    document = python_docx.Document()
    for table, run in groupby(text.splitlines(), key=lambda line: line.startswith("| ")):
        if not table:
            for line in run:
                document.add_paragraph(line)
            continue
        rows = [line.strip().strip("|").split("|") for line in run]
        grid = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(grid.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = "\n".join(line.strip() for line in words.split(" / "))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
