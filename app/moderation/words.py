"""How the review desk names what a machine noticed, how long something waits, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.comments.models import CommentStatus
from app.comments.words import KINDS, STATES
from app.kit.clock import VN
from app.moderation.bulk import Skip
from app.moderation.models import FlagKind, Outcome
from app.moderation.queue import Age
from app.moderation.reasons import Reason
from app.web.locale import current

# What to look at, said by a machine: a person judges.
FLAGS: dict[FlagKind, LazyString] = {
    FlagKind.PERSONAL_DATA: _l("Possibly personal data"),
    FlagKind.LINK: _l("Has a link"),
    FlagKind.ABUSE: _l("Words of the abuse list"),
    FlagKind.OTHER_LANGUAGE: _l("Another language"),
    FlagKind.TOO_SHORT: _l("Very short"),
    FlagKind.COPY: _l("Sent by several"),
    FlagKind.ATTACHMENT: _l("With attachment"),
    FlagKind.POSING: _l("Named like an agency"),
    FlagKind.SECOND_PERSON: _l("Waits for a second person"),
    FlagKind.REPLIED: _l("The author has replied"),
    FlagKind.UNUSUAL: _l("Perhaps sent by a program"),
}
COLOURS: dict[FlagKind, str] = {
    FlagKind.PERSONAL_DATA: "warn",
    FlagKind.ABUSE: "warn",
    FlagKind.LINK: "warn",
    FlagKind.POSING: "warn",
    FlagKind.SECOND_PERSON: "",
    FlagKind.REPLIED: "",
}

# The reason that would go with covering what was found.
COVERED_FOR: dict[FlagKind, Reason] = {
    FlagKind.PERSONAL_DATA: Reason.PERSONAL_DATA,
    FlagKind.ABUSE: Reason.INSULT,
    FlagKind.LINK: Reason.SPAM,
}

AGES: dict[Age, LazyString] = {
    Age.OVER_1: _l("Older than 1 day"),
    Age.OVER_3: _l("Older than 3 days"),
    Age.OVER_7: _l("Older than 7 days"),
    Age.UNDER_1: _l("Newer than 1 day"),
    Age.UNDER_3: _l("Newer than 3 days"),
    Age.UNDER_7: _l("Newer than 7 days"),
}

# what the time in a list of comments in that state is the time of; else of the decision
WHEN: dict[CommentStatus, LazyString] = {
    CommentStatus.WAITING: _l("Waiting for"),
    CommentStatus.LATE: _l("Received"),
}

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.PUBLISHED: _l("Published"),
    Outcome.WITHHELD: _l("Withheld"),
    Outcome.PROPOSED: _l("Withholding proposed"),
    Outcome.RETURNED: _l("Undone, waiting again"),
    Outcome.REINSTATED: _l("Published after an appeal"),
    Outcome.TAKEN_DOWN: _l("Taken from public view"),
    Outcome.GIVEN_BACK: _l("Given back to the public"),
}

SKIPPED: dict[Skip, LazyString] = {
    Skip.DECIDED: _l("decided or changed since it was listed"),
    Skip.LEASED: _l("a colleague has it open"),
    Skip.PROPOSED: _l("a colleague proposes to withhold it: look at it alone"),
    Skip.NOT_PROPOSED: _l("nobody proposes to withhold it"),
    Skip.SAME_PERSON: _l("you proposed it yourself"),
    Skip.OUT_OF_REACH: _l("not within your reach"),
}


@dataclass(frozen=True)
class Texts:
    """The words of a page of the queue, in one language; asked for once and not in every row."""

    flags: dict[FlagKind, str]
    ages: dict[Age, str]
    kinds: dict[str, str]
    states: dict[CommentStatus, str]


def texts() -> Texts:
    """The words in the language of the page being made."""
    return _texts(current().code)


@lru_cache(maxsize=16)
def _texts(language: str) -> Texts:
    return Texts(
        {kind: str(words) for kind, words in FLAGS.items()},
        {age: str(words) for age, words in AGES.items()},
        {kind.value: str(words) for kind, words in KINDS.items()},
        {state: str(words) for state, words in STATES.items()},
    )


def minute(at: datetime) -> str:
    """The time of day in Viet Nam."""
    return at.astimezone(VN).strftime("%H:%M")


def waited(since: datetime, now: datetime) -> str:
    """How long ago that was, in the largest unit that fits."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return _long(current().code, "minute", minutes)
    if minutes < 48 * 60:
        return _long(current().code, "hour", minutes // 60)
    return _long(current().code, "day", minutes // (24 * 60))


@lru_cache(maxsize=2048)
def _long(language: str, unit: str, many: int) -> str:
    match unit:
        case "minute":
            return ngettext("%(num)d minute", "%(num)d minutes", many)
        case "hour":
            return ngettext("%(num)d hour", "%(num)d hours", many)
    return ngettext("%(num)d day", "%(num)d days", many)
