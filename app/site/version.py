"""The page of one posted version of a draft, and what of it can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.exports import FORMATS, shelf
from app.documents.models import DraftVersion
from app.documents.nodes import Kind
from app.documents.versions import posted
from app.site.adopted import taken_over
from app.site.cut import DIVISIONS
from app.site.heads import AnyRow
from app.site.text import AROUND, Text
from app.translations.known import of

NAMES: dict[str, LazyString] = {
    "docx": _l("Word document"),
    "pdf": _l("PDF, to print"),
    "txt": _l("Plain text"),
    "json": _l("JSON, for programs"),
    "xml": _l("Akoma Ntoso XML, for legal databases"),
}


@dataclass(frozen=True)
class Download:
    """A file of the version: what it is called, where it is, how large if it was written yet."""

    name: LazyString
    form: str
    url: str
    size: int | None


def find(dossier_id: int, number: int) -> DraftVersion | None:
    """The posted version with that number."""
    return next((one for one in posted(dossier_id) if one.number == number), None)


def page(head: AnyRow, version: DraftVersion) -> dict[str, Any]:
    """What `site/version.html` shows besides what every page under a draft says."""
    everything = posted(head.id)
    at = next(n for n, one in enumerate(everything) if one.id == version.id)
    around = {name: getattr(version, name) for name in AROUND}
    text = Text(head.slug, version.id, False, {}, of(head.id), around)
    return {
        "version": version,
        "before": everything[at - 1] if at else None,
        "after": everything[at + 1] if at + 1 < len(everything) else None,
        "newest": everything[-1],
        "units": text.units,
        "around": text.around,
        "share": text.share,
        "contents": contents(text),
        "taken": taken_over(head, version.id),
        "downloads": downloads(head.slug, version),
    }


def address(slug: str, number: int) -> str:
    """The absolute address of the version's page, the same whoever asks."""
    base: str = current_app.extensions["settings"].public_url
    path = url_for("site.version", slug=slug, number=number)
    # without the language that this reader has chosen
    return base + path.removeprefix(request.script_root)


def downloads(slug: str, version: DraftVersion) -> list[Download]:
    """The formats the version can be taken away in, in the order of a list."""
    where = address(slug, version.number)
    found = []
    for one in offered(slug, version.number):
        written = shelf.place(version, one.form, where)
        size = written.stat().st_size if written.is_file() else None
        found.append(replace(one, size=size))
    return found


def offered(slug: str, number: int) -> list[Download]:
    """The same without a look at the files."""
    return [
        Download(
            NAMES[form], form, url_for("site.export", slug=slug, number=number, form=form), None
        )
        for form in FORMATS
    ]


def contents(text: Text) -> list[dict[str, Any]]:
    """The headings as the table of contents wants them, without counts."""
    roots: list[dict[str, Any]] = []
    path: list[tuple[int, list[dict[str, Any]]]] = [(-1, roots)]
    for unit in text.units:
        while path[-1][0] >= unit.depth:
            path.pop()
        entry: dict[str, Any] = {"label": unit.title, "anchor": unit.anchor}
        path[-1][1].append(entry)
        if unit.kind in DIVISIONS or unit.kind is Kind.ANNEX:
            entry["children"] = []
            path.append((unit.depth, entry["children"]))
    return roots


def chosen(
    everything: Sequence[DraftVersion], older: int | None, newer: int | None
) -> tuple[DraftVersion, DraftVersion] | None:
    """The two versions to compare, the last two where none is named; None where one is unknown."""
    numbers = {one.number: one for one in everything}
    if len(everything) < 2:
        return None
    if newer is None:
        others = [one.number for one in everything if one.number != older]
        newer = others[-1]
    if older is None:
        others = [one.number for one in everything if one.number < newer]
        older = others[-1] if others else everything[-1].number
    if older == newer or older not in numbers or newer not in numbers:
        return None
    return numbers[older], numbers[newer]
