"""The process a file is read in: it can take little memory and time, and reach nothing.

It is started by `apart` for one file and ends with it. Nothing of the portal but the readers and
the outline is loaded, so it starts in a tenth of a second.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from dataclasses import asdict, replace
from typing import Any

from app.documents import outline
from app.documents.lines import plain
from app.documents.nodes import Doubt, DoubtCode, Outline
from app.documents.parsers import read
from app.documents.parsers.blocks import MAX_LINES, Block, UnreadableCode, UnreadableError
from app.documents.parsers.convert import SCAN_SECONDS, scanned
from app.documents.parsers.pdf import spans
from app.web import confined
from app.web.confined import MEMORY_BYTES
from app.web.refusals import RefusalCode, Refused
from app.web.uploads import HTML, recognise

# Letters in pictures take another program, which takes its time and gets each picture as a file.
SCAN_LIMITS = {
    resource.RLIMIT_AS: 2 * MEMORY_BYTES,
    resource.RLIMIT_CPU: SCAN_SECONDS,
    resource.RLIMIT_FSIZE: 64 * 1024 * 1024,
    resource.RLIMIT_CORE: 0,
}
HEAVY: dict[str, Any] = {"refused": RefusalCode.TOO_HEAVY, "facts": {}}


def confine(asked: str = "tree") -> None:
    """This process can grow no further than the limits and reach no network.

    Unless it is to read a scan, it can write no file and start no program either.
    """
    scan = asked == "scan"
    confined.confine(SCAN_LIMITS if scan else confined.LIMITS, alone=not scan)


def blocks(data: bytes, filename: str) -> list[Block]:
    """The blocks of the file; raises UnreadableError, or Refused for too many lines for a law."""
    return _few_enough(read(data, filename))


def scan(data: bytes) -> Outline:
    """The tree of a scanned PDF; raises UnreadableError where its letters cannot be recognised."""
    found = scanned(data)
    if found is None:
        raise UnreadableError(UnreadableCode.SCANNED)
    tree = outline.build(_few_enough(found.blocks), recognised=True)
    if not found.silent:
        return tree
    first = tree.lines[0].line if tree.lines else 0
    silent = Doubt(DoubtCode.SILENT_PAGES, first, {"text": spans(found.silent)})
    return replace(tree, doubts=tuple(sorted([*tree.doubts, silent], key=lambda one: one.line)))


def _few_enough(found: list[Block]) -> list[Block]:
    lines = sum(1 + block.text.count("\n") + len(block.rows) for block in found)
    if lines > MAX_LINES:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=lines, limit=MAX_LINES)
    return found


def tree(data: bytes, filename: str) -> Outline:
    """The tree of the file; raises what `blocks` raises."""
    page = recognise(data, filename) == HTML
    return outline.build(blocks(data, filename), page=page)


def answer(data: bytes, filename: str, asked: str = "tree") -> dict[str, Any]:
    """What the parent is told: an outline, or the bare blocks, or why there is none."""
    try:
        if asked == "scan":
            return _told(scan(data))
        if asked == "blocks":
            return {"blocks": [asdict(block) for block in blocks(data, filename)]}
        return _told(tree(data, filename))
    except UnreadableError as fault:
        return {"unreadable": fault.code, "facts": fault.facts}
    except Refused as refused:
        return {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        return HEAVY
    except Exception:  # a fault of ours: the parent writes it down, where people look
        return {"fault": traceback.format_exc()[-2000:]}


def _told(found: Outline) -> dict[str, Any]:
    return {"outline": asdict(replace(found, lines=())), "lines": plain(found.lines)}


def main(filename: str, asked: str) -> None:
    """The file on standard input has become JSON on standard output."""
    confine(asked)
    try:
        told = json.dumps(answer(sys.stdin.buffer.read(), filename, asked))
    except MemoryError:
        told = json.dumps(HEAVY)
    sys.stdout.buffer.write(told.encode("ascii"))
