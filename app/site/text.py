"""The text of a posted version, cut into the units that people read, link to and comment on.

A posted version never changes, so a process cuts and renders it once; only the counts of
comments beside its units are live.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, get_template_attribute, request, url_for
from markupsafe import Markup

from app.documents.models import select_provisions
from app.documents.nodes import Kind
from app.extensions import db
from app.site import terms
from app.site.cut import DIVISIONS, Cutter, Unit
from app.site.heads import AnyRow, here
from app.site.translated import Stretch, Teller, stretch
from app.translations.known import of
from app.translations.pieces import of_version
from app.translations.read import Translated
from app.web.locale import current

KEPT = 32  # texts per process: a long law is about half a megabyte of markup
AROUND = ("title", "preamble", "closing")


class Text:
    """All units of a version in order, and their markup for one language and one state.

    `around` is what stands before and after the provisions: "title", "preamble", "closing".
    """

    def __init__(
        self,
        slug: str,
        version_id: int | None,
        is_open: bool,
        period: Mapping[str, Any],
        told: Translated,
        around: Mapping[str, str],
    ) -> None:
        # a proposal has no text yet
        rows = db.session.execute(select_provisions(version_id)).all() if version_id else []
        self.slug = slug
        self.period = period  # what addresses need to stay with an earlier comment period
        self.is_open = is_open
        self.told = told
        teller = Teller(told)
        self.around = {name: _around(teller, name, around[name] or "") for name in AROUND}
        cut = Cutter(rows, teller)
        self.units, self.home = cut.units, cut.home
        self.marked: terms.Marked = {}
        self.glossary = Markup()
        self.share = teller.share()
        self._unit = get_template_attribute("site/text.html", "unit")
        self._toc = get_template_attribute("components/toc.html", "toc")
        self._links = [self._addresses(unit) for unit in self.units]
        self._shown: list[tuple[int, str]] = [(-1, "")] * len(self.units)
        self._contents: tuple[list[int], Markup, Markup] = ([], Markup(), Markup())

    def explain(self) -> None:
        """Words of the law are marked, and explained behind the text."""
        self.marked = terms.mark(self.units)
        glossary = get_template_attribute("site/_terms.html", "glossary")
        self.glossary = glossary(terms.entries(self.marked), current().code)

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
            entry: dict[str, Any] = {"label": unit.title, "anchor": unit.anchor}
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
    """The text of a posted version, from memory when this process has rendered it before.

    It is cut anew once something of the dossier was translated.
    """
    kept: OrderedDict[Any, Text]
    kept = current_app.extensions.setdefault("texts", OrderedDict())
    # the script root holds the language; the instant, because a database made anew has new rows
    period, told = here(head), of(head.id)
    key = (request.script_root, head.version_id, head.slug, head.opened_at, is_open, bool(period))
    text = kept.get(key)
    if text is None or text.told is not told:
        around = {"title": head.text_title, "preamble": head.preamble, "closing": head.closing}
        text = kept[key] = Text(head.slug, head.version_id, is_open, period, told, around)
        text.explain()
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return text


def _around(teller: Teller, name: str, words: str) -> Stretch:
    told = teller.say(of_version(name), words)
    if teller.told:
        teller.count([(words, told)])
    return stretch(told, words)
