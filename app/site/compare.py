"""The page that compares two posted versions of a draft."""

from __future__ import annotations

from collections import OrderedDict
from enum import StrEnum
from typing import Any

from flask import current_app

from app.documents.changes import Changes, changes_between
from app.documents.compared import Entry
from app.documents.models import DraftVersion
from app.documents.redline import Op, Run
from app.site.heads import AnyRow
from app.site.sections import Sections, paragraphs, parted, shortened
from app.site.told import TOTALS, tale

KEPT = 8  # pairs of versions per process, about a megabyte each


class View(StrEnum):
    """How the changes are laid out."""

    INLINE = "inline"
    COLUMNS = "columns"
    LIST = "list"


def changes(older: DraftVersion, newer: DraftVersion) -> Changes:
    """What leads from one version to the other, from memory when it was asked before."""
    kept: OrderedDict[Any, Changes] = current_app.extensions.setdefault("changes", OrderedDict())
    # with the digests, because a database made anew gives its ids once more
    key = (older.id, newer.id, older.digest, newer.digest)
    found = kept.get(key)
    if found is None:
        found = kept[key] = changes_between(older, newer)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return found


def page(
    head: AnyRow, older: DraftVersion, newer: DraftVersion, *, part: int, whole: bool
) -> dict[str, Any] | None:
    """What `site/compare.html` shows; None where there is no such part.

    Only what changed is there, and what did not by name; `whole`, everything.
    """
    found = changes(older, newer)
    sections = Sections(head, older, newer, found).all()
    changed = [section for section in sections if section.changes]
    parts = parted(sections if whole else shortened(sections))
    if not 1 <= part <= len(parts):
        return None
    counts = found.comparison.counts()
    return {
        "older": older,
        "newer": newer,
        "totals": [(TOTALS[fate], counts[fate]) for fate in TOTALS if counts[fate]],
        "changed": changed,
        "changes": sum(section.changes for section in changed),
        "rows": parts[part - 1],
        "part": part,
        "parts": len(parts),
        "front": _front(found) if part == 1 else [],
        "back": _changed(found.closing) if part == len(parts) else [],
        "whole": whole,
    }


def note(found: Changes, entry: Entry) -> str:
    """What a comment in a Word file says of the entry, "" where there is nothing to say."""
    told = tale(found.comparison, entry)
    return str(told) if told.places else ""


def _front(found: Changes) -> list[list[Run]]:
    return [*_changed(found.title), *_changed(found.preamble)]


def _changed(runs: list[Run]) -> list[list[Run]]:
    return paragraphs(runs) if any(run.op is not Op.SAME for run in runs) else []
