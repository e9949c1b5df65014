"""How the review desk names what a machine noticed, how long something waits, and what was done."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.moderation.bulk import Skip
from app.moderation.models import FlagKind, Outcome
from app.moderation.queue import Age
from app.moderation.reasons import Reason

# What to look at, said by a machine: a person judges.
FLAGS: dict[FlagKind, LazyString] = {
    FlagKind.PERSONAL_DATA: _l("Possibly personal data"),
    FlagKind.LINK: _l("Has a link"),
    FlagKind.ABUSE: _l("Words of the abuse list"),
    FlagKind.OTHER_LANGUAGE: _l("Another language"),
    FlagKind.TOO_SHORT: _l("Very short"),
    FlagKind.COPY: _l("Sent by several"),
    FlagKind.ATTACHMENT: _l("With attachment"),
    FlagKind.SECOND_PERSON: _l("Waits for a second person"),
    FlagKind.REPLIED: _l("The author has replied"),
}
COLOURS: dict[FlagKind, str] = {
    FlagKind.PERSONAL_DATA: "warn",
    FlagKind.ABUSE: "warn",
    FlagKind.LINK: "warn",
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

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.PUBLISHED: _l("Published"),
    Outcome.WITHHELD: _l("Withheld"),
    Outcome.PROPOSED: _l("Withholding proposed"),
    Outcome.RETURNED: _l("Undone, waiting again"),
    Outcome.REINSTATED: _l("Published after an appeal"),
}

SKIPPED: dict[Skip, LazyString] = {
    Skip.DECIDED: _l("decided or changed since it was listed"),
    Skip.LEASED: _l("a colleague has it open"),
    Skip.PROPOSED: _l("a colleague proposes to withhold it: look at it alone"),
    Skip.NOT_PROPOSED: _l("nobody proposes to withhold it"),
    Skip.SAME_PERSON: _l("you proposed it yourself"),
    Skip.OUT_OF_REACH: _l("not within your reach"),
}


def waited(since: datetime, now: datetime) -> str:
    """How long ago that was, in the largest unit that fits."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))
