"""The page of one article, and the list of all published comments of a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from app.site import comparing, criticism, cut, draft, gone, heads, terms, voices
from app.site.cut import Unit
from app.site.heads import AnyRow
from app.site.text import Text
from app.translations.words import STANDINGS
from app.web.locale import current
from app.web.phrases import Phrase, named

SHOWN = 20
PAGE = 50


def page(head: AnyRow, anchor: str, now: datetime) -> dict[str, Any] | None:
    """What `site/article.html` shows: the article that holds the provision; None without one."""
    text = draft.text(head, now)
    unit = text.unit_of(anchor)
    if unit is None:
        return None
    only = narrowed(text, unit)
    said = voices.newest(head.consultation_id, SHOWN + 1, **only)
    listed, more = said[:SHOWN], len(said) > SHOWN
    agency = named(head.agency_name, head.agency_name_en)
    before, after = text.neighbours(unit)
    return {
        **draft.frame(head, now),
        "unit": unit,
        "spot": anchor if anchor != unit.anchor else "",
        "spot_name": cut.place(unit, anchor),
        "vouched": [words for one, words in STANDINGS.items() if one in unit.standings],
        "parts": parts(text, unit),
        "terms": terms.entries(text.marked, unit),
        "before": before,
        "before_title": before and before.title,
        "after": after,
        "after_title": after and after.title,
        "comments": gone.between(
            listed,
            voices.shown(listed, head, agency, 3),
            head,
            only,
            before=None,
            after=listed[-1].id if more else 0,
        ),
        "more": more,
        "compared": comparing.about(head, text.anchors_in(unit)) if head.compared else [],
    }


def parts(text: Text, unit: Unit) -> list[Unit]:
    """The articles of a chapter or section, none of an article."""
    n = text.units.index(unit)
    found = []
    for other in text.units[n + 1 :]:
        if other.depth <= unit.depth:
            break
        found.append(other)
    return found


def _plain(title: Phrase) -> Phrase | str:
    """A choice of a list says its language only where that is another than the page's."""
    return title.text if title.lang == current().code else title


def narrowed(text: Text, unit: Unit) -> dict[str, Any]:
    """How to ask for the comments on a unit and all that stands in it."""
    if unit.lineage_id is not None:
        return {"article": unit.lineage_id}
    return {"anchors": text.anchors_in(unit)}


def comments(head: AnyRow, now: datetime, before: int | None, spot: str) -> dict[str, Any] | None:
    """What `site/comments.html` shows: a page of published comments, newest first."""
    text = draft.text(head, now)
    unit = text.unit_of(spot) if spot else None
    if spot and unit is None:
        return None
    only = narrowed(text, unit) if unit is not None else {}
    rows = voices.newest(head.consultation_id, PAGE + 1, before=before, **only)
    agency = named(head.agency_name, head.agency_name_en)
    first = criticism.section(head, agency) if before is None and unit is None else None
    listed = [row for row in rows[:PAGE] if first is None or row.id not in first.ids]
    at = unit.anchor if unit is not None else None
    here = {"slug": head.slug, "at": at, **heads.here(head)}
    older = None
    if len(rows) > PAGE:
        older = url_for("site.comments", before=rows[PAGE - 1].id, **here)
    return {
        **draft.frame(head, now),
        "unit": unit,
        "choices": [(one.anchor, _plain(one.title)) for one in text.units if one.open_to_comments],
        "criticism": first,
        "comments": gone.between(
            listed,
            voices.shown(listed, head, agency, 3),
            head,
            only,
            before=before,
            after=rows[PAGE - 1].id if older else 0,
        ),
        "older": older,
        "newest": url_for("site.comments", **here) if before is not None else None,
    }
