"""The one way to write the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import FACTS, Verb


class WrongFactsError(ValueError):
    """Raised when a verb is recorded with other facts than its own."""


def entry(
    verb: Verb,
    subject: str,
    *,
    actor_id: int | None = None,
    consultation_id: int | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """The column values of one entry; raises WrongFactsError unless the facts are the verb's."""
    if facts.keys() != FACTS[verb]:
        raise WrongFactsError(f"{verb} carries {sorted(FACTS[verb])}, not {sorted(facts)}")
    return {
        "at": at or clock.now(),
        "actor_id": actor_id,
        "verb": verb.value,
        "subject": subject,
        "consultation_id": consultation_id,
        "facts": facts,
    }


def record(verb: Verb, subject: str, **words: Any) -> Entry:
    """The fact stands in the ledger once the caller's transaction commits."""
    row = Entry(**entry(verb, subject, **words))
    db.session.add(row)
    return row
