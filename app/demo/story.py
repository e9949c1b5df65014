"""A dossier of the sample as its events make it, and the people who act in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.accounts.models import Officer, Role
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.consultations.period import period
from app.consultations.rules import calendar
from app.demo.told import Dossier as Told
from app.documents.models import Dossier
from app.extensions import db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Event = tuple[datetime, Callable[[], None]]


@dataclass
class Story:
    """One dossier; `staff` are all officers of the province by their addresses."""

    told: Told
    staff: Mapping[str, Officer]
    now: datetime
    opened_at: datetime
    closes_at: datetime
    dossier: Dossier | None = None
    consultation: Consultation | None = None
    # by their keys in the data
    comments: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, dossier: Told, staff: Mapping[str, Officer], now: datetime) -> Story:
        """The story of a dossier before anything happened."""
        opened_at = now - dossier.opened_days_ago * DAY
        closes_at = opened_at
        if dossier.period_days:
            closes_at = period(opened_at, dossier.period_days, calendar()).closes_at
        return cls(dossier, staff, now, opened_at, closes_at)

    @property
    def row(self) -> Dossier:
        assert self.dossier is not None
        return self.dossier

    @property
    def opened(self) -> Consultation:
        assert self.consultation is not None
        return self.consultation

    @property
    def drafter(self) -> Officer:
        return self.all_of(Role.DRAFTER)[0]

    @property
    def approver(self) -> Officer:
        return self.all_of(Role.APPROVER)[0]

    @property
    def head(self) -> Officer:
        return self.all_of(Role.HEAD)[0]

    def all_of(self, role: Role) -> list[Officer]:
        """Who has the role in the lead agency, or anywhere where nobody there has it."""
        holders = [officer for officer in self.staff.values() if officer.holds(role)]
        own = [one for one in holders if one.agency.slug == self.told.lead_agency]
        return own or holders

    def comment(self, key: str) -> Comment:
        """The comment with that key, once it was sent."""
        return db.session.get_one(Comment, self.comments[key])

    def ago(self, *, days: int = 0, hours: int = 0) -> datetime:
        """The instant so long before now."""
        return self.now - days * DAY - hours * HOUR
