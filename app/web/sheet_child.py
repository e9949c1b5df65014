"""The process in which a spreadsheet is read; `sheets` starts it for one file."""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from app.web.confined import confine
from app.web.refusals import RefusalCode

COLUMNS = 60  # what stands further to the right is nobody's column
CELL = 40_000  # letters: more than Excel itself can put into one
LETTERS = 30_000_000
ROWS = 20_000


class _TooMuchError(Exception):
    pass


def rows(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with the numbers the program shows beside them."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = book[name] if name in book.sheetnames else book.worksheets[0]
    # a file may say that it is a thousand times larger than it is, or smaller
    sheet.reset_dimensions()
    found: Iterable[tuple[Any, ...]] = sheet.iter_rows(max_col=COLUMNS, values_only=True)
    many = letters = 0
    for number, values in enumerate(found, 1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        many += 1
        letters += sum(map(len, cells))
        if many > ROWS or letters > LETTERS:
            raise _TooMuchError
        yield number, cells


def _text(value: object) -> str:
    """What the cell shows, roughly: a day as 2026-03-05, a whole number without its point."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return str(value)[:CELL].strip()


def answer(data: bytes, name: str) -> dict[str, Any]:
    """What the parent is told: the rows, or why there are none."""
    try:
        return {"rows": list(rows(data, name))}
    except _TooMuchError:
        return {"refused": RefusalCode.TOO_MANY_ENTRIES, "facts": {"limit": ROWS}}
    except MemoryError:
        return {"refused": RefusalCode.TOO_HEAVY, "facts": {}}
    except Exception:  # the library has no error of its own for parts that do not fit together
        return {"refused": RefusalCode.TRUNCATED, "facts": {}, "why": traceback.format_exc()[-900:]}


def main(name: str) -> None:
    """The workbook on standard input has become JSON on standard output."""
    confine()
    sys.stdout.buffer.write(json.dumps(answer(sys.stdin.buffer.read(), name)).encode("ascii"))
