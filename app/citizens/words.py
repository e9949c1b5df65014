"""What levels of identity are called on a page, and where they are explained."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.citizens.models import Level

# of nobody is it said that nothing was shown: that is no fault, and nobody has to
LEVELS: dict[Level, LazyString] = {
    Level.EMAIL: _l("E-mail proven"),
    Level.IDENTITY: _l("Identity proven"),
}


def level(code: str) -> LazyString | str:
    """What that level is called, "" for none."""
    return LEVELS.get(Level(code), "")
