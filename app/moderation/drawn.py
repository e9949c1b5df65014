"""The rows of the queue as markup. A comment is drawn once for each way in which it is seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import current_app, get_template_attribute, request, url_for
from flask_babel import ngettext
from markupsafe import Markup

from app.citizens.words import level
from app.comments.models import CommentStatus
from app.comments.words import language
from app.groups import reading
from app.kit.text import shorten
from app.moderation import lease
from app.moderation.filters import TITLE, View
from app.moderation.forms import WithholdForm
from app.moderation.queue import OLDEST_FIRST, Row
from app.moderation.reasons import TWO_PERSONS
from app.moderation.words import COLOURS, texts, waited
from app.web.filters import moment
from app.web.locale import DEFAULT, current

KEPT = 2000  # rows, about a kilobyte each
ROW = "moderation/_row.html"


@dataclass(frozen=True)
class Drawn:
    """A row: its number, its cells before and after that of the time, and the time."""

    id: int
    head: Markup
    time: tuple[str, str, str]
    tail: Markup


def drawn(
    rows: Sequence[Row], view: View, decides: bool, officer_id: int, now: datetime
) -> list[Drawn]:
    """The rows as one officer sees them; `decides` where the list has the ways to decide."""
    waits = view.wanted.status is CommentStatus.WAITING
    ids = [row.id for row in rows]
    held = lease.holders(ids, now) if waits and ids else {}
    alike = reading.of(ids) if waits and ids else {}
    kept = current_app.extensions.setdefault("queue rows", OrderedDict())
    found = []
    for row in rows:
        holder = held.get(row.id)
        away = holder.name if holder and holder.officer_id != officer_id else ""
        group = next(iter(alike.get(row.id, ())), None)
        mine = decides and view.decides(row.consultation_id)
        # with the instant, because a database made anew gives its numbers once more
        seen = (row.id, row.version, row.submitted_at, row.flags, row.identity)
        key = (request.script_root, seen, decides, mine, away, group, view.wanted.draft, view.tail)
        halves = kept.get(key)
        if halves is None:
            halves = kept[key] = _halves(row, view, decides, mine, away, group)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        found.append(Drawn(row.id, halves[0], _time(row, view.wanted.status, now), halves[1]))
    return found


def _halves(
    row: Row, view: View, decides: bool, mine: bool, holder: str, group: reading.Belongs | None
) -> tuple[Markup, Markup]:
    said, draft = texts(), view.reach.drafts[row.consultation_id]
    told = {
        "id": row.id,
        "version": row.version,
        "decides": decides,
        "mine": mine,
        "url": url_for("moderation.item", comment_id=row.id) + view.tail,
        "text": row.text,
        "wording": row.wording,
        "lang": "" if row.language == current().code else row.language,
        "tags": [
            *((said.flags[flag], COLOURS.get(flag, "plain")) for flag in row.flags),
            *([(language(row.language), "plain")] if row.language != DEFAULT.code else ()),
        ],
        "alike": _alike(group) if group and mine else None,
        "holder": holder,
        "title": "" if view.wanted.draft else shorten(draft.title, TITLE),
        "place": row.place,
        "kind": said.kinds[row.kind],
        "name": row.name,
        "identity": level(row.identity),
    }
    head, tail = (get_template_attribute(ROW, name) for name in ("head", "tail"))
    return head(told), tail(told)


def _alike(group: reading.Belongs) -> tuple[str, str]:
    """Where all that say the same can be decided at once, and how many they are."""
    words = ngettext(
        "%(num)d other says the same", "%(num)d others say the same", group.messages - 1
    )
    return url_for("moderation.bulk", group=group.group_id), words


def _time(row: Row, status: CommentStatus, now: datetime) -> tuple[str, str, str]:
    """What the time of the list is: for machines, in full, and as it is shown."""
    at = row.submitted_at if status in OLDEST_FIRST else row.decided_at or row.submitted_at
    full = moment(at)
    shown = waited(at, now) if status is CommentStatus.WAITING else full
    return at.isoformat(), full, shown


def dialog() -> Markup:
    """The dialog of a withholding, the same for everybody in one language."""
    return _dialog(current().code)


@lru_cache(maxsize=16)
def _dialog(language: str) -> Markup:
    draw: Any = get_template_attribute("moderation/_withhold.html", "withhold_dialog")
    return draw(WithholdForm(formdata=None), TWO_PERSONS)
