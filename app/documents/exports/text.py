"""A text as plain text that the portal itself reads back to the same tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.documents.exports.layout import MOTTO, front_of, heading_lines, is_bare, provenance
from app.documents.exports.source import DIVISIONS, Edition, Unit
from app.documents.nodes import Kind

SPACED = {*DIVISIONS, Kind.ARTICLE, Kind.ANNEX}


def to_text(edition: Edition) -> str:
    """One paragraph a line and no line wrapped; tables as `| cell | cell |`."""
    pieces = [
        *_front(edition),
        edition.preamble,
        *_lines(edition.body()),
        "",
        _closing(edition.closing),
        *(line for annex in edition.annexes() for line in _lines(annex)),
    ]
    return "\n".join(pieces).strip("\n") + "\n"


def _front(edition: Edition) -> Iterator[str]:
    said = provenance(edition.cover)
    if said:
        yield _row(said)
        yield ""
    if edition.masthead:
        yield edition.masthead
        return
    front = front_of(edition.cover)
    written = [front.issuer, *front.under_issuer, *MOTTO, front.dated, front.kind, front.name]
    yield from (line for line in written if line)


def _lines(units: Iterable[Unit]) -> Iterator[str]:
    table = False
    for unit in units:
        if unit.kind in SPACED or (table and unit.rows):
            yield ""
        heading = heading_lines(unit)
        if unit.kind in SPACED or unit.heading:
            yield from heading
            yield from unit.paragraphs
        elif unit.rows:
            yield from (_row(" ".join(cell.split()) for cell in row) for row in unit.rows)
            yield from unit.paragraphs
        else:
            yield from f"{unit.label} {unit.text}".strip().split("\n")
        table = bool(unit.rows) and not unit.text


def _closing(closing: str) -> str:
    lines = [line for line in closing.split("\n") if line]
    return _row(lines) if is_bare(lines) else closing


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
