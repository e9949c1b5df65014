"""What stands beside a comment in another language, and the country that its author wrote from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.comments import coarse, countries, translated
from app.comments.models import CommenterKind
from app.comments.words import KINDS
from app.site.heads import AnyRow
from app.web.locale import current


@dataclass(frozen=True)
class Spoken:
    """The translation that helps the reader, None for none; the code of a country that may be
    public, "" for none."""

    told: AnyRow | None = None
    country: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from every other that the comment may have."""
        return (self.told.id if self.told is not None else 0), self.country


NOTHING = Spoken()


def of(rows: Sequence[AnyRow], consultation_id: int) -> dict[int, Spoken]:
    """Of each of the comments, by its number; at most two statements, none where all is at home."""
    told = translated.beside(rows)
    abroad = any(row.country for row in rows)
    shared: coarse.Shared = coarse.shared(consultation_id) if abroad else frozenset()
    return {
        row.id: Spoken(
            told.get(row.id), row.country if (row.commenter_kind, row.country) in shared else ""
        )
        for row in rows
    }


def of_one(row: AnyRow) -> dict[str, Any] | None:
    """The translation of one comment that helps the reader, as its component wants it."""
    return shown(translated.beside([row]).get(row.id))


def kind(row: AnyRow, country: str) -> str:
    """Who comments, as a page says it: "Vietnamese living abroad, Korea"."""
    words = str(KINDS[CommenterKind(row.commenter_kind)])
    return f"{words}, {countries.named(country)}" if country else words


def shown(told: AnyRow | None) -> dict[str, Any] | None:
    """A translation as the component of a comment wants it."""
    if told is None:
        return None
    return {
        "name": translated.named(told),
        "lang": None if told.language == current().code else told.language,
        "paragraphs": [line for line in told.text.split("\n") if line.strip()],
    }
