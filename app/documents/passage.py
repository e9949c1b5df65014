"""A part of a draft as one reads it: a provision and everything that stands under it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.documents.called import called
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db
from app.translations.pieces import of_cell, of_provision
from app.translations.read import Translated
from app.web.locale import DEFAULT


@dataclass(frozen=True)
class Line:
    """One unit: its number as the law writes it ("Điều 5.", "1.", "a)"), heading and paragraphs."""

    kind: str
    label: str
    heading: str
    text: str
    rows: list[list[str]]
    anchor: str = ""
    lineage_id: int = 0
    lang: str = DEFAULT.code

    @property
    def title(self) -> str:
        return f"{self.label} {self.heading}".strip()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(line for line in self.text.split("\n") if line.strip())


def passage(version_id: int | None, anchor: str) -> list[Line]:
    """The provision with that anchor and all below it, in document order; none is an empty list."""
    if version_id is None or not anchor:
        return []
    units = Provision.__table__.c
    top = db.session.execute(
        select(units.position, units.depth).where(
            units.version_id == version_id, units.anchor == anchor
        )
    ).one_or_none()
    if top is None:
        return []
    after = (
        select(units.position)
        .where(
            units.version_id == version_id,
            units.position > top.position,
            units.depth <= top.depth,
        )
        .order_by(units.position)
        .limit(1)
    )
    end = db.session.scalar(after)
    found = select(Provision.__table__).where(
        units.version_id == version_id, units.position >= top.position
    )
    if end is not None:
        found = found.where(units.position < end)
    return [
        Line(
            kind=row.kind,
            label=_label(row.kind, row.number, row.anchor),
            heading=row.heading,
            text=row.text,
            rows=row.rows,
            anchor=row.anchor,
            lineage_id=row.lineage_id,
        )
        for row in db.session.execute(found.order_by(units.position))
    ]


def translated(lines: Sequence[Line], told: Translated) -> list[Line]:
    """The same lines in another language, in Vietnamese those of which not all is translated.

    None at all is an empty list.
    """
    found = [_translated(line, told) for line in lines] if told else []
    return found if any(line.lang != DEFAULT.code for line in found) else []


def _translated(line: Line, told: Translated) -> Line:
    def say(part: str, words: str) -> str:
        if not any(letter.isalpha() for letter in words):
            return words  # bare figures are the same everywhere
        known = told.told(part, words)
        if known is None:
            missing.append(part)
        return known.text if known is not None else words

    missing: list[str] = []
    heading = say(of_provision(line.lineage_id, "heading"), line.heading)
    body = say(of_provision(line.lineage_id, "text"), line.text)
    rows = [
        [say(of_cell(line.lineage_id, y, x), cell) for x, cell in enumerate(row)]
        for y, row in enumerate(line.rows)
    ]
    if missing:
        return line
    name = called(line.anchor)
    return replace(
        line,
        label=f"{name}." if name and line.label else line.label,
        heading=heading,
        text=body,
        rows=rows,
        lang=told.language,
    )


def text(lines: Sequence[Line]) -> str:
    """All words of the part, headings and tables too, without numbers."""
    pieces = (
        words for line in lines for words in (line.heading, *cells(line.rows), *line.paragraphs)
    )
    return "\n".join(words for words in pieces if words)


def cells(rows: Iterable[Sequence[str]]) -> list[str]:
    """The words of a table as somebody copies them from a page, one row a line."""
    return [" ".join(row) for row in rows]


def own_texts(version_id: int | None, anchors: Collection[str]) -> dict[str, str]:
    """The words of those provisions themselves, by anchor, as they are stored."""
    if not anchors:
        return {}
    rows = select(Provision.anchor, Provision.text).where(
        Provision.version_id == version_id, Provision.anchor.in_(anchors)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def own_text(lines: Sequence[Line]) -> str:
    """The words of the part itself, without heading and without what stands under it."""
    return "\n".join(lines[0].paragraphs) if lines else ""


def _label(kind: str, number: str, anchor: str) -> str:
    match kind:
        case "clause":
            return f"{number}."
        case "point":
            return f"{number})"
        case "table":
            return ""
    return citation(anchor.rpartition(".")[2]) + "."


class Words:
    """The words of a version by provision, read when they are first asked for."""

    def __init__(self, version_id: int) -> None:
        self.version_id = version_id

    def under(self, anchor: str) -> str:
        """The words of a provision with those of all that stands under it."""
        start = self._places.get(anchor)
        if start is None:
            return ""
        depth = self._rows[start].depth
        pieces = []
        for at in range(start, len(self._rows)):
            row = self._rows[at]
            if at > start and row.depth <= depth:
                break
            pieces += [row.heading, *cells(row.rows), row.text]
        return "\n".join(piece for piece in pieces if piece)

    def anchor_of(self, lineage_id: int) -> str:
        """Where the provision of that lineage stands in the version; "" where it does not."""
        return self._lineages.get(lineage_id, "")

    def knows(self, anchor: str) -> bool:
        """Whether the version has a provision with that anchor."""
        return anchor in self._places

    @cached_property
    def _rows(self) -> list[Any]:
        rows = select(
            Provision.anchor,
            Provision.lineage_id,
            Provision.depth,
            Provision.heading,
            Provision.rows,
            Provision.text,
        ).where(Provision.version_id == self.version_id)
        return list(db.session.execute(rows.order_by(Provision.position)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {row.anchor: at for at, row in enumerate(self._rows)}

    @cached_property
    def _lineages(self) -> dict[int, str]:
        return {row.lineage_id: row.anchor for row in self._rows}
