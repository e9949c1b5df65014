"""Whether the words that a comment quotes still stand in what became of its provision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from app.documents.passage import Words
from app.documents.quoting import Quote, found


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
