"""Whether the words that a comment quotes still stand in what became of its provision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.documents.models import Provision
from app.documents.passage import cells
from app.documents.quoting import Quote, found
from app.extensions import db


class Words:
    """The words of a version by provision, read when they are first asked for."""

    def __init__(self, version_id: int) -> None:
        self.version_id = version_id

    def under(self, anchor: str) -> str:
        """The words of a provision with those of all that stands under it."""
        start = self._places.get(anchor)
        if start is None:
            return ""
        depth = self._rows[start].depth
        pieces = []
        for at in range(start, len(self._rows)):
            row = self._rows[at]
            if at > start and row.depth <= depth:
                break
            pieces += [row.heading, *cells(row.rows), row.text]
        return "\n".join(piece for piece in pieces if piece)

    @cached_property
    def _rows(self) -> list[Any]:
        rows = select(
            Provision.anchor,
            Provision.depth,
            Provision.heading,
            Provision.rows,
            Provision.text,
        ).where(Provision.version_id == self.version_id)
        return list(db.session.execute(rows.order_by(Provision.position)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {row.anchor: at for at, row in enumerate(self._rows)}


def told(quote: Mapping[str, str], anchors: Iterable[str], words: Words) -> str:
    """What became of the quoted words at those provisions, as a sentence; "" without any."""
    places = list(anchors)
    if not quote or not places:
        return ""
    selector = Quote(**quote)
    near = ""
    for text in map(words.under, places):
        place = found(selector, text)
        if place is None:
            continue
        here = text[slice(*place)]
        if here.casefold().split() == selector.exact.casefold().split():
            return _("The words quoted are still there.")
        near = near or here
    if near:
        return _("The words quoted now read: “%(words)s”.", words=near)
    return _("The words quoted are no longer there.")
