"""A search in words: what was typed, and what the values chosen are called."""

from __future__ import annotations

from flask_babel import gettext as _

from app.search.asked import Asked
from app.search.engine import Sort
from app.search.naming import LABELS, names


def known(wish: Asked) -> Asked:
    """The same search, without values that nothing here is called by, the newest first."""
    named = names(wish.chosen)
    chosen = {
        facet: frozenset(value for value in values if (facet, value) in named)
        for facet, values in wish.chosen.items()
    }
    return Asked(wish.words, {f: v for f, v in chosen.items() if v}, Sort.NEWEST)


def described(wish: Asked) -> str:
    """The search in one line, in the language spoken here."""
    named = names(wish.chosen)
    parts = [_("“%(words)s”", words=wish.words)] if wish.words else []
    for facet, values in wish.chosen.items():
        called = (named[facet, v].text if (facet, v) in named else v for v in sorted(values))
        parts.append(_("%(what)s: %(values)s", what=LABELS[facet], values=", ".join(called)))
    return " · ".join(parts) or _("All drafts")
