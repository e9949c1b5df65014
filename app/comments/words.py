"""How the page names who comments and what became of a comment."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.comments.models import Channel, CommenterKind, CommentStatus, CriticismForm, EventKind
from app.web.locale import called, current

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

CHANNELS: dict[Channel, LazyString] = {
    Channel.PORTAL: _l("On this portal"),
    Channel.PAPER: _l("By letter"),
    Channel.EMAIL: _l("By e-mail"),
    Channel.PHONE: _l("By telephone"),
    Channel.MEETING: _l("At a meeting or event"),
    Channel.SOCIAL: _l("On a social network"),
}

EVENTS: dict[EventKind, LazyString] = {
    EventKind.CONFERENCE: _l("Conference"),
    EventKind.SEMINAR: _l("Seminar"),
    EventKind.FORUM: _l("Forum"),
    EventKind.INTERVIEW: _l("Interview"),
    EventKind.DIALOGUE_IN_PERSON: _l("Dialogue in person"),
    EventKind.DIALOGUE_ONLINE: _l("Dialogue online"),
    EventKind.PRESS_CONFERENCE: _l("Press conference"),
    EventKind.OTHER: _l("Another meeting"),
}

CRITICISM = _l("Social criticism by the Fatherland Front")
CRITICISM_FORMS: dict[CriticismForm, LazyString] = {
    CriticismForm.CONFERENCE: _l("at a conference"),
    CriticismForm.WRITTEN: _l("in writing"),
    CriticismForm.DIALOGUE: _l("in a dialogue"),
}


def came(channel: str, event: str = "") -> LazyString:
    """How a comment came in: at which kind of meeting, else by which door."""
    return EVENTS[EventKind(event)] if event else CHANNELS[Channel(channel)]


def language(code: str) -> str:
    """What the page's language calls the language of that BCP 47 code, or the code itself."""
    return _language(current().code, code)


@lru_cache(maxsize=1000)
def _language(page: str, code: str) -> str:
    try:
        named = Locale.parse(code, sep="-").get_display_name(called(page).catalogue)
    except (UnknownLocaleError, ValueError):
        return code
    return named[:1].upper() + named[1:] if named else code
