"""Consents: given in words that are kept, for one purpose, taken back at any time.

Silence is no consent (Law 91/2025, art. 9): a row is written only by who typed a name or an
address, or said yes in a letter. What they read then is `WORDINGS`, by version and language.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, insert, select, update

from app.extensions import db
from app.ledger import summing
from app.people.models import Consent, Purpose


@dataclass(frozen=True)
class Wording:
    """What was read by who agreed, from that day until the next version."""

    version: int
    since: date
    text: LazyString


# A changed sentence is a further version: whoever agreed to the older one agreed to that one.
WORDINGS: dict[Purpose, tuple[Wording, ...]] = {
    Purpose.COMMENT_LETTERS: (
        Wording(
            1,
            date(2026, 11, 1),
            _l(
                "To tell you what becomes of your comment, and for nothing else: by writing it here"
                " you agree to that. It is never published and the agencies cannot read it. A first"
                " letter asks whether the address is yours, and one press in any letter stops them"
                " all."
            ),
        ),
    ),
    Purpose.SEARCH_LETTERS: (
        Wording(
            1,
            date(2026, 11, 1),
            _l(
                "For these letters and nothing else: by writing it here you agree to that. No"
                " agency can read it, and it is deleted when you stop the last letter."
            ),
        ),
    ),
    Purpose.PUBLIC_NAME: (
        Wording(
            1,
            date(2026, 11, 1),
            _l(
                "Leave it empty to stay anonymous. A name written here is published with the"
                " comment."
            ),
        ),
    ),
    Purpose.ACCOUNT: (
        Wording(
            1,
            date(2026, 11, 22),
            _l(
                "To find your comments again in one place, and for nothing else: by writing it here"
                " you agree to that. It is never published, and you can delete the account at any"
                " time."
            ),
        ),
    ),
}


def row(purpose: Purpose, subject: str, language: str, now: datetime) -> dict[str, Any]:
    """The column values of a consent to the newest wording."""
    return {
        "purpose": purpose.value,
        "wording": WORDINGS[purpose][-1].version,
        "language": language,
        "subject": subject,
        "given_at": now,
    }


def give(purpose: Purpose, subject: str, language: str, now: datetime) -> None:
    """It is on record that whoever `subject` names agreed, as they read it in that language."""
    give_all([row(purpose, subject, language, now)])


def give_all(rows: Collection[dict[str, Any]]) -> None:
    """All these consents are on record; none is a statement less."""
    if rows:
        db.session.execute(insert(Consent), list(rows))


def withdraw(purpose: Purpose, subject: str, now: datetime) -> None:
    """What was agreed to holds no longer; a second time changes nothing."""
    db.session.execute(
        update(Consent)
        .where(
            Consent.subject == subject,
            Consent.purpose == purpose.value,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )


def given(subjects: Collection[str]) -> list[Consent]:
    """The consents of these, the oldest first, those that were taken back among them."""
    found = select(Consent).where(Consent.subject.in_(list(subjects))).order_by(Consent.id)
    return list(db.session.scalars(found))


def forget(subjects: Collection[str], now: datetime) -> None:
    """That somebody agreed stays, whom it was goes."""
    ids = list(db.session.scalars(select(Consent.id).where(Consent.subject.in_(list(subjects)))))
    if not ids:
        return
    db.session.execute(
        update(Consent)
        .where(Consent.id.in_(ids))
        .values(subject="", withdrawn_at=func.coalesce(Consent.withdrawn_at, now))
        .execution_options(synchronize_session=False)
    )
    # nobody is named beside the numbers: the ledger keeps them
    summing.forget("consent", ids, f"consent:{ids[0]}", at=now)
