"""A comparison with the law in force, read from the table of a file that agencies keep in Word."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from app.documents.citation import anchor_of
from app.documents.comparison import Comparison
from app.documents.models import ChangeKind
from app.documents.parsers.blocks import Block
from app.kit.text import clean, fold

# what the head of a column says, without marks, and what stands in the column
HEADS = (
    ("kind", re.compile(r"\bloai\b|\btinh chat\b|\bhinh thuc\b")),
    ("reason", re.compile(r"\bly do\b|\bthuyet minh\b|\bgiai trinh\b|\bghi chu\b|\bco so\b")),
    ("draft", re.compile(r"\bdu thao\b|\bde xuat\b|\bsua doi\b|\bmoi\b")),
    ("current", re.compile(r"\bhien hanh\b|\bhien nay\b|\bdang ap dung\b|\bcu\b")),
)
# Vietnamese, because it is what the tables say; the longer ones come first
KINDS = (
    (re.compile(r"\bhuy bo\b"), ChangeKind.ANNULLED),
    (re.compile(r"\bbai bo\b|^bo\b(?! sung)"), ChangeKind.REPEALED),
    (re.compile(r"\bquy dinh moi\b|\bbo sung moi\b|^moi\b"), ChangeKind.NEW),
    (re.compile(r"\bsua doi\b|\bchinh sua\b|\bthay the\b"), ChangeKind.AMENDED),
    (re.compile(r"\bbo sung\b|\bthem\b"), ChangeKind.SUPPLEMENTED),
)
NOTHING = re.compile(r"\W*(?:chua|khong)(?: co)?(?: quy dinh)?\W*|[-–—./\s]*")
CLAUSE = re.compile(r"(\d{1,3}[a-zđ]?)\.\s")
ARTICLE = re.compile(r"điều\s+\d", re.IGNORECASE)
CITED = re.compile(r"(?:điều|khoản|điểm)\s+\S|\d{1,3}[a-zđ]?\.\s", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\(([^()]{4,})\)")
LONGEST_SOURCE = 300
FEWEST, MOST = 2, 8


@dataclass(frozen=True)
class Found:
    """One row as it was read; `anchor` is "" where no provision of the draft could be found."""

    kind: ChangeKind
    anchor: str
    source: str
    current: str
    draft: str
    reason: str


class NoTableError(ValueError):
    """Raised when no table of the file has a column for the law in force and one for the draft."""


def read_comparison(blocks: Sequence[Block], anchors: Collection[str]) -> list[Found]:
    """The rows of every comparison table in the file, linked to those of the draft's anchors.

    Raises NoTableError.
    """
    tables = [block.rows for block in blocks if block.rows]
    found = [row for rows in tables for row in _table(rows, anchors)]
    if not found:
        raise NoTableError
    return found


def packed(rows: Sequence[Found]) -> str:
    """The rows as one line of text, to be sent back by the page that shows them."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def unpacked(text: str) -> list[Comparison]:
    """The rows that `packed` wrote; raises ValueError for anything else."""
    try:
        return [
            Comparison(
                kind=ChangeKind(row["kind"]),
                anchor=clean(str(row["anchor"]))[:120],
                source=clean(str(row["source"]))[:LONGEST_SOURCE],
                current=clean(str(row["current"])),
                reason=clean(str(row["reason"])),
            )
            for row in json.loads(text)
        ]
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("these are no rows of a comparison") from fault


def _table(rows: Sequence[Sequence[str]], anchors: Collection[str]) -> Iterator[Found]:
    columns: dict[str, int] = {}
    law = article = ""
    for cells in rows:
        heads = _heads(cells)
        # a short row may hold the words of a head: one that names fewer columns is no head
        if {"current", "draft"} | columns.keys() <= heads.keys():
            columns = heads
            law = _named_law(cells[heads["current"]])
            continue
        if not columns or len(cells) <= max(columns.values()) or len(set(cells)) == 1:
            continue  # a line across the table names a chapter, or what follows
        current, draft = (_text(cells[columns[name]]) for name in ("current", "draft"))
        if not current and not draft:
            continue
        anchor = _anchor(draft, article, anchors)
        article = anchor.partition(".")[0] or article
        empty = bool(NOTHING.fullmatch(fold(current)))
        kept = "" if empty and not _says_nothing(current) else current
        yield Found(
            kind=_kind(_cell(cells, columns, "kind"), current, draft, empty=empty),
            anchor=anchor,
            source=_source(current, law) if not empty else "",
            current=kept,
            draft=draft,
            reason=_cell(cells, columns, "reason"),
        )


def _heads(cells: Sequence[str]) -> dict[str, int]:
    """Which column is which, for a row that reads like the head of a table."""
    if not FEWEST <= len(cells) <= MOST or any(len(cell) > LONGEST_SOURCE for cell in cells):
        return {}
    if any(CITED.match(cell.strip()) for cell in cells):
        return {}
    found: dict[str, int] = {}
    for n, cell in enumerate(cells):
        said = fold(" ".join(cell.split()))
        for name, pattern in HEADS:
            if name not in found and pattern.search(said):
                found[name] = n
                break
    return found


def _text(cell: str) -> str:
    return clean(cell).strip()


def _cell(cells: Sequence[str], columns: dict[str, int], name: str) -> str:
    return _text(cells[columns[name]]) if name in columns else ""


def _says_nothing(current: str) -> bool:
    """Whether the cell says in words that there is no rule yet, which readers may read."""
    return bool(re.search(r"[a-z]", fold(current)))


def _named_law(head: str) -> str:
    """The law that the head of the column names in brackets."""
    found = IN_BRACKETS.search(" ".join(head.split()))
    return found[1].strip() if found else ""


def _source(current: str, law: str) -> str:
    """Which provision of which law the words are from, as far as the table says."""
    first = current.split("\n", 1)[0]
    cited = re.match(r"(?:điểm\s+\S+\s+)?(?:khoản\s+\d\w*\s+)?điều\s+\d\w*", first, re.IGNORECASE)
    return " ".join(filter(None, (cited[0] if cited else "", law)))[:LONGEST_SOURCE]


def _anchor(draft: str, article: str, anchors: Collection[str]) -> str:
    """The provision the words of the draft stand for; "" where it cannot be told."""
    first = draft.split("\n", 1)[0]
    clauses = [m[1] for line in draft.split("\n") if (m := CLAUSE.match(line.strip()))]
    anchor = anchor_of(draft) if ARTICLE.match(first) or not article else anchor_of(first)
    if anchor and "." not in anchor and len(clauses) == 1:
        anchor = _known(f"{anchor}.khoan-{clauses[0].replace('đ', 'dd')}", anchors) or anchor
    elif not anchor and article and len(clauses) == 1 and CLAUSE.match(first):
        anchor = f"{article}.khoan-{clauses[0].replace('đ', 'dd')}"
    return _known(anchor, anchors)


def _known(anchor: str, anchors: Collection[str]) -> str:
    return anchor if anchor in anchors else ""


def _kind(said: str, current: str, draft: str, *, empty: bool) -> ChangeKind:
    """What the row does, by its own word for it, else by what its cells hold."""
    for pattern, kind in KINDS:
        if pattern.search(fold(said)):
            return kind
    if empty:
        return ChangeKind.NEW
    if NOTHING.fullmatch(fold(draft)) or fold(draft).startswith("bai bo"):
        return ChangeKind.REPEALED
    return ChangeKind.ANNULLED if fold(draft).startswith("huy bo") else ChangeKind.AMENDED
