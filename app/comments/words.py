"""How the page names who comments and what became of a comment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.comments.models import CommenterKind, CommentStatus

KINDS: dict[CommenterKind, LazyString] = {
    CommenterKind.INDIVIDUAL: _l("Individual"),
    CommenterKind.BUSINESS: _l("Business"),
    CommenterKind.ORGANISATION: _l("Organisation"),
    CommenterKind.AGENCY: _l("Public body"),
    CommenterKind.EXPERT: _l("Expert"),
    CommenterKind.OVERSEAS_VIETNAMESE: _l("Vietnamese living abroad"),
    CommenterKind.RESIDENT_FOREIGNER: _l("Foreigner living in Viet Nam"),
}

STATES: dict[CommentStatus, LazyString] = {
    CommentStatus.WAITING: _l("Waiting for review"),
    CommentStatus.PUBLISHED: _l("Published"),
    CommentStatus.WITHHELD: _l("Withheld"),
    CommentStatus.WITHDRAWN: _l("Taken back by its author"),
    CommentStatus.LATE: _l("Received late"),
}
