"""What codes of this room are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.people.models import Scope
from app.people.reading import For, Looked
from app.privacy.models import RequestKind, RequestState, Source

KINDS: dict[str, LazyString] = {
    RequestKind.SEE.value: _l("See what is kept"),
    RequestKind.COPY.value: _l("Get a copy of it"),
    RequestKind.CORRECT.value: _l("Correct it"),
    RequestKind.WITHDRAW.value: _l("Withdraw a consent"),
    RequestKind.RESTRICT.value: _l("Restrict its use"),
    RequestKind.OBJECT.value: _l("Object to its use"),
    RequestKind.DELETE.value: _l("Delete it"),
}
SOURCES: dict[str, LazyString] = {
    Source.DESK.value: _l("Entered by staff"),
    Source.WEB.value: _l("Web form"),
    Source.PROGRAM.value: _l("Perhaps sent by a program"),
}
LOOKED_AT: dict[str, LazyString] = {
    "comment": _l("Comment GY-%(number)s"),
    "attachment": _l("File %(number)s with a comment"),
    "subject_request": _l("Request %(number)s about one's own data"),
    "subscriber": _l("Kept searches of address %(number)s"),
    "citizen": _l("Account of a citizen, %(number)s"),
}


def looked_at(subject: str) -> str:
    """What a line of the log is about, by its number."""
    kind, _colon, number = subject.partition(":")
    return LOOKED_AT[kind] % {"number": number} if kind in LOOKED_AT else subject


STATES: dict[str, LazyString] = {
    RequestState.OPEN.value: _l("Being dealt with"),
    RequestState.DONE.value: _l("Done"),
    RequestState.REFUSED.value: _l("Refused"),
}
SCOPES: dict[str, LazyString] = {
    Scope.IDENTITY.value: _l("Who the author is; the words stay on file"),
    Scope.TEXT.value: _l("The words as well, because they say who the author is"),
}
ACTS: dict[str, LazyString] = {
    Looked.READ.value: _l("Looked at"),
    Looked.LISTED.value: _l("Listed"),
    Looked.EXPORTED.value: _l("Exported"),
}
PURPOSES: dict[str, LazyString] = {
    For.REVIEW.value: _l("Review"),
    For.APPEAL.value: _l("Appeal"),
    For.INTAKE.value: _l("Taking in"),
    For.ANSWERING.value: _l("Answering"),
    For.GROUPING.value: _l("Grouping"),
    For.TRANSLATING.value: _l("Translating"),
    For.SUBJECT_REQUEST.value: _l("Request about one's own data"),
}
