"""The head of the log that every page shows at its foot: the first one signed today."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from app.kit import clock
from app.ledger.models import Checkpoint

ASK_EVERY = 60.0  # seconds between two looks while today's is not signed yet
SHORT = 8  # hex signs of the root that a page shows


@dataclass(frozen=True)
class Shown:
    """A signed head in few words."""

    size: int
    root: str
    signed_at: datetime

    @property
    def short(self) -> str:
        return self.root[:SHORT]


class Memory:
    """What this process knows of today's head: looked up once a day, never for a page."""

    shown: Shown | None
    day: date | None
    asked: float

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing is known."""
        self.shown = self.day = None
        self.asked = float("-inf")

    def refresh(self, connection: Connection) -> None:
        """Today's head is known if it was signed up to ASK_EVERY ago, else the newest before."""
        today = clock.vn_date(clock.now())
        if self.day == today or time.monotonic() - self.asked < ASK_EVERY:
            return
        self.asked = time.monotonic()
        columns = select(Checkpoint.size, Checkpoint.root, Checkpoint.signed_at)
        midnight = clock.vn_midnight(today)
        since = columns.where(Checkpoint.signed_at >= midnight).order_by(Checkpoint.signed_at)
        before = columns.order_by(Checkpoint.signed_at.desc())
        row = connection.execute(since.limit(1)).one_or_none()
        if row is not None:
            self.day = today
        else:
            row = connection.execute(before.limit(1)).one_or_none()
        self.shown = Shown(row.size, row.root.hex(), row.signed_at) if row is not None else None
