"""What changed between two versions as a Word file with tracked changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, groupby

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from app.documents.changes import Changes
from app.documents.compared import HEADED, Comparison, Entry
from app.documents.exports.docx import DEEPEST, UNDATED, blank, packed
from app.documents.exports.source import Unit
from app.documents.exports.writable import writable
from app.documents.grids import Grid, grid
from app.documents.nodes import Kind
from app.documents.redline import Op, Run, redline

TAGS = {Op.INS: "w:ins", Op.DEL: "w:del"}
TITLE, BODY = "Title", "BodyText"

Note = Callable[[Entry], str]


def to_tracked(changes: Changes, header: str, note: Note) -> bytes:
    """The newer version as .docx, its differences from the older one tracked.

    Accepting all gives the newer text, rejecting all the older one. What stands elsewhere now is
    taken out there and put in here, and says so in a comment: `note` is its words, "" for none.
    """
    document = blank(changes.newer)
    document.sections[0].header.paragraphs[0].add_run(writable(header))
    return packed(_Writer(document, changes, note).document)


@dataclass(frozen=True)
class _Mark:
    """Who changed it, as Word wants to know of each change."""

    author: str
    date: str


class _Writer:
    """Writes entry after entry; where texts moved, the old words there and the new ones here."""

    def __init__(self, document: Document, changes: Changes, note: Note) -> None:
        self.document, self.note = document, note
        self.comparison: Comparison = changes.comparison
        self.at: datetime = changes.newer.posted_at or UNDATED
        date = self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.mark = _Mark(writable(changes.newer.issuer), date)
        self.ids = count(1)
        self.children = _children(self.comparison.old)
        self._lines(changes.title, TITLE, _ends(changes.title))
        self._lines(changes.preamble, BODY, _ends(changes.preamble))
        roots = self.comparison.roots
        annexes = [n for n, entry in enumerate(roots) if self._kind(entry) is Kind.ANNEX]
        end = annexes[0] if annexes else len(roots)
        for entry in roots[:end]:
            self._entry(entry)
        self._lines(changes.closing, BODY, _ends(changes.closing))
        for entry in roots[end:]:
            self._entry(entry)

    def _kind(self, entry: Entry) -> Kind:
        return self.comparison.unit(entry).kind

    def _entry(self, entry: Entry, arrived: bool = False) -> None:
        """The entry and all under it; `arrived` with something that stood elsewhere."""
        old, new = self.comparison.old, self.comparison.new
        arrived = arrived or entry.moved
        if entry.new is None:
            assert entry.old is not None
            # what left something that arrived is taken out where that stood
            if not arrived:
                # what stood under something that lives on elsewhere is told there
                whole = bool(entry.gone_to) and not entry.children
                self._gone(entry.old, self.note(entry), whole=whole)
        else:
            before = None if arrived or entry.old is None else old[entry.old]
            self._unit(before, new[entry.new], self.note(entry))
        for child in entry.children:
            self._entry(child, arrived)

    def _gone(self, old: int, note: str, *, whole: bool) -> None:
        """The words of an older unit are taken out; `whole`, with all that stood under it."""
        self._unit(self.comparison.old[old], None, note)
        for child in self.children[old] if whole else ():
            self._gone(child, "", whole=True)

    def _unit(self, before: Unit | None, after: Unit | None, note: str) -> None:
        unit = after or before
        assert unit is not None
        if unit.rows or (before and before.rows):
            self._table(grid(before.rows if before else (), after.rows if after else ()))
        headed = unit.kind in HEADED or unit.kind is Kind.TABLE
        style = BODY
        if unit.kind in HEADED and unit.title:
            style = f"Heading{min(unit.depth + 1, DEEPEST)}"
        first = None
        for part in (_title, _text) if headed else (_all,):
            one, other = (part(side) if side else "" for side in (before, after))
            runs = redline(one, other)
            lines = self._lines(runs, style, _ends(runs))
            first = first or (lines[0] if lines else None)
            style = BODY
        if note:
            self._say(first or self._paragraph(BODY), note)

    def _lines(self, runs: Sequence[Run], style: str, end: Op) -> list[Paragraph]:
        """One paragraph a line; the sign at the end of each is in, out or in both like the rest."""
        found = []
        for line, sign in _cut(runs, end):
            if not line and sign is Op.SAME:
                continue
            paragraph = self._paragraph(style)
            if sign is not Op.SAME:
                properties = paragraph._p.get_or_add_pPr()
                of_sign = OxmlElement("w:rPr")
                of_sign.append(self._change(sign))
                properties.append(of_sign)
            self._write(paragraph, line)
            found.append(paragraph)
        return found

    def _paragraph(self, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph()
        paragraph._p.style = style
        return paragraph

    def _write(self, paragraph: Paragraph, runs: Sequence[Run]) -> None:
        for run in runs:
            written = paragraph.add_run(writable(run.text))
            if run.op is Op.SAME:
                continue
            holder = self._change(run.op)
            written._r.addprevious(holder)
            holder.append(written._r)
            if run.op is Op.DEL:
                for text in written._r.findall(qn("w:t")):
                    text.tag = qn("w:delText")

    def _change(self, op: Op) -> BaseOxmlElement:
        change: BaseOxmlElement = OxmlElement(TAGS[op])
        change.set(qn("w:id"), str(next(self.ids)))
        change.set(qn("w:author"), self.mark.author)
        change.set(qn("w:date"), self.mark.date)
        return change

    def _table(self, rows: Grid) -> None:
        for width, group in groupby(rows, key=lambda row: len(row.cells)):
            members = list(group)
            table = self.document.add_table(len(members), max(1, width), style="Table Grid")
            for tr, row in zip(table._tbl.tr_lst, members, strict=True):
                if row.op is not None:
                    tr.get_or_add_trPr().append(self._change(row.op))
                for tc, cell in zip(tr.tc_lst, row.cells, strict=False):
                    self._write(Paragraph(tc.p_lst[0], table), cell)
            self._paragraph(BODY)

    def _say(self, paragraph: Paragraph, note: str) -> None:
        anchor = paragraph.add_run()
        comment = self.document.add_comment(anchor, writable(note), self.mark.author, "")
        comment._comment_elm.set(qn("w:date"), self.mark.date)


def _ends(runs: Sequence[Run]) -> Op:
    """What the sign at the end of a text is: there in both, or in one where the other is empty."""
    ops = {run.op for run in runs}
    return ops.pop() if len(ops) == 1 else Op.SAME


def _cut(runs: Sequence[Run], end: Op) -> Iterator[tuple[list[Run], Op]]:
    """The lines of the text with what their end is."""
    line: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        line += [Run(run.op, first)] if first else []
        for text in rest:
            yield line, run.op
            line = [Run(run.op, text)] if text else []
    yield line, end


def _title(unit: Unit) -> str:
    return unit.title


def _text(unit: Unit) -> str:
    return "\n".join(unit.paragraphs)


def _all(unit: Unit) -> str:
    return f"{unit.title} {_text(unit)}".strip()


def _children(units: Sequence[Unit]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in units]
    path: list[int] = []
    for n, unit in enumerate(units):
        while path and units[path[-1]].depth >= unit.depth:
            path.pop()
        if path:
            found[path[-1]].append(n)
        path.append(n)
    return found
