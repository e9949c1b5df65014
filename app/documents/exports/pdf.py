"""A text as a tagged PDF (PDF/UA-1, PDF/A-2a), set by Typst."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from app.documents.exports.layout import (
    MOTTO,
    ending_of,
    front_of,
    has_header,
    heading_lines,
    levels,
    provenance,
    short_title,
    voice,
)
from app.documents.exports.source import Edition, Unit
from app.documents.exports.writable import writable
from app.documents.nodes import Kind
from app.kit import clock

HERE = Path(__file__).parent
FONTS = HERE / "font"
STANDARDS = ["ua-1", "a-2a"]
# PDF/A wants a date; a text nobody posted has none of its own
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
NARROWEST, WIDEST = 4, 60  # characters: what a column of a table weighs at least and at most


def to_pdf(edition: Edition) -> bytes:
    """The text as PDF; equal texts give equal bytes.

    Its words reach Typst as data and never as markup; nothing is read but the template and fonts.
    """
    at = edition.cover.posted_at or UNDATED
    options: dict[str, Any] = {
        "font_paths": [str(FONTS)],
        "ignore_system_fonts": True,
        "sys_inputs": {"edition": writable(json.dumps(_data(edition), ensure_ascii=False))},
        "timestamp": int(at.timestamp()),
    }
    # an empty root: the template could read no file even if it tried
    with tempfile.TemporaryDirectory() as root:
        options |= {"root": root, "package_path": root, "package_cache_path": root}
        try:
            return _compiled(options | {"pdf_standards": STANDARDS})
        except typst.TypstError:
            # both standards refuse a sign that no font here has; readers still get the rest
            return _compiled(options)


def _compiled(options: dict[str, Any]) -> bytes:
    made: Any = typst.compile(_template(), output=None, format="pdf", **options)
    return bytes(made)


@cache
def _template() -> bytes:
    return (HERE / "pdf.typ").read_bytes()


def _data(edition: Edition) -> dict[str, Any]:
    cover = edition.cover
    front = front_of(cover)
    ending = ending_of(edition.closing)
    units = list(zip(edition.units, levels(edition), strict=True))
    body = len(edition.body())
    day = clock.vn_date(cover.posted_at or UNDATED)
    said = provenance(cover)
    return {
        "title": cover.title or front.kind or cover.slug or "–",
        "author": cover.issuer,
        "day": [day.year, day.month, day.day],
        "head": [short_title(cover), *said[:1]],
        "foot": said[1:],
        "issuer": front.issuer,
        "under_issuer": front.under_issuer,
        "motto": MOTTO,
        "dated": front.dated,
        "kind": front.kind,
        "name": front.name.upper() if front.in_capitals else front.name,
        "preamble": [[voice(line), line] for line in edition.preamble.split("\n") if line.strip()],
        "body": [_unit(*unit) for unit in units[:body]],
        "words": ending.words,
        "recipients": ending.recipients,
        "signature": ending.signature,
        "notes": ending.notes,
        "annexes": [_unit(*unit) for unit in units[body:]],
    }


def _unit(unit: Unit, level: int) -> dict[str, Any]:
    paragraphs = list(unit.paragraphs)
    heading = heading_lines(unit)
    if not level and not unit.heading and unit.label:
        paragraphs[:1] = [f"{unit.label} {paragraphs[0] if paragraphs else ''}".strip()]
        heading = []
    width = max((len(row) for row in unit.rows), default=0)
    return {
        "article": unit.kind is Kind.ARTICLE,
        "annex": unit.kind is Kind.ANNEX and unit.depth == 0,
        "level": level,
        "anchor": unit.anchor,
        "heading": heading,
        "paragraphs": paragraphs,
        "rows": [[*row, *[""] * (width - len(row))] for row in unit.rows] if width else [],
        "headed": has_header(unit.rows),
        "widths": [_weight(unit, column) for column in range(width)],
    }


def _weight(unit: Unit, column: int) -> int:
    longest = max(len(row[column]) for row in unit.rows if column < len(row))
    return min(max(longest, NARROWEST), WIDEST)
