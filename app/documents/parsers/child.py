"""The process a file is read in: it can take little memory and time, and reach nothing.

It is started by `apart` for one file and ends with it. Nothing of the portal but the readers and
the outline is loaded, so it starts in a tenth of a second.
"""

from __future__ import annotations

import codecs
import encodings
import json
import pkgutil
import resource
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from app.documents import outline
from app.documents.nodes import Outline
from app.documents.parsers import read
from app.documents.parsers.blocks import Block, UnreadableError
from app.documents.parsers.docx import MAX_LINES
from app.web.refusals import RefusalCode, Refused

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
HEAVY: dict[str, Any] = {"refused": RefusalCode.TOO_HEAVY, "facts": {}}


def confine() -> None:
    """This process can grow no further than the limits, write no file and open nothing.

    A socket is a file to the kernel, so there is no network either.
    """
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(LookupError):  # some exist on Windows alone
            codecs.lookup(module.name)  # opens a file the first time, and later could not
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def blocks(data: bytes, filename: str) -> list[Block]:
    """The blocks of the file; raises UnreadableError, or Refused for more lines than any law has."""
    found = read(data, filename)
    lines = sum(1 + block.text.count("\n") + len(block.rows) for block in found)
    if lines > MAX_LINES:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=lines, limit=MAX_LINES)
    return found


def tree(data: bytes, filename: str) -> Outline:
    """The tree of the file; raises what `blocks` raises."""
    return outline.build(blocks(data, filename))


def answer(data: bytes, filename: str, asked: str = "tree") -> dict[str, Any]:
    """What the parent is told: an outline, or the bare blocks, or why there is none."""
    try:
        if asked == "blocks":
            return {"blocks": [asdict(block) for block in blocks(data, filename)]}
        return {"outline": asdict(tree(data, filename))}
    except UnreadableError as fault:
        return {"unreadable": fault.code, "facts": fault.facts}
    except Refused as refused:
        return {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        return HEAVY
    except Exception:  # a fault of ours: the parent writes it down, where people look
        return {"fault": traceback.format_exc()[-2000:]}


def main(filename: str, asked: str) -> None:
    """The file on standard input has become JSON on standard output."""
    confine()
    try:
        told = json.dumps(answer(sys.stdin.buffer.read(), filename, asked))
    except MemoryError:
        told = json.dumps(HEAVY)
    sys.stdout.buffer.write(told.encode("ascii"))
