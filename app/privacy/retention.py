"""How long what names people, or their doings, is kept, and the duty that ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Invitation
from app.extensions import db
from app.ledger import plan, summing
from app.mail.models import Letter
from app.people.models import Consent, Reading
from app.privacy.models import SubjectRequest

YEAR = timedelta(days=366)  # twelve months, whichever they are
QUARTER = timedelta(days=90)
AT_ONCE = 1000


@dataclass(frozen=True)
class Term:
    """What goes so long after an instant in a column of it."""

    what: str
    key: InstrumentedAttribute[Any]
    since: InstrumentedAttribute[Any]
    kept: timedelta


# docs/privacy.md tells the same, with the reasons; a test compares the two.
TERMS: tuple[Term, ...] = (
    Term("access_log", Reading.id, Reading.at, YEAR),
    Term("consent", Consent.id, Consent.withdrawn_at, YEAR),
    # its words and its address went when it was settled; its key remembers the occasion
    Term("letter", Letter.id, Letter.settled_at, YEAR),
    Term("invitation", Invitation.id, Invitation.expires_at, QUARTER),
)
# the row stays as figures; who asked, and in which words, goes
NAMES_GO_AFTER = QUARTER
NAMES = (
    *(SubjectRequest.person, SubjectRequest.name),
    *(SubjectRequest.answer_to, SubjectRequest.words),
)


def keep_no_longer(now: datetime) -> None:
    """What was kept long enough is gone, a batch of each kind at a time."""
    for term in TERMS:
        stale = select(term.key).where(term.since < now - term.kept)
        ids = db.session.scalars(stale.order_by(term.since).limit(AT_ONCE)).all()
        if ids:
            db.session.execute(
                delete(term.key.class_)
                .where(term.key.in_(ids))
                .execution_options(synchronize_session=False)
            )
        if plan.of_table(term.what):
            summing.forget(term.what, ids, f"{term.what}:old", at=now)
    db.session.execute(
        update(SubjectRequest)
        .where(SubjectRequest.settled_at < now - NAMES_GO_AFTER, or_(*(c != "" for c in NAMES)))
        .values(dict.fromkeys(NAMES, ""))
        .execution_options(synchronize_session=False)
    )


DUTIES: tuple[Callable[[datetime], object], ...] = (keep_no_longer,)
