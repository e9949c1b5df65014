"""Our anchors as eIds of the Akoma Ntoso naming convention, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.documents.anchors import UNDER_PARENT, counted
from app.documents.exports.source import Unit
from app.documents.nodes import Kind

# OASIS LegalDocML, Akoma Ntoso Naming Convention 1.0, abbreviations of element names
SHORT = {
    Kind.PART: "part",
    Kind.CHAPTER: "chp",
    Kind.SECTION: "sec",
    Kind.SUBSECTION: "subsec",
    Kind.ARTICLE: "art",
    Kind.CLAUSE: "para",
    Kind.POINT: "point",
    Kind.TABLE: "table",
    Kind.ANNEX: "att",
}
UNWRITTEN = re.compile(r"[^0-9A-Za-z]+")


def eid_of(units: Sequence[Unit]) -> dict[str, str]:
    """The eId of each anchor, one for one: `dieu-5.khoan-2.diem-dd` is `art_5__para_2__point_dd`.

    Like anchors, articles are numbered through the whole text or its annex and carry no chapter.
    """
    taken: set[str] = set()
    turns: dict[str, int] = {}
    found: dict[str, str] = {}
    path: list[tuple[str, str]] = []  # eIds of the units above, each with that of its annex
    for unit in units:
        del path[unit.depth :]
        parent, annex = path[-1] if path else ("", "")
        above = parent if unit.kind in UNDER_PARENT else annex
        own = f"{SHORT[unit.kind]}_{_number(unit)}"
        eid = f"{above}__{own}" if above else own
        if eid in taken and unit.kind is Kind.CHAPTER and parent:
            eid = f"{parent}__{own}"
        eid = _unique(eid, taken, turns)
        found[unit.anchor] = eid
        path.append((eid, eid if unit.kind is Kind.ANNEX else annex))
    return found


def anchor_of(units: Sequence[Unit]) -> dict[str, str]:
    """The anchor of each eId."""
    return {eid: anchor for anchor, eid in eid_of(units).items()}


def _number(unit: Unit) -> str:
    number = unit.number.replace("đ", "dd").replace("Đ", "DD")
    value = counted(unit.number)
    if value is not None and UNWRITTEN.search(number):
        return str(value)  # "thứ nhất"
    # a unit without a number takes its turn: the last of its anchor
    return UNWRITTEN.sub("-", number).strip("-") or unit.anchor.rpartition("-")[2]


def _unique(eid: str, taken: set[str], turns: dict[str, int]) -> str:
    # going on from the last turn: a file may repeat one number ten thousand times
    unique, turn = eid, turns.get(eid, 1)
    while unique in taken:
        turn += 1
        unique = f"{eid}-{turn}"
    turns[eid] = turn
    taken.add(unique)
    return unique
