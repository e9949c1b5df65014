"""What one officer proposed and another decided, and what was taken from the public's eyes."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agency, Officer
from app.extensions import Base, Instant

WAITING = text("outcome = ''")
STANDING = text("lifted_at IS NULL")


class Outcome(StrEnum):
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Proposal(Base):
    """What one officer wants to be done and a second one has to agree to (G19).

    `words` says what will change, as the room that does it understands it. The database itself
    refuses a decision by whoever proposed, and any change of a decision that was made.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "(outcome = '' AND decided_at IS NULL AND decided_by IS NULL) OR "
            "(outcome IN ('agreed', 'refused') AND decided_at IS NOT NULL "
            "AND decided_by IS NOT NULL) OR "
            "(outcome = 'lapsed' AND decided_at IS NOT NULL AND decided_by IS NULL)",
            name="outcome",
        ),
        # two proposals for one thing would be two answers to one question
        Index(
            "uq_proposal_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(60))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    # without a second person until then it comes to nothing
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    reply: Mapped[str] = mapped_column(Text, default="")

    agency: Mapped[Agency] = relationship(lazy="joined")
    proposer: Mapped[Officer] = relationship(foreign_keys=proposed_by)
    decider: Mapped[Officer | None] = relationship(foreign_keys=decided_by)


class Category(StrEnum):
    """Why something may not stay before the public's eyes."""

    STATE_SECRET = "state_secret"
    UNLAWFUL = "unlawful"


class Takedown(Base):
    """Something public that nobody may read for now, by whose order and on which ground (S08).

    `subject` is "dossier:5" or "file:7". Nothing is destroyed; what may be said of it is said in
    public for as long as the portal stands.
    """

    __tablename__ = "takedown"
    __table_args__ = (
        Index(
            "uq_takedown_standing",
            "subject",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    category: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(300))
    taken_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    # how it ended: refused or lapsed without a second person, or agreed to be lifted
    lifted_as: Mapped[str] = mapped_column(String(10), default="")

    agency: Mapped[Agency] = relationship(lazy="joined")

    @property
    def number(self) -> str:
        """What it is called in public; says nothing of what it hides."""
        return f"TD-{self.taken_at:%Y}-{self.id:04d}"


# how long one officer alone may keep something from the public
HOLD = timedelta(hours=24)
