"""What outcomes of suggestions are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.outreach.suggesting import Settlement

SETTLEMENTS: dict[Settlement, LazyString] = {
    Settlement.TAKEN_UP: _l("Taken up"),
    Settlement.PASSED_ON: _l("Passed on"),
    Settlement.DECLINED: _l("Declined"),
}
