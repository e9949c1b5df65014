"""How the page names what the agency did with a comment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.groups.models import Tier
from app.responses.models import AnswerState, Disposition
from app.responses.progress import Whose
from app.responses.sought import Standing

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

STATES: dict[AnswerState, LazyString] = {
    AnswerState.DRAFT: _l("Being drafted"),
    AnswerState.REVIEW: _l("To be signed"),
    AnswerState.SIGNED: _l("Signed"),
    AnswerState.PUBLISHED: _l("Published"),
}

STANDINGS: dict[Standing, LazyString] = {
    Standing.OPEN: _l("Without an answer"),
    Standing.DRAFTED: _l("In an answer not yet published"),
    Standing.ANSWERED: _l("Answered"),
    Standing.ALL: _l("All published comments"),
}

TIERS: dict[Tier, LazyString] = {
    Tier.EXACT: _l("The same words"),
    Tier.NEAR: _l("Nearly the same words"),
    Tier.ARGUMENT: _l("The same argument"),
}

WHOSE: dict[Whose, LazyString] = {
    Whose.ALL: _l("All"),
    Whose.MINE: _l("Mine"),
    Whose.NOBODYS: _l("Nobody’s"),
}
