"""How a unit of each kind may be numbered, and how its number is written."""

from __future__ import annotations

import re

from app.documents.doubts import LETTERS
from app.documents.nodes import Kind
from app.documents.numerals import ORDINAL, counted
from app.documents.parsers.numbering import roman

# "51a", "2a": the number of a unit put in later goes on with a letter, and with nothing after it
_WHOLE = r"[1-9]\d{{0,{more}}}[a-zđ]?"
_ORDINAL = rf"(?:thứ )?(?:{ORDINAL})"
_DIVISION = rf"[ivxlc]+[a-zđ]?|[1-9]\d{{0,2}}[a-zđ]?|[a-zđ]|{_ORDINAL}"
SHAPES = {
    Kind.PART: re.compile(_DIVISION),
    Kind.CHAPTER: re.compile(_DIVISION),
    Kind.SECTION: re.compile(_DIVISION),
    Kind.SUBSECTION: re.compile(_DIVISION),
    Kind.ARTICLE: re.compile(_WHOLE.format(more=3)),
    Kind.CLAUSE: re.compile(_WHOLE.format(more=2)),
    Kind.POINT: re.compile(rf"(?P<letter>[{LETTERS}])(?:(?P=letter)|[1-9]\d?)?"),
    Kind.ANNEX: re.compile(r"(?:[ivxlc]+[a-z]?|[1-9]\d{0,2}[a-z]?|[a-z])?"),
}
LABELS = {
    Kind.PART: "Phần {}",
    Kind.CHAPTER: "Chương {}",
    Kind.SECTION: "Mục {}",
    Kind.SUBSECTION: "Tiểu mục {}",
    Kind.ARTICLE: "Điều {}.",
    Kind.CLAUSE: "{}.",
    Kind.POINT: "{})",
    Kind.ANNEX: "Phụ lục {}",
}
WORD = re.compile(r"(?:phần|chương|mục|tiểu mục|điều|khoản|điểm|phụ lục)\s+(?=\S)", re.IGNORECASE)
CAPITAL = {Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ANNEX}


def bare(kind: Kind, typed: str) -> str | None:
    """The number somebody typed, as it is kept: "Điều 51A." is "51a"; None where it is none."""
    plain = WORD.sub("", " ".join(typed.split()).casefold(), count=1).rstrip(" .):-–")
    shape = SHAPES.get(kind)
    if shape is None or not shape.fullmatch(plain):
        return None
    if kind not in CAPITAL or re.fullmatch(_ORDINAL, plain):
        return plain
    letters = re.fullmatch(r"([ivxlc]+)([a-zđ]?)", plain)
    if letters and len(plain) > 1 and roman(counted(letters[1]) or 0) != letters[1]:
        return None  # IIX counts to something, yet nobody writes it
    if letters:
        return letters[1].upper() + letters[2]
    return plain.upper() if len(plain) == 1 else plain


def label(kind: Kind, number: str) -> str:
    """How a law writes the number: "Điều 5.", "a)"; of an annex without one "Phụ lục"."""
    return LABELS[kind].format(number).strip()


def relabelled(written: str, old: str, new: str, kind: Kind) -> str:
    """The label as the file writes it, with the new number in place of the old one."""
    place = re.compile(rf"(?<![^\W_]){re.escape(old)}(?![^\W_])") if old else None
    if place is not None and place.search(written):
        return place.sub(new, written, count=1)
    return label(kind, new)
