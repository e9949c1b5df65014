"""The provisions of a version as a tree, short enough to check at a glance."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app.documents.models import Provision
from app.documents.nodes import Kind
from app.documents.words import unit
from app.extensions import db

FIRST_WORDS = 90
ENUMERATED = {Kind.CLAUSE: "{}.", Kind.POINT: "{})"}


@dataclass
class Unit:
    """One unit: how it is numbered, its heading, its first words, its anchor, what is under it."""

    label: str
    heading: str
    words: str
    anchor: str
    children: list[Unit] = field(default_factory=list)


def tree(version_id: int) -> list[Unit]:
    """The widest units of a version in document order, each with what stands under it."""
    columns = (
        Provision.depth,
        Provision.kind,
        Provision.number,
        Provision.heading,
        Provision.text,
        Provision.anchor,
        Provision.rows,
    )
    rows = select(*columns).where(Provision.version_id == version_id).order_by(Provision.position)
    roots: list[Unit] = []
    path: list[Unit] = []
    for depth, kind, number, heading, text, anchor, cells in db.session.execute(rows):
        table = " | ".join(cells[0]) if cells else ""
        found = Unit(_label(kind, number), heading, _first(text or table), anchor)
        del path[depth:]
        (path[-1].children if path else roots).append(found)
        path.append(found)
    return roots


def _label(kind: str, number: str) -> str:
    """The number as the text of a law has it: "Chương II.", "Điều 5.", "2.", "a)"."""
    if kind in ENUMERATED:
        return ENUMERATED[Kind(kind)].format(number)
    named = unit(kind, number)
    return f"{named[:1].upper()}{named[1:]}."


def _first(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
