"""The provisions of a version as a tree, short enough to check at a glance."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app.documents.citation import citation
from app.documents.models import Provision
from app.documents.nodes import Kind
from app.extensions import db

FIRST_WORDS = 90
ENUMERATED = {Kind.clause: "{}.", Kind.point: "{})"}


@dataclass
class Unit:
    """One unit: how it is numbered, its heading, its first words, its anchor, what is under it."""

    kind: str
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
        unit = Unit(kind, _label(kind, number, anchor), heading, _first(text or table), anchor)
        del path[depth:]
        (path[-1].children if path else roots).append(unit)
        path.append(unit)
    return roots


def _label(kind: str, number: str, anchor: str) -> str:
    if kind in ENUMERATED:
        return ENUMERATED[Kind(kind)].format(number)
    own = anchor.rsplit(".", 1)[-1]
    return citation(own)[:1].upper() + citation(own)[1:]


def _first(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
