"""What the standing of a translation is called on a page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.translations.models import Standing

STANDINGS: dict[Standing, LazyString] = {
    Standing.OFFICIAL: _l("Official translation"),
    Standing.UNOFFICIAL: _l("Unofficial translation"),
    Standing.MACHINE: _l("Machine translation, read by nobody yet"),
}
