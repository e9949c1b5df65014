"""Proofs in a file of their own: C2SP tlog-proof."""

from __future__ import annotations

import base64
from collections.abc import Sequence

HEADER = "c2sp.org/tlog-proof@v1"


def write(extra: bytes, index: int, path: Sequence[bytes], note: str) -> str:
    """Return the proof that the entry of that index is in the tree of the checkpoint.

    `extra` goes along unproven: here the leaf input, whose hash the path begins with.
    """
    lines = [HEADER, f"extra {_packed(extra)}", f"index {index}", *map(_packed, path)]
    return "\n".join(lines) + "\n\n" + note


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()
