"""The public list of reasons for which a comment is not shown; opinion is none of them."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Reason(StrEnum):
    SPAM = "spam"
    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"
    DUPLICATE = "duplicate_by_same_author"


LABELS: dict[Reason, LazyString] = {
    Reason.SPAM: _l("Advertising or spam"),
    Reason.INSULT: _l("Insult or threat against a person"),
    Reason.PERSONAL_DATA: _l("Personal data of somebody else"),
    Reason.OFF_TOPIC: _l("Not about this draft"),
    Reason.UNLAWFUL: _l("Content that the law forbids to publish"),
    Reason.DUPLICATE: _l("The same author sent the same text before"),
}

# Under these two an opinion could be hidden. "Forbidden by law" is where political speech would be
# put, and "not about this draft" is a judgement of what a draft is about: whoever finds a whole
# policy wrong speaks about more than its articles. So nobody applies them alone. The other four
# are facts that anybody can check by looking; where one is in doubt all the same, the moderator
# says so (`borderline`) and a second person decides too. `/moderation` tells the public.
TWO_PERSONS = frozenset({Reason.UNLAWFUL, Reason.OFF_TOPIC})

# A passage is covered by one person, so never for a reason that needs two; and a text that was
# sent twice is withheld as a whole.
MASKABLE = frozenset(Reason) - TWO_PERSONS - {Reason.DUPLICATE}
