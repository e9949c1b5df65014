"""The tree in files that never change: C2SP tlog-tiles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.ledger import tree

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 7  # 256^8 leaves are more than a BIGINT numbers
NUMBER = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")
PARTIAL = re.compile(r"(.+)\.p/([1-9][0-9]{0,2})")


def path(level: int, number: int, width: int = WIDTH) -> str:
    """Return where a tile lies: `tile/0/x001/234`, with `.p/7` while it is partial."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(groups[::-1])}" + (f".p/{width}" if width < WIDTH else "")


def parse(named: str) -> tuple[int, int] | None:
    """Return number and width of the tile that the part after the level names, None for none."""
    partial = PARTIAL.fullmatch(named)
    named, width = (partial[1], int(partial[2])) if partial else (named, WIDTH)
    if not NUMBER.fullmatch(named) or (partial and width >= WIDTH) or len(named) > 40:
        return None
    if named.startswith("x000"):
        return None
    return int(named.replace("x", "").replace("/", "")), width


def entries_at(level: int, size: int) -> int:
    """How many hashes the tiles of a level hold in a tree of that size."""
    return size >> HEIGHT * level


def head(hashes: Sequence[bytes]) -> bytes:
    """Return the head of a full tile, which the level above holds."""
    return tree.root(len(hashes), tree.of_leaves(hashes))
