"""What every export is made from: one version of a draft as a plain value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.documents.anchors import WORDS as ANCHORED
from app.documents.citation import WORDS
from app.documents.heading_block import KINDS
from app.documents.lineage import pairs
from app.documents.models import DraftVersion, select_provisions
from app.documents.nodes import Kind, Outline
from app.documents.units import capitals
from app.extensions import db

DIVISIONS = (Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION)
# these are called by a name, "Luật Tài nguyên nước", the others say what they do
NAMED_IN_CAPITALS = {"HIẾN PHÁP", "BỘ LUẬT", "LUẬT", "PHÁP LỆNH"}
STOPS = (".", ":", "-", "–", "—", ")")


@dataclass(frozen=True)
class Unit(pairs.Unit):
    """One unit as it is printed: `label` is its number as the law writes it ("Điều 5.", "a)"),
    `text` has one paragraph a line, `rows` is not empty for a table."""

    label: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(line for line in self.text.split("\n") if line.strip())

    @property
    def title(self) -> str:
        """Label and heading on one line; a table has neither."""
        return f"{self.label} {self.heading}".strip()


@dataclass(frozen=True)
class Cover:
    """All that is said of a text but the text; each field "" or None where nothing is known.

    `version` is the number of the draft's version and None for a text that is no portal's draft;
    `issued` an ISO date and `number` that of the finished document, which drafts have not;
    `address` the absolute public URL.
    """

    title: str
    kind_name: str = ""
    number: str = ""
    issuer: str = ""
    issued: str = ""
    slug: str = ""
    version: int | None = None
    posted_at: datetime | None = None
    digest: str = ""
    address: str = ""
    language: str = "vi"


@dataclass(frozen=True)
class Edition:
    """A whole text under its cover, units in document order, annexes last and after `closing`.

    `masthead` is the heading block as the file had it, "" where only its facts are kept.
    """

    cover: Cover
    preamble: str
    closing: str
    units: Sequence[Unit]
    masthead: str = ""

    def body(self) -> list[Unit]:
        """The units before the first annex."""
        return list(self.units[: self._annexes_at()])

    def annexes(self) -> list[list[Unit]]:
        """Each annex with all that stands under it."""
        found: list[list[Unit]] = []
        for unit in self.units[self._annexes_at() :]:
            if unit.depth == 0:
                found.append([])
            found[-1].append(unit)
        return found

    def _annexes_at(self) -> int:
        for at, unit in enumerate(self.units):
            if unit.kind is Kind.ANNEX and unit.depth == 0:
                return at
        return len(self.units)


def cover_of(version: DraftVersion, address: str) -> Cover:
    """The cover of a version of a draft; reads no provision."""
    dossier = version.dossier
    return Cover(
        title=_said(version.title) or dossier.title,
        kind_name=dossier.type.name,
        issuer=dossier.agency.name,
        slug=dossier.slug,
        version=version.number,
        posted_at=version.posted_at,
        digest=version.digest,
        address=address,
    )


def _said(title: str) -> str:
    """The title of a file in a sentence's letters: "NGHỊ QUYẾT Quy định …" as people write it."""
    kind = KINDS.match(title)
    name = title[kind.end() :].strip() if kind else ""
    if not kind or capitals(name) or not name:
        return title
    first = name[0] if kind[1] in NAMED_IN_CAPITALS else name[0].lower()
    return f"{kind[1].capitalize()} {first}{name[1:]}"


def edition_of(version: DraftVersion, address: str) -> Edition:
    """The version as the database holds it; `address` is the absolute URL of its public page."""
    rows = db.session.execute(select_provisions(version.id)).all()
    articled = any(row.kind == Kind.ARTICLE for row in rows)
    units = [
        Unit(
            kind=Kind(row.kind),
            number=row.number,
            heading=row.heading,
            text=row.text,
            anchor=row.anchor,
            depth=row.depth,
            rows=tuple(tuple(cells) for cells in row.rows),
            label=_label(Kind(row.kind), row.number, row.label, row.anchor, articled),
        )
        for row in rows
    ]
    return Edition(cover_of(version, address), version.preamble, version.closing, units)


def edition_of_outline(outline: Outline) -> Edition:
    """The text of a file that was read and not kept."""
    cover = Cover(
        title=outline.title,
        kind_name=outline.kind_name,
        number=outline.number,
        issuer=outline.issuer,
        issued=outline.issued,
    )
    articled = bool(outline.articles())
    units = [
        Unit(
            kind=node.kind,
            number=node.number,
            heading=node.heading,
            text=node.text,
            anchor=node.anchor,
            depth=depth,
            rows=node.rows,
            label=_label(node.kind, node.number, node.label, node.anchor, articled),
        )
        for node, depth, _ in outline.walk()
    ]
    return Edition(cover, outline.preamble, outline.closing, units, outline.masthead)


def _label(kind: Kind, number: str, written: str, anchor: str, articled: bool) -> str:
    """The label the file gives, else the one its kind has; that of an article ends in a stop."""
    if kind is Kind.TABLE:
        return ""
    label = written or _usual(kind, number, anchor, articled)
    return f"{label}." if kind is Kind.ARTICLE and not label.endswith(STOPS) else label


def _usual(kind: Kind, number: str, anchor: str, articled: bool) -> str:
    if not number:
        return ""
    if kind is Kind.POINT:
        return f"{number})"
    # a plan without articles counts "A.", "I.", "1." without naming what it counts
    if kind is Kind.CLAUSE or (not articled and kind in DIVISIONS):
        return f"{number}."
    form = anchor.rpartition(".")[2].startswith("mau-")
    return f"{WORDS['mau' if form else ANCHORED[kind]]} {number}"
