"""A version's text cut into the units that people read, in their language where it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from app.documents.called import called, cited
from app.documents.citation import citation
from app.documents.nodes import Kind
from app.documents.units import ATTACHED
from app.site.heads import AnyRow
from app.site.translated import VIETNAMESE, Teller
from app.translations.models import Standing
from app.translations.pieces import has_words, of_cell, of_provision
from app.translations.read import Told
from app.web.phrases import Phrase

DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
HOMES = frozenset({Kind.ARTICLE, Kind.ANNEX})
TOP = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEX})
MARKS = {Kind.CLAUSE: ".", Kind.POINT: ")"}


class Pieces(NamedTuple):
    """What was translated of one provision; `cells` has nothing where nothing was."""

    heading: Told | None
    text: Told | None
    cells: Sequence[Sequence[Told | None]]


UNTOLD = Pieces(None, None, ())


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
        # most pages are in Vietnamese, and most laws are long: nothing is asked there
        told, standing = UNTOLD, None
        if self.teller.told:
            told = self._told(row)
            inside = zip(chain(*row.rows or ()), chain(*told.cells), strict=True)
            own_words = (row.heading, told.heading), (row.text, told.text)
            standing = self.teller.count([*own_words, *inside])
        own = kind in DIVISIONS or kind in HOMES or not self.units
        if own:
            self.units.append(self._unit(row, kind, told.heading))
        unit = self.units[-1]
        if standing is not None:
            unit.standings.add(standing)
            unit.lang = self.here
        if not own or row.text or row.rows:
            unit.lines.append(self._line(row, own, told))
        self.home[row.anchor] = len(self.units) - 1

    def _told(self, row: AnyRow) -> Pieces:
        say, lineage = self.teller.say, row.lineage_id
        return Pieces(
            say(of_provision(lineage, "heading"), row.heading),
            say(of_provision(lineage, "text"), row.text),
            [
                [say(of_cell(lineage, n, m), cell) for m, cell in enumerate(line)]
                for n, line in enumerate(row.rows or ())
            ],
        )

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

    def _line(self, row: AnyRow, own: bool, told: Pieces) -> Line:
        shown = self._paragraphs(told.text, row.text)
        if not own and row.heading:
            shown = (*self._paragraphs(told.heading, row.heading), *shown)
        anchor = "" if own else row.anchor
        mark = "" if own or row.kind not in MARKS else f"{row.number}{MARKS[row.kind]}"
        kind = row.kind if anchor else "table" if row.rows else "text"
        grid = self._grid(row.rows, told.cells) if row.rows else ()
        original, cite = None, Phrase(citation(anchor), VIETNAMESE)
        if told is not UNTOLD and any(one.lang != VIETNAMESE for one in chain(shown, *grid)):
            original = self._line(row, own, UNTOLD)
            cite = Phrase(cited(anchor), self.here)
            grid = [[self._figure(cell) for cell in line] for line in grid]
        return Line(kind, anchor, mark, cite, shown, grid, original)

    def _grid(
        self, rows: Sequence[Sequence[str]], cells: Sequence[Sequence[Told | None]]
    ) -> list[list[Phrase]]:
        if not cells:
            return [[Phrase(cell, VIETNAMESE) for cell in line] for line in rows]
        return [
            [self._phrase(one, cell) for cell, one in zip(line, some, strict=True)]
            for line, some in zip(rows, cells, strict=True)
        ]

    def _paragraphs(self, told: Told | None, words: str) -> tuple[Phrase, ...]:
        lang = VIETNAMESE if told is None else self.here
        words = words if told is None else told.text
        return tuple([Phrase(one, lang) for one in words.split("\n") if one and not one.isspace()])

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
