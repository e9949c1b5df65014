"""What an officer sent after the session had run out is kept until they are back for it.

Only what the officer's own page sent is kept: the session, although over, is known by its token,
and the form carried that session's own token against forgery.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.accounts.door_models import KeptForm
from app.accounts.models import Officer
from app.extensions import db

KEPT_FOR = timedelta(days=2)
# so many of one officer: who was away from several windows finds the newest of them
MOST = 5
# longer than this is hardly a sentence that somebody would miss
WORDS = 20


@dataclass(frozen=True)
class Late:
    """A form that came too late: where it was sent, and its fields in their order."""

    id: int
    path: str
    fields: tuple[tuple[str, str], ...]
    at: datetime

    @property
    def texts(self) -> list[str]:
        """What somebody wrote, as far as it is more than a word or a choice."""
        return [value for _name, value in self.fields if is_text(value)]


def is_text(value: str) -> bool:
    """Whether somebody wrote this, rather than chose it."""
    return len(value) > WORDS or len(value.split()) > 1


def keep(officer_id: int, path: str, fields: Iterable[tuple[str, str]], now: datetime) -> None:
    """The form waits, sealed, for the officer who sent it; the sixth takes the oldest's place."""
    pairs = [[name, value] for name, value in fields]
    db.session.add(
        KeptForm(
            officer_id=officer_id, path=path, fields=json.dumps(pairs, ensure_ascii=False), at=now
        )
    )
    db.session.flush()
    own = select(KeptForm.id).where(KeptForm.officer_id == officer_id)
    newest = own.order_by(KeptForm.id.desc()).limit(MOST)
    db.session.execute(
        delete(KeptForm).where(KeptForm.officer_id == officer_id, KeptForm.id.not_in(newest))
    )


def newest(officer: Officer, now: datetime) -> Late | None:
    """The newest form that waits for the officer."""
    query = (
        select(KeptForm)
        .where(KeptForm.officer_id == officer.id, KeptForm.at > now - KEPT_FOR)
        .order_by(KeptForm.id.desc())
        .limit(1)
    )
    found = db.session.scalar(query)
    return _late(found) if found is not None else None


def waiting(officer: Officer, now: datetime) -> int:
    """How many forms wait for the officer."""
    query = select(func.count()).where(
        KeptForm.officer_id == officer.id, KeptForm.at > now - KEPT_FOR
    )
    return db.session.scalar(query) or 0


def forget(officer: Officer, kept_id: int) -> None:
    """The form waits no more."""
    db.session.execute(
        delete(KeptForm).where(KeptForm.id == kept_id, KeptForm.officer_id == officer.id)
    )


def forget_old(now: datetime) -> None:
    """What nobody came back for within two days is gone."""
    db.session.execute(delete(KeptForm).where(KeptForm.at <= now - KEPT_FOR))


def _late(row: KeptForm) -> Late:
    pairs = tuple((str(name), str(value)) for name, value in json.loads(row.fields))
    return Late(row.id, row.path, pairs, row.at)


DUTIES = (forget_old,)
