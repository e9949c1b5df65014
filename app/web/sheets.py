"""The rows of a spreadsheet that somebody filled in, read in a process of its own."""

from __future__ import annotations

import json
import logging
import signal
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from app.web.processes import ask
from app.web.refusals import RefusalCode, Refused
from app.web.uploads import USUAL_BYTES, XLSX, inspect

logger = logging.getLogger(__name__)

# The process stops itself after 8 seconds of work; on a busy machine those take longer.
WALL_SECONDS = 30
PATIENCE_SECONDS = 2.0
ANSWER_BYTES = 256 * 1024 * 1024
# The package without its factory, and without what the library would load if it were there.
START = """
import sys, types
sys.modules["numpy"] = sys.modules["PIL"] = None
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
from app.web import sheet_child
sheet_child.main(sys.argv[2])
"""
TIMED_OUT = {-signal.SIGXCPU, -signal.SIGKILL}

_turn = BoundedSemaphore(1)  # in each process of the portal


@dataclass(frozen=True)
class Row:
    """One row: the number beside it in the program, and what its cells show."""

    number: int
    cells: list[str]

    def __getitem__(self, column: int) -> str:
        """The text of a column counted from 0, "" behind the last one filled."""
        return self.cells[column] if column < len(self.cells) else ""


def read(data: bytes, filename: str, sheet: str = "", max_bytes: int = USUAL_BYTES) -> list[Row]:
    """The filled rows of the named sheet, or of the first; raises Refused.

    No formula is evaluated: the result that was saved with it counts. Days come as 2026-03-05.
    At most 20,000 rows of 60 columns; sizes in bytes.
    """
    inspect(data, filename, max_bytes, frozenset({XLSX}))
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise Refused(RefusalCode.BUSY)
    try:
        status, told = ask(START, data, sheet, seconds=WALL_SECONDS, most=ANSWER_BYTES)
    finally:
        _turn.release()
    if status in TIMED_OUT:
        raise Refused(RefusalCode.TOO_SLOW)
    if status or len(told) > ANSWER_BYTES:
        raise Refused(RefusalCode.TOO_HEAVY)
    answer: dict[str, Any] = json.loads(told)
    if "refused" in answer:
        logger.info("a sheet was not read: %s", answer["refused"])
        raise Refused(RefusalCode(answer["refused"]), **answer["facts"])
    return [Row(number, cells) for number, cells in answer["rows"]]
