"""The Merkle tree of RFC 9162, section 2.1: heads, proofs, and how anyone checks them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

EMPTY = hashlib.sha256(b"").digest()

# the hash of a full subtree: of the 2^level leaves that begin at index · 2^level
Subtree = Callable[[int, int], bytes]


class ProofError(ValueError):
    """Raised when a proof does not prove what it should."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(size: int) -> list[tuple[int, int]]:
    """The full subtrees that a tree is made of, the largest first, as (level, index)."""
    found, begin = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, begin >> level))
            begin += 1 << level
    return found


def root(size: int, subtree: Subtree) -> bytes:
    """Return the head of the tree of that many leaves (2.1.1), by at most 64 of its subtrees."""
    return _range(0, size, subtree) if size else EMPTY


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the path of one leaf, its sibling first (2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no number {index}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range(middle, end, subtree))
            end = middle
        else:
            path.append(_range(begin, middle, subtree))
            begin = middle
    return path[::-1]


def consistency(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """Return the proof that the smaller tree is the beginning of the larger (2.1.4.1)."""
    if not 0 < first <= second:
        raise ProofError(f"no tree of {first} leaves is the beginning of one of {second}")
    path: list[bytes] = []
    begin, end, whole = 0, second, True
    while first < end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(_range(middle, end, subtree))
            end = middle
        else:
            path.append(_range(begin, middle, subtree))
            begin, whole = middle, False
    if not whole:
        path.append(_range(begin, end, subtree))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> None:
    """Raise ProofError unless the path leads from the leaf to the head (2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofError("the tree has no such leaf")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofError("the path is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last or found != head:
        raise ProofError("the path does not lead to the head of the tree")


def check_consistency(
    first: int, first_head: bytes, second: int, second_head: bytes, path: Sequence[bytes]
) -> None:
    """Raise ProofError unless the first tree is the beginning of the second (2.1.4.2).

    A tree without leaves is the beginning of every other, and needs no path.
    """
    steps = list(path)
    if first == 0 or first == second:
        same = first_head == (EMPTY if first == 0 else second_head)
        if steps or not same or first > second:
            raise ProofError("the two heads are not of one tree")
        return
    if first & (first - 1) == 0:
        steps.insert(0, first_head)
    if first > second or not steps:
        raise ProofError("the proof is too short")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    if last or older != first_head or newer != second_head:
        raise ProofError("the two heads are not of one tree")


def of_leaves(leaves: Sequence[bytes]) -> Subtree:
    """Return what knows every full subtree above these leaf hashes; each is made once."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[n : n + 2]) for n in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _range(begin: int, end: int, subtree: Subtree) -> bytes:
    """The head over the leaves from `begin` to before `end`; `begin` starts a subtree as large."""
    found = b""
    for level, index in reversed(peaks(end - begin)):
        part = subtree(level, (begin >> level) + index)
        found = node_hash(part, found) if found else part
    return found
