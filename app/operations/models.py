"""Stops of the portal, announced before they come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Officer
from app.extensions import Base, Instant


class PlannedStop(Base):
    """The portal will not answer from one instant until another; people are told beforehand."""

    __tablename__ = "planned_stop"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
    words: Mapped[str] = mapped_column(Text)
    words_en: Mapped[str] = mapped_column(Text)
    # why it could not be announced as the law wants; "" where it was
    emergency: Mapped[str] = mapped_column(Text)
    announced_at: Mapped[datetime] = mapped_column(Instant)
    announced_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    officer: Mapped[Officer] = relationship(foreign_keys=[announced_by], lazy="joined")

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still to come or under way."""
        return self.cancelled_at is None and now < self.ends_at
