"""How the page names what the agency did with a comment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.responses.models import Disposition

DISPOSITIONS: dict[Disposition, LazyString] = {
    Disposition.ACCEPTED: _l("Accepted"),
    Disposition.PARTIALLY_ACCEPTED: _l("Partially accepted"),
    Disposition.NOT_ACCEPTED: _l("Not accepted"),
    Disposition.ALREADY_COVERED: _l("Already covered"),
    Disposition.NOTED: _l("Noted"),
    Disposition.OUT_OF_SCOPE: _l("Outside this draft"),
}

MEANINGS: dict[Disposition, LazyString] = {
    Disposition.ACCEPTED: _l("The draft changes as the comment asks. Say where."),
    Disposition.PARTIALLY_ACCEPTED: _l("The draft changes in part. Say what changes and what not."),
    Disposition.NOT_ACCEPTED: _l("The draft stays as it is. Say why."),
    Disposition.ALREADY_COVERED: _l("The draft or another law says so already. Say where."),
    Disposition.NOTED: _l("Support or information that asks for no change."),
    Disposition.OUT_OF_SCOPE: _l("This draft cannot settle the matter. Say who can."),
}
