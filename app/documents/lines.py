"""The lines of a file as plain values, and from those again; what a line has not is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.documents.units import Line


def plain(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as JSON can write them."""
    return [{name: value for name, value in vars(line).items() if value} for line in lines]


def lines_from(written: Iterable[dict[str, Any]]) -> tuple[Line, ...]:
    """The lines that `plain` was given; raises TypeError for anything else."""
    bare: dict[str, Any] = {"text": "", "line": 0}
    return tuple(
        Line(**bare | one | {"rows": tuple(tuple(row) for row in one.get("rows", ()))})
        for one in written
    )
