"""Outlines of texts written in a test: one paragraph a line, tables as `| a | b |`."""

from __future__ import annotations

from itertools import groupby

from app.documents.nodes import DoubtCode, Outline
from app.documents.outline import build
from app.documents.parsers.blocks import Block, composed


def blocks_of(text: str) -> list[Block]:
    """A block a line; **a line in stars** is bold."""
    found: list[Block] = []
    lines = enumerate((line.strip() for line in text.splitlines()), start=1)
    for table, run in groupby(lines, key=lambda line: line[1].startswith("| ")):
        if table:
            (first, row), *more = run
            rows = [row, *(other for _, other in more)]
            cells = tuple(tuple(row.strip("| ").split(" | ")) for row in rows)
            found.append(Block(text="", line=first, rows=cells))
            continue
        found += [
            Block(text=line.strip("*"), line=at, bold=line.startswith("**"))
            for at, line in run
            if line
        ]
    return found


def outline_of(text: str) -> Outline:
    return build(blocks_of(text))


def anchors(outline: Outline) -> list[str]:
    return [node.anchor for node, _, _ in outline.walk()]


def codes(outline: Outline) -> list[DoubtCode]:
    return [doubt.code for doubt in outline.doubts]


def flat(*pieces: str) -> str:
    """The characters that print."""
    return "".join(composed("\n".join(pieces)).split())
