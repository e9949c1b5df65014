"""What the letters say. Each is one subject and one plain text, in the language spoken here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.consultations.period import end_of
from app.consultations.words import until
from app.mail.post import body
from app.moderation.appeals import AppealOutcome
from app.moderation.reasons import LABELS, Reason
from app.notifications.addressed import AnyRow
from app.notifications.links import link
from app.responses.models import Disposition
from app.responses.words import DISPOSITIONS
from app.translations.read import fitting
from app.web.phrases import named

LONGEST = 4_000  # characters of an answer in a letter; the page has all of it


@dataclass(frozen=True)
class Words:
    """The subject and the text of one letter."""

    subject: str
    body: str


def stop_url(to: AnyRow) -> str:
    """Where one press ends all letters about the comment."""
    return link("comments.stop", key=to.key)


def please_confirm(to: AnyRow) -> Words:
    """The one letter to an address that has not said yes."""
    return Words(
        _("Please confirm: letters about a comment on a draft"),
        body(
            _("Somebody left this address with comment %(number)s on this draft:", **_of(to)),
            _title(to),
            _("If that was you, and you want a letter at each step of the comment, press here:"),
            link("comments.confirm", key=to.key),
            _("If it was not you, do nothing: no further letter will come."),
        ),
    )


def published(to: AnyRow) -> Words:
    """The comment is public."""
    return _letter(
        to,
        _("Comment %(number)s is published", **_of(to)),
        _("Your comment was reviewed and is published beside the draft:"),
        _title(to),
        _("Some passages are covered; the receipt says which, and for what reason.")
        if to.covered
        else "",
        _("The agency must answer it in public. You will get a letter then."),
    )


def withheld(to: AnyRow, reason: str, sentence: str, last_day: date) -> Words:
    """The comment is not shown, why, and what can be done about it."""
    return _letter(
        to,
        _("Comment %(number)s is not published", **_of(to)),
        _("A moderator decided not to publish your comment on this draft:"),
        _title(to),
        _("Reason: %(reason)s", reason=LABELS[Reason(reason)]),
        sentence,
        _(
            "You can ask another person to look at it again, until %(day)s:",
            day=until(end_of(last_day)),
        ),
        link("moderation.appeal", receipt=to.receipt),
    )


def appeal_decided(to: AnyRow, outcome: str, reply: str) -> Words:
    """What another person found."""
    overturned = outcome == AppealOutcome.OVERTURNED
    return _letter(
        to,
        _("Your appeal about comment %(number)s was decided", **_of(to)),
        _("Another person looked again at your comment on this draft:"),
        _title(to),
        _("You were right: the comment is now published.")
        if overturned
        else _("It stays unpublished. This is why:"),
        reply,
    )


def question(to: AnyRow, question_id: int, text: str) -> Words:
    """What an officer wants to know."""
    return _letter(
        to,
        _("A question about comment %(number)s", **_of(to)),
        _("%(agency)s asks you something about your comment on this draft:", **_of(to)),
        _title(to),
        text,
        _("You can reply once, without an account. Nobody has to."),
        link("comments.reply", receipt=to.receipt, question_id=question_id),
    )


def answered(to: AnyRow, disposition: str, explanation: str) -> Words:
    """What the agency does with the comment, and why."""
    return _letter(
        to,
        _("Comment %(number)s was answered", **_of(to)),
        _("%(agency)s answered your comment on this draft:", **_of(to)),
        _title(to),
        str(DISPOSITIONS[Disposition(disposition)]),
        _cut(explanation),
    )


def changed(to: AnyRow, number: int) -> Words:
    """The words that the answer spoke of are in a new draft."""
    return _letter(
        to,
        _("The draft was changed after comment %(number)s", **_of(to)),
        _("Draft %(draft)d is posted, with other words where your comment spoke:", draft=number),
        _title(to),
        _("The receipt shows what was taken out and what was put in."),
    )


def _letter(to: AnyRow, subject: str, *paragraphs: str) -> Words:
    return Words(
        subject,
        body(
            *paragraphs,
            _("All steps of your comment:"),
            link("receipts.status", receipt=to.receipt),
            _("Whoever has this address can see the steps. Do not pass it on."),
            "--",
            _("You confirmed that letters about this comment may come here. To stop them:"),
            stop_url(to),
        ),
    )


def _of(to: AnyRow) -> dict[str, Any]:
    return {
        "number": f"GY-{to.id}",
        "agency": named(to.agency_name, to.agency_name_en).text,
    }


def _title(to: AnyRow) -> str:
    return fitting(to.title, to.title_en, to.title_told, to.title_digest).text


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition(" ")[0] + " … " + _("(the rest stands on the page)")
