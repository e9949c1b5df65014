"""Letters waiting to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant, Sealed


class Letter(Base):
    """One e-mail, sent once; its address is wiped when it has gone or was given up."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_due", "settled_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # names the occasion: a second letter for the same occasion is never written
    key: Mapped[str] = mapped_column(String(80), unique=True)
    # whose letters these are: all that still wait can be taken back at once
    about: Mapped[str] = mapped_column(String(40), default="", index=True)
    recipient: Mapped[str] = mapped_column(Sealed)
    subject: Mapped[str] = mapped_column(String(300))
    # opens the author's page: as secret as the address
    body: Mapped[str] = mapped_column(Sealed)
    # where one press stops all further letters (RFC 8058), "" where there is nothing to stop
    stop_url: Mapped[str] = mapped_column(String(300), default="")
    queued_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    # "" when it was sent, else why it was given up
    problem: Mapped[str] = mapped_column(String(300), default="")
