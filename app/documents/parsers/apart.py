"""A file read in a process of its own, so that a hostile one can harm nobody else."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import BoundedSemaphore
from typing import Any

from app.documents.lines import lines_from
from app.documents.nodes import Doubt, DoubtCode, Kind, Node, Outline
from app.documents.parsers import convert
from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.web.processes import ask
from app.web.refusals import RefusalCode, Refused
from app.web.uploads import DOC, recognise

logger = logging.getLogger(__name__)

# The process stops itself after 8 seconds of work; on a busy machine those take longer.
WALL_SECONDS = 30
SCAN_SECONDS = convert.SCAN_SECONDS + 10  # it ends itself before, and what it started with it
AT_A_TIME = 2  # in each process of the portal
IN_LINE = 1  # whoever waits holds one of four threads, and people want to read drafts meanwhile
PATIENCE_SECONDS = 0.4  # in which a usual file is read; nobody notices the wait
ANSWER_BYTES = 64 * 1024 * 1024
# The package without its factory: that would load every room, and take five times as long.
START = """
import sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
from app.documents.parsers import child
child.main(sys.argv[2], sys.argv[3])
"""
# The kernel's signal for too much processor time, and ours for too much of any time.
TIMED_OUT = {-signal.SIGXCPU, -signal.SIGKILL}
# How libraries written in C end themselves when they get no more memory.
STARVED = {-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL}

_line = BoundedSemaphore(AT_A_TIME + IN_LINE)
_turns = BoundedSemaphore(AT_A_TIME)
# a scan takes a minute, in which nobody else shall have to wait for it
_scans = BoundedSemaphore(1)


def tree(data: bytes, filename: str) -> Outline:
    """The tree of the file, read where it can take 512 MB and 8 seconds of work, reaching nothing.

    Pictures of pages are read where tesseract is installed, in up to a minute. Raises
    UnreadableError, or Refused for a file that is too heavy or too slow to read. A fault in a
    reader is told as damage to the file, and in full to the log.
    """
    data = _modern(data, filename)
    try:
        return _outline(_answer(data, filename, "tree"))
    except UnreadableError as fault:
        if fault.code is not UnreadableCode.SCANNED or shutil.which("tesseract") is None:
            raise
    return _outline(_answer(data, filename, "scan"))


def blocks(data: bytes, filename: str) -> list[Block]:
    """The paragraphs and tables of the file, read under the same limits; raises the same.

    Pictures of pages are not read.
    """
    return [
        Block(**found | {"rows": tuple(tuple(row) for row in found["rows"])})
        for found in _answer(_modern(data, filename), filename, "blocks")["blocks"]
    ]


def _modern(data: bytes, filename: str) -> bytes:
    """An old Word file as a new one, other files as they are; raises Refused where it cannot be."""
    if recognise(data, filename) != DOC:
        return data
    converted = convert.old_word(data)
    if converted is None:
        raise Refused(RefusalCode.OLD_WORD)
    return converted


def _answer(data: bytes, filename: str, asked: str) -> dict[str, Any]:
    status, told = _ask(data, filename, asked)
    if status in TIMED_OUT and asked == "scan":
        raise UnreadableError(UnreadableCode.SCAN_TOO_LONG, limit=str(convert.SCANNED_PAGES))
    if status in TIMED_OUT:
        raise Refused(RefusalCode.TOO_SLOW)
    if status in STARVED or len(told) > ANSWER_BYTES:
        raise Refused(RefusalCode.TOO_HEAVY)
    answer: dict[str, Any] = {"fault": f"ended with {status}"}
    if status == 0:
        answer = _understood(told)
    if "fault" in answer:
        # its kind alone: what it says may be words of the file
        kind = answer["fault"].strip().rpartition("\n")[2].partition(":")[0]
        logger.error("a file could not be read: %s", kind)
        raise UnreadableError(UnreadableCode.DAMAGED)
    if "unreadable" in answer:
        raise UnreadableError(UnreadableCode(answer["unreadable"]), **answer["facts"])
    if "refused" in answer:
        raise Refused(RefusalCode(answer["refused"]), **answer["facts"])
    return answer


def _understood(told: bytes) -> dict[str, Any]:
    try:
        return json.loads(told)
    except ValueError:
        return {"fault": "answered in another language"}


@contextmanager
def _turn(asked: str) -> Iterator[None]:
    """A file may be read now; raises Refused where too many wait for that already, and for a
    second scan."""
    line, turns = (_scans, nullcontext()) if asked == "scan" else (_line, _turns)
    if not line.acquire(timeout=0 if asked == "scan" else PATIENCE_SECONDS):
        raise Refused(RefusalCode.BUSY)
    try:
        with turns:
            yield
    finally:
        line.release()


def _ask(data: bytes, filename: str, asked: str) -> tuple[int, bytes]:
    """The exit status, and what was answered, cut just behind its limit."""
    scan = asked == "scan"
    # only a scan needs another program, and so the path to it
    env = {"PATH": os.environ.get("PATH", os.defpath)} if scan else {}
    seconds = SCAN_SECONDS if scan else WALL_SECONDS
    with _turn(asked):
        return ask(START, data, filename, asked, seconds=seconds, most=ANSWER_BYTES, env=env)


def _outline(answer: dict[str, Any]) -> Outline:
    found = answer["outline"]
    doubts = tuple(Doubt(**doubt | {"code": DoubtCode(doubt["code"])}) for doubt in found["doubts"])
    nodes = tuple(_node(node) for node in found["nodes"])
    lines = lines_from(answer["lines"])
    return Outline(**found | {"nodes": nodes, "doubts": doubts, "lines": lines})


def _node(found: dict[str, Any]) -> Node:
    return Node(
        **found
        | {
            "kind": Kind(found["kind"]),
            "children": tuple(_node(child) for child in found["children"]),
            "rows": tuple(tuple(row) for row in found["rows"]),
        }
    )
