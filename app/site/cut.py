"""A version's text cut into the units that people read, in their language where it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from app.documents.called import called, cited
from app.documents.citation import citation
from app.documents.nodes import Kind
from app.documents.units import ATTACHED
from app.site.heads import AnyRow
from app.site.translated import VIETNAMESE, Teller, has_words
from app.translations.models import Standing
from app.translations.pieces import of_cell, of_provision
from app.translations.read import Told
from app.web.phrases import Phrase

DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
HOMES = frozenset({Kind.ARTICLE, Kind.ANNEX})
TOP = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEX})
MARKS = {Kind.CLAUSE: ".", Kind.POINT: ")"}
Cells = Sequence[Sequence[Told | None]]


@dataclass(frozen=True, slots=True)
class Line:
    """A clause, point, table or bare paragraphs inside a unit; `mark` is "1." or "a)"."""

    kind: str
    anchor: str
    mark: str
    citation: Phrase
    paragraphs: tuple[Phrase, ...]
    rows: Sequence[Sequence[Phrase]] = ()
    # the same in Vietnamese, where this is a translation
    original: Line | None = None


@dataclass(slots=True)
class Unit:
    """An article, annex or division with its own heading and what stands in it.

    `lang` is the language of most of it: its lines say where they are in another.
    """

    anchor: str
    kind: Kind
    title: Phrase
    original: str  # the title in Vietnamese
    name: Phrase  # as people cite it: "Điều 5"
    depth: int
    level: int  # of its heading
    lineage_id: int | None  # of the article or annex, by which its comments are counted
    open_to_comments: bool
    lines: list[Line] = field(default_factory=list)
    lang: str = VIETNAMESE
    standings: set[Standing] = field(default_factory=set)

    @property
    def by_machine(self) -> bool:
        """Whether a machine wrote some of it and nobody has read that yet."""
        return Standing.MACHINE in self.standings

    @property
    def originals(self) -> list[Line]:
        """Its lines in Vietnamese."""
        return [line.original or line for line in self.lines]


class Cutter:
    """Cuts provisions, which come in document order, into units."""

    def __init__(self, rows: Sequence[AnyRow], teller: Teller) -> None:
        self.teller = teller
        self.here = teller.told.language
        self.has_articles = any(row.kind == Kind.ARTICLE for row in rows)
        self.under_section = -1
        self.units: list[Unit] = []
        self.home: dict[str, int] = {}  # anchor of any provision → index of its unit
        for row in rows:
            self._add(row, Kind(row.kind))
        for unit in self.units:
            self._call(unit)

    def _add(self, row: AnyRow, kind: Kind) -> None:
        heading = self._told(row, "heading", row.heading)
        text = self._told(row, "text", row.text)
        cells = self._cells(row)
        standing = None
        if self.teller.told:
            inside = zip(chain(*row.rows or ()), chain(*cells), strict=True)
            standing = self.teller.count([(row.heading, heading), (row.text, text), *inside])
        own = kind in DIVISIONS or kind in HOMES or not self.units
        if own:
            self.units.append(self._unit(row, kind, heading))
        unit = self.units[-1]
        if standing is not None:
            unit.standings.add(standing)
            unit.lang = self.here
        if not own or row.text or row.rows:
            unit.lines.append(self._line(row, own, heading, text, cells))
        self.home[row.anchor] = len(self.units) - 1

    def _told(self, row: AnyRow, name: str, words: str) -> Told | None:
        return self.teller.say(of_provision(row.lineage_id, name), words)

    def _unit(self, row: AnyRow, kind: Kind, heading: Told | None) -> Unit:
        if kind in TOP:
            self.under_section = -1
        elif kind in DIVISIONS:
            self.under_section = row.depth
        level = 2 if kind in TOP else 3
        if kind not in TOP and kind in HOMES and -1 < self.under_section < row.depth:
            level = 4
        original = _title(row, row.heading, _label(row, kind, self.has_articles))
        title = Phrase(original, VIETNAMESE)
        if heading is not None or not row.heading:
            # what has no heading of its own is called in the language of what stands in it
            label = _label(row, kind, self.has_articles, translated=True)
            told = _title(row, heading.text if heading is not None else "", label)
            title = Phrase(told, self.here)
        return Unit(
            anchor=row.anchor,
            kind=kind,
            title=title,
            original=original,
            name=title,
            depth=row.depth,
            level=level,
            lineage_id=row.article_lineage_id,
            open_to_comments=kind in HOMES or not (self.has_articles or row.article_lineage_id),
        )

    def _call(self, unit: Unit) -> None:
        if unit.lang == VIETNAMESE:
            unit.title = unit.name = Phrase(unit.original, VIETNAMESE)
        if unit.kind is not Kind.ANNEX:
            unit.name = place(unit, unit.anchor)

    def _line(
        self, row: AnyRow, own: bool, heading: Told | None, text: Told | None, cells: Cells
    ) -> Line:
        shown = self._paragraphs(text, row.text)
        if not own and row.heading:
            shown = (*self._paragraphs(heading, row.heading), *shown)
        grid = [
            [self._phrase(one, cell) for cell, one in zip(line, some, strict=True)]
            for line, some in zip(row.rows or (), cells, strict=True)
        ]
        anchor = "" if own else row.anchor
        mark = "" if own or row.kind not in MARKS else f"{row.number}{MARKS[row.kind]}"
        original = None
        cite = Phrase(citation(anchor), VIETNAMESE)
        if any(one.lang != VIETNAMESE for one in chain(shown, *grid)):
            original = self._line(row, own, None, None, [[None] * len(one) for one in cells])
            cite = Phrase(cited(anchor), self.here)
            grid = [[self._figure(cell) for cell in line] for line in grid]
        kind = row.kind if anchor else "table" if row.rows else "text"
        return Line(kind, anchor, mark, cite, shown, grid, original)

    def _cells(self, row: AnyRow) -> Cells:
        return [
            [self.teller.say(of_cell(row.lineage_id, n, m), cell) for m, cell in enumerate(line)]
            for n, line in enumerate(row.rows or ())
        ]

    def _paragraphs(self, told: Told | None, words: str) -> tuple[Phrase, ...]:
        phrase = self._phrase(told, words)
        return tuple(Phrase(one, phrase.lang) for one in phrase.text.split("\n") if one.strip())

    def _figure(self, cell: Phrase) -> Phrase:
        """Bare figures in a translated table are nobody's language, and so the reader's."""
        return cell if has_words(cell.text) else Phrase(cell.text, self.here)

    def _phrase(self, told: Told | None, words: str) -> Phrase:
        return Phrase(words, VIETNAMESE) if told is None else Phrase(told.text, self.here)


def place(unit: Unit, anchor: str) -> Phrase:
    """A provision of the unit as people cite it, in the language that the unit is in."""
    if unit.lang == VIETNAMESE:
        return Phrase(citation(anchor), VIETNAMESE)
    return Phrase(cited(anchor), unit.lang)


def _label(row: AnyRow, kind: Kind, has_articles: bool, *, translated: bool = False) -> str:
    """What stands before the heading: "Điều 5", "Chương II"; a plan has "I" alone."""
    # a regulation sent with a decision has a name of its own; a sole annex is just called one
    bare = kind is not Kind.ANNEX or ATTACHED.match(row.heading)
    if not row.number and row.heading and bare:
        return ""
    if row.number and not (has_articles or row.number.isdigit()) and kind in DIVISIONS:
        return str(row.number)
    if translated and (known := called(row.anchor, row.number)):
        return known
    name = citation(row.anchor.rpartition(".")[2])
    word = name.rpartition(" ")[0] or name
    if row.number:
        return f"{word} {row.number}"
    return name if bare else word


def _title(row: AnyRow, heading: str, label: str) -> str:
    """How the heading reads: "Điều 5. …", "Chương II. …"; a plan has "I. …" alone."""
    return f"{label}. {heading}" if label and heading else label or heading
