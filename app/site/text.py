"""The text of a posted version, cut into the units that people read, link to and comment on.

A posted version never changes, so a process cuts and renders it once; only the counts of
comments beside its units are live.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, get_template_attribute, request, url_for
from markupsafe import Markup

from app.documents.citation import citation
from app.documents.models import select_provisions
from app.documents.nodes import Kind
from app.documents.units import ATTACHED
from app.extensions import db
from app.site.heads import AnyRow, here
from app.web.phrases import Phrase

KEPT = 32  # texts per process: a long law is about half a megabyte of markup
DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
HOMES = frozenset({Kind.ARTICLE, Kind.ANNEX})
TOP = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEX})


@dataclass(frozen=True, slots=True)
class Line:
    """A clause, point, table or bare paragraphs inside a unit; `mark` is "1." or "a)"."""

    kind: str
    anchor: str
    mark: str
    citation: str
    paragraphs: tuple[str, ...]
    rows: Sequence[Sequence[str]] = ()


@dataclass(slots=True)
class Unit:
    """An article, annex or division with its own heading and what stands in it."""

    anchor: str
    kind: Kind
    title: str
    depth: int
    level: int  # of its heading
    lineage_id: int | None  # of the article or annex, by which its comments are counted
    open_to_comments: bool
    lines: list[Line] = field(default_factory=list)


class Text:
    """All units of a version in order, and their markup for one language and one state."""

    def __init__(
        self, slug: str, version_id: int | None, is_open: bool, period: Mapping[str, Any]
    ) -> None:
        # a proposal has no text yet
        rows = db.session.execute(select_provisions(version_id)).all() if version_id else []
        self.slug = slug
        self.period = period  # what addresses need to stay with an earlier comment period
        self.is_open = is_open
        self.units: list[Unit] = []
        self.home: dict[str, int] = {}  # anchor of any provision → index of its unit
        self._cut(rows)
        self._unit = get_template_attribute("site/text.html", "unit")
        self._toc = get_template_attribute("components/toc.html", "toc")
        self._links = [self._addresses(unit) for unit in self.units]
        self._shown: list[tuple[int, str]] = [(-1, "")] * len(self.units)
        self._contents: tuple[list[int], Markup, Markup] = ([], Markup(), Markup())

    def _cut(self, rows: Sequence[AnyRow]) -> None:
        has_articles = any(row.kind == Kind.ARTICLE for row in rows)
        under_section = -1
        for row in rows:
            kind = Kind(row.kind)
            if kind in DIVISIONS or kind in HOMES or not self.units:
                if kind in TOP:
                    under_section = -1
                elif kind in DIVISIONS:
                    under_section = row.depth
                level = 2 if kind in TOP else 3
                if kind not in TOP and kind in HOMES and -1 < under_section < row.depth:
                    level = 4
                self.units.append(
                    Unit(
                        anchor=row.anchor,
                        kind=kind,
                        title=_title(row, has_articles),
                        depth=row.depth,
                        level=level,
                        lineage_id=row.article_lineage_id,
                        open_to_comments=kind in HOMES
                        or not (has_articles or row.article_lineage_id),
                    )
                )
                if row.text or row.rows:
                    self.units[-1].lines.append(_line(row, "", ""))
            else:
                mark = {Kind.CLAUSE: ".", Kind.POINT: ")"}.get(kind)
                label = f"{row.number}{mark}" if mark else ""
                self.units[-1].lines.append(_line(row, label, row.anchor))
            self.home[row.anchor] = len(self.units) - 1

    def _addresses(self, unit: Unit) -> tuple[str | None, str]:
        write = None
        if self.is_open and unit.open_to_comments:
            write = url_for("comments.write", slug=self.slug, at=unit.anchor)
        return write, url_for("site.article", slug=self.slug, anchor=unit.anchor, **self.period)

    def body(self, counts: Mapping[int, int]) -> Markup:
        """The whole text as markup; `counts` are published comments by lineage of the unit."""
        for n, unit in enumerate(self.units):
            count = counts.get(unit.lineage_id or 0, 0)
            if self._shown[n][0] != count:
                write, read = self._links[n]
                html = self._unit(unit, self.slug, count, write, read, self.period)
                self._shown[n] = (count, str(html))
        return Markup("".join([html for _, html in self._shown]))

    def contents(self, counts: Mapping[int, int]) -> tuple[Markup, Markup]:
        """The table of contents with the same counts: folded for phones, and for the side."""
        numbers = [counts.get(unit.lineage_id or 0, 0) for unit in self.units]
        if self._contents[0] != numbers:
            entries = self._entries(numbers)
            most = max(numbers, default=0) or 1
            folded = self._toc(entries, fold=True, most=most)
            self._contents = (numbers, folded, self._toc(entries, most=most))
        return self._contents[1:]

    def _entries(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        roots: list[dict[str, Any]] = []
        path: list[tuple[int, list[dict[str, Any]]]] = [(-1, roots)]
        for unit, number in zip(self.units, numbers, strict=True):
            while path[-1][0] >= unit.depth:
                path.pop()
            entry: dict[str, Any] = {"label": Phrase(unit.title, "vi"), "anchor": unit.anchor}
            if unit.open_to_comments:
                entry["count"] = number
            path[-1][1].append(entry)
            if unit.kind in DIVISIONS or unit.kind is Kind.ANNEX:
                entry["children"] = []
                path.append((unit.depth, entry["children"]))
        return roots

    def unit_of(self, anchor: str) -> Unit | None:
        """The unit that the provision with that anchor belongs to."""
        n = self.home.get(anchor)
        return None if n is None else self.units[n]

    def anchors_in(self, unit: Unit) -> list[str]:
        """The anchors of the unit and of everything in it."""
        return [anchor for anchor, n in self.home.items() if self.units[n] is unit]

    def neighbours(self, unit: Unit) -> tuple[Unit | None, Unit | None]:
        """The units one reads before and after this one, chapter headings left out."""
        readable = [other for other in self.units if other.open_to_comments or other is unit]
        n = readable.index(unit)
        return (
            readable[n - 1] if n else None,
            readable[n + 1] if n + 1 < len(readable) else None,
        )


def text_of(head: AnyRow, is_open: bool) -> Text:
    """The text of a posted version, from memory when this process has rendered it before."""
    kept: OrderedDict[Any, Text]
    kept = current_app.extensions.setdefault("texts", OrderedDict())
    # the script root holds the language; the instant, because a database made anew has new rows
    period = here(head)
    key = (request.script_root, head.version_id, head.slug, head.opened_at, is_open, bool(period))
    text = kept.get(key)
    if text is None:
        text = kept[key] = Text(head.slug, head.version_id, is_open, period)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return text


def _line(row: AnyRow, mark: str, anchor: str) -> Line:
    paragraphs = [part for part in row.text.split("\n") if part.strip()]
    if anchor and row.heading:
        paragraphs.insert(0, row.heading)
    return Line(
        kind=row.kind if anchor else ("table" if row.rows else "text"),
        anchor=anchor,
        mark=mark,
        citation=citation(anchor),
        paragraphs=tuple(paragraphs),
        rows=row.rows or (),
    )


def _title(row: AnyRow, has_articles: bool) -> str:
    """How the heading reads: "Điều 5. …", "Chương II. …"; a plan has "I. …" alone."""
    name = citation(row.anchor.rpartition(".")[2])
    word = name.rpartition(" ")[0] or name
    if not row.number:
        # a regulation sent with a decision has a name of its own; a sole annex is just called one
        bare = row.kind != Kind.ANNEX or ATTACHED.match(row.heading)
        return row.heading or name if bare else f"{word}. {row.heading}".rstrip(". ")
    if not has_articles and row.kind in DIVISIONS and not row.number.isdigit():
        label = row.number
    else:
        label = f"{word} {row.number}"
    return f"{label}. {row.heading}" if row.heading else label
