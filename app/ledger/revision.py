"""The revision of each consultation's pages: cache key and ETag of what the public sees."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from app.extensions import db
from app.ledger.models import Entry, Revision
from app.ledger.read import Reader
from app.ledger.verbs import Verb

WHOLE_PORTAL = 0
# the row that speaks for what every page tells at its head
NOTICES = -1
# what no public page tells of, and happens often
DESK_ONLY = {
    Verb.OFFICER_SIGNED_IN,
    Verb.OFFICER_INVITED,
    Verb.OFFICER_SUSPENDED,
    Verb.OFFICER_REOPENED,
    Verb.PASSWORD_CHANGED,
    Verb.FACTOR_ADDED,
    Verb.FACTOR_REMOVED,
    Verb.FACTOR_CANCELLED,
    Verb.LEASE_TAKEN_OVER,
    Verb.WITHHOLDING_PROPOSED,
    Verb.SUBJECT_REQUEST_RECEIVED,
    Verb.SUBJECT_REQUEST_EXTENDED,
    Verb.SUBJECT_REQUEST_SETTLED,
    Verb.PROPOSAL_MADE,
    Verb.PROPOSAL_AGREED,
    Verb.PROPOSAL_REFUSED,
    Verb.PROPOSAL_LAPSED,
    Verb.RECORD_SUMMED,
    Verb.RECORD_ERASED,
}
# what stands on the pages of every draft, whatever its comment period
NOTICED = {Verb.STOP_ANNOUNCED, Verb.STOP_CANCELLED}
EVERYWHERE = {
    Verb.AGENCY_PLACED,
    Verb.TERRITORY_NAMED,
    # a hidden draft may be named on the pages of others
    Verb.TAKEDOWN_ORDERED,
    Verb.TAKEDOWN_LIFTED,
    *NOTICED,
}


def _touch(entries: Sequence[Entry]) -> None:
    newest: dict[int, int] = {}
    for entry in entries:
        seq = entry.seq or 0
        newest[WHOLE_PORTAL] = seq
        if entry.verb in NOTICED:
            newest[NOTICES] = seq
        if entry.consultation_id is not None:
            newest[entry.consultation_id] = seq
    everywhere = max((entry.seq or 0 for entry in entries if entry.verb in EVERYWHERE), default=0)
    if everywhere:
        db.session.execute(update(Revision).values(seq=everywhere))
    for consultation_id, seq in newest.items():
        seq = max(seq, everywhere)
        db.session.merge(Revision(consultation_id=consultation_id, seq=seq))


# Pages show tallies, the register and sizes of groups, so a page may only be called new once
# these have moved.
READERS = (
    Reader(
        "pages",
        frozenset(Verb) - DESK_ONLY,
        _touch,
        after=("tally", "register", "group_sizes"),
    ),
)
