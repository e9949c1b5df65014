"""Searches in every state, made through the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.alerts import keeping
from app.alerts.models import Frequency, SavedSearch
from app.extensions import db
from app.search.asked import Asked
from app.web import locale


def addresses_in_letters(now: datetime) -> list[str]:
    """Where letters lead: to one that waits for a yes, one to stop, a list, another to stop."""
    vietnamese = locale.LANGUAGES[0]
    for name in ("new", "kept", "last"):
        keeping.ask(Asked(), f"{name}@example.vn", Frequency.DAILY, vietnamese, now)
    new, kept, last = db.session.scalars(select(SavedSearch).order_by(SavedSearch.id))
    for search in (kept, last):
        keeping.confirm(search.key, vietnamese, now)
    of_kept, of_last = (f"of/{search.subscriber.key}" for search in (kept, last))
    return [f"/alerts/{way}" for way in (new.key, f"{kept.key}/stop", of_kept, f"{of_last}/stop")]
