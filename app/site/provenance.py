"""Where a comment that was not written here came from, as the public pages say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import ngettext

from app.comments import clerk
from app.comments.models import Channel, CriticismForm
from app.comments.words import CRITICISM, CRITICISM_FORMS, came
from app.site.heads import AnyRow
from app.web.filters import day


def sources_of(rows: Sequence[AnyRow]) -> dict[int, AnyRow]:
    """Where those that a clerk typed in came from, by comment id."""
    return clerk.sources([row.id for row in rows if row.channel != Channel.PORTAL])


def door(row: AnyRow, source: AnyRow | None) -> dict[str, Any] | None:
    """How a comment came that was not written here: in words, with the occasion and the day."""
    if source is None:
        return None
    return {
        "text": came(row.channel, source.event),
        "occasion": source.occasion,
        "date": day(source.received_on),
        "iso": source.received_on.isoformat(),
    }


def tags(row: AnyRow) -> list[tuple[str, str]]:
    """What sets a comment apart: the Front's social criticism, the members it speaks for."""
    found = []
    if row.criticism:
        found.append((f"{CRITICISM} – {CRITICISM_FORMS[CriticismForm(row.criticism)]}", ""))
    if row.members:
        words = ngettext("speaks for %(num)d member", "speaks for %(num)d members", row.members)
        found.append((words, "plain"))
    return found


def of(row: AnyRow) -> dict[str, Any] | None:
    """How one comment came, None for one that was written here."""
    return door(row, sources_of([row]).get(row.id))
