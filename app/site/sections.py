"""A comparison of two versions cut into sections, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask import url_for
from sqlalchemy import select

from app.consultations.models import Consultation
from app.documents.changes import Changes
from app.documents.citation import citation
from app.documents.compared import HEADED, Block, Comparison, Entry
from app.documents.exports.source import DIVISIONS, Unit
from app.documents.lineage.pairs import Fate
from app.documents.models import DraftVersion
from app.documents.nodes import Kind
from app.documents.redline import Op, Run, redline
from app.extensions import db
from app.site.adopted import Taken, taken_over
from app.site.because import Because, because
from app.site.draft import tallies
from app.site.heads import AnyRow
from app.site.told import Tale, tale, target

PART = 120_000  # letters of one part of a long comparison; its page has about twice as many
ROW = 300  # letters that the frame of a row counts for
GIST = 12  # words that remind of a provision shown elsewhere
WHOLE = frozenset({Fate.ADDED, Fate.REMOVED})
TOP = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEX})


@dataclass(frozen=True)
class Item:
    """One provision as a row; `old` and `new` are its address and name in the two versions.

    A `quiet` one shares the fate of what it stands in, which holds it in `under`.
    """

    id: str
    entry: Entry
    kind: str
    mark: list[Run]
    paragraphs: list[list[Run]]
    tale: Tale | None
    old: tuple[str, str] | None
    new: tuple[str, str] | None
    gist: str = ""
    taken: Sequence[Taken] = ()
    because: Sequence[Because] = ()
    quiet: bool = False
    under: list[Item] = field(default_factory=list)


@dataclass
class Section:
    """An article, annex or division; `rows` are items, and lists of unchanged ones to be folded."""

    head: Item
    title: list[Run]
    level: int
    depth: int
    name: str
    frames: bool  # other sections stand under it
    counts: bool  # it is something by itself and not only a heading over others
    rows: list[Item | list[Item]] = field(default_factory=list)
    changes: int = 0  # told apart
    comments: tuple[int, str] | None = None
    part: int = 1

    def items(self) -> Iterator[Item]:
        """Head and rows, the folded ones too."""
        yield self.head
        for row in self.rows:
            yield from row if isinstance(row, list) else [row]

    def weight(self) -> int:
        """About how many letters its markup shows."""
        return sum(
            ROW + sum(len(run.text) for line in item.paragraphs for run in line)
            for item in self.items()
        )


class Sections:
    """Cuts the comparison into sections with their addresses, comments and adoptions."""

    def __init__(
        self, head: AnyRow, older: DraftVersion, newer: DraftVersion, found: Changes
    ) -> None:
        self.found, self.comparison = found, found.comparison
        self.left, self.right = (
            url_for("site.version", slug=head.slug, number=version.number)
            for version in (older, newer)
        )
        self.slug = head.slug
        self.round, self.said = _said(older.id)
        self.last_round = head.rounds
        self.taken = taken_over(head, newer.id)
        self.because = because(head.id, head.slug, older, newer)
        self.within: dict[Entry, Entry] = {}  # quiet entries: what they stand in
        for root in self.comparison.roots:
            self._hush(root, None)

    def _hush(self, entry: Entry, around: Entry | None) -> None:
        """What was put in or taken out with the article it stands in is not told apart."""
        whole = entry.fate in WHOLE and not entry.gone_to
        headed = self.comparison.unit(entry).kind in HEADED
        if whole and not headed and around is not None and around.fate is entry.fate:
            self.within[entry] = around
        else:
            around = entry if whole else None
        for child in entry.children:
            self._hush(child, around)

    def all(self) -> list[Section]:
        articled = any(
            unit.kind is Kind.ARTICLE for unit in (*self.comparison.new, *self.comparison.old)
        )
        return [self._section(block, articled) for block in self.comparison.blocks()]

    def _section(self, block: Block, articled: bool) -> Section:
        comparison, entry = self.comparison, block.head
        unit = comparison.unit(entry)
        headed = unit.kind in HEADED
        items = {entry: self._item(entry, headed=headed)}
        items |= {one: self._item(one) for one in block.entries}
        for one, item in items.items():
            if item.quiet:
                items[self.within[one]].under.append(item)
        section = Section(
            head=items[entry],
            title=_title(comparison, entry) if headed else [],
            level=2 if unit.kind in TOP else 3,
            depth=unit.depth,
            name=citation(unit.anchor) if articled or unit.kind is Kind.ANNEX else unit.title,
            frames=unit.kind in DIVISIONS or unit.kind is Kind.ANNEX,
            counts=not articled or unit.kind not in DIVISIONS,
            changes=sum(item.tale is not None and not item.quiet for item in items.values()),
            comments=self._comments(entry),
        )
        for one in block.entries:
            item = items[one]
            if one.changed or not section.changes:
                section.rows.append(item)
            elif section.rows and isinstance(section.rows[-1], list):
                section.rows[-1].append(item)
            else:
                section.rows.append([item])
        return section

    def _item(self, entry: Entry, *, headed: bool = False) -> Item:
        comparison = self.comparison
        unit = comparison.unit(entry)
        old = comparison.old[entry.old] if entry.old is not None else None
        new = comparison.new[entry.new] if entry.new is not None else None
        runs, gist = entry.text, ""
        if new is None and old is not None:
            if entry.gone_to:
                runs, gist = [], _gist(old)
            else:
                runs = [Run(Op.DEL, old.text)] if old.text else []
        mark = [] if headed else redline(old.title if old else "", new.title if new else "")
        if entry.gone_to or (old is None and entry.came_from):
            mark = [Run(Op.SAME, "" if headed else unit.title)]
        return Item(
            id=target(comparison, entry),
            entry=entry,
            kind=unit.kind.value if unit.kind in (Kind.CLAUSE, Kind.POINT) else "",
            mark=mark,
            paragraphs=paragraphs(runs),
            tale=tale(comparison, entry) if entry.changed else None,
            old=(f"{self.left}#{old.anchor}", citation(old.anchor)) if old else None,
            new=(f"{self.right}#{new.anchor}", citation(new.anchor)) if new else None,
            gist=gist,
            taken=self.taken.get(new.anchor, ()) if new else (),
            because=self.because.get((new or unit).anchor, ()),
            quiet=entry in self.within,
        )

    def _comments(self, entry: Entry) -> tuple[int, str] | None:
        """How many comments were published on the older article, and where they are."""
        if entry.old is None:
            return None
        count = self.said.get(self.found.articles[entry.old] or 0, 0)
        unit = self.comparison.old[entry.old]
        if not count or unit.kind not in (Kind.ARTICLE, Kind.ANNEX):
            return None
        number = self.round if self.round != self.last_round else None
        return count, url_for("site.comments", slug=self.slug, round=number, at=unit.anchor)


def _title(comparison: Comparison, entry: Entry) -> list[Run]:
    old = comparison.old[entry.old].title if entry.old is not None else ""
    new = comparison.new[entry.new].title if entry.new is not None else ""
    if entry.gone_to:
        return [Run(Op.SAME, old)]
    return redline(old, new)


def _said(version_id: int) -> tuple[int, dict[int, int]]:
    """The last comment period on the version, and what was published in it by article."""
    last = db.session.execute(
        select(Consultation.id, Consultation.round)
        .where(Consultation.version_id == version_id)
        .order_by(Consultation.round.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return 0, {}
    return last.round, tallies(last.id)


def paragraphs(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs, one list a line; empty lines are left out."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *rest = run.text.split("\n")
        lines[-1] += [Run(run.op, first)] if first else []
        lines += [[Run(run.op, text)] if text else [] for text in rest]
    return [line for line in lines if line]


def _gist(unit: Unit) -> str:
    """The first words of a provision."""
    words = (unit.heading or unit.text).split()
    return " ".join(words[:GIST]) + (" …" if len(words) > GIST else "")


Shown = Section | list[Section]


def shortened(sections: Sequence[Section]) -> list[Shown]:
    """The changed sections, the headings above them, and between them lists of what stayed."""
    found: list[Shown] = []
    path: list[Section] = []  # the headings over the section at hand
    waiting: list[Section] = []
    for section in sections:
        if section.frames:
            while path and path[-1].depth >= section.depth:
                path.pop()
            path.append(section)
        if section.changes:
            _flush(waiting, path, found)
            waiting = []
            found.append(section)
        else:
            waiting.append(section)
    _flush(waiting, [], found)
    return found


def _flush(waiting: Sequence[Section], path: Sequence[Section], found: list[Shown]) -> None:
    for section in waiting:
        if any(section is above for above in path):
            section.rows = []
            found.append(section)
        elif section.counts:
            if not found or isinstance(found[-1], Section):
                found.append([])
            last = found[-1]
            assert isinstance(last, list)
            last.append(section)


def parted(rows: Sequence[Shown]) -> list[list[Shown]]:
    """The rows in parts that are quick to load, each section told in which it is."""
    parts: list[list[Shown]] = [[]]
    weight = 0
    for row in rows:
        more = row.weight() if isinstance(row, Section) else ROW
        if weight and weight + more > PART:
            parts.append([])
            weight = 0
        weight += more
        parts[-1].append(row)
        if isinstance(row, Section):
            row.part = len(parts)
    return parts
