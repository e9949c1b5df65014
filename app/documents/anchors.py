"""The public address of every unit: stable, readable, unique in its document."""

import re

from app.documents.nodes import Kind
from app.documents.numerals import ORDINALS, counted

WORDS = {
    Kind.PART: "phan",
    Kind.CHAPTER: "chuong",
    Kind.SECTION: "muc",
    Kind.SUBSECTION: "tieu-muc",
    Kind.ARTICLE: "dieu",
    Kind.CLAUSE: "khoan",
    Kind.POINT: "diem",
    Kind.TABLE: "bang",
    Kind.ANNEX: "phu-luc",
}
UNDER_PARENT = {Kind.SECTION, Kind.SUBSECTION, Kind.CLAUSE, Kind.POINT, Kind.TABLE}
FORM = re.compile(r"(?:biểu |mẫu )?(?:mẫu|biểu)", re.IGNORECASE)


def slug(number: str) -> str:
    """A number as it stands in an anchor: small ASCII letters and digits, đ as dd."""
    return re.sub(r"[^a-z0-9]+", "-", number.casefold().replace("đ", "dd")).strip("-")


class Anchors:
    """Gives each unit of one document its anchor, once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._turns: dict[str, int] = {}
        self._annexes = 0
        self._tables: dict[str, int] = {}

    def name(self, kind: Kind, number: str, label: str, parent: str, annex: str) -> str:
        """The anchor of a unit under `parent`; `annex` is the anchor of the annex it is in."""
        own = f"{self._word(kind, label)}-{self._number(kind, number, parent)}"
        above = parent if kind in UNDER_PARENT else annex
        anchor = f"{above}.{own}" if above else own
        if anchor in self._taken and kind is Kind.CHAPTER and parent:
            anchor = f"{parent}.{own}"
        return self._unique(anchor)

    def _word(self, kind: Kind, label: str) -> str:
        return "mau" if kind is Kind.ANNEX and FORM.match(label) else WORDS[kind]

    def _number(self, kind: Kind, number: str, parent: str) -> str:
        if kind is Kind.TABLE:
            self._tables[parent] = self._tables.get(parent, 0) + 1
            return str(self._tables[parent])
        if kind is Kind.ANNEX:
            self._annexes += 1
            return str(counted(number) or slug(number) or self._annexes)
        if kind is Kind.PART or " " in number or number.casefold() in ORDINALS:
            return str(counted(number) or slug(number))
        value = counted(number)
        return str(value) if number.isdecimal() and value is not None else slug(number)

    def _unique(self, anchor: str) -> str:
        # going on from the last turn: a file may repeat one number ten thousand times
        unique, turn = anchor, self._turns.get(anchor, 1)
        while unique in self._taken:
            turn += 1
            unique = f"{anchor}-{turn}"
        self._turns[anchor] = turn
        self._taken.add(unique)
        return unique
