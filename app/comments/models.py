"""Comments, the address of their author kept apart, and the tallies."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consultations.models import Consultation
from app.extensions import Base, Instant
from app.ledger.models import Id


class CommentStatus(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class CommenterKind(StrEnum):
    INDIVIDUAL = "individual"
    BUSINESS = "business"
    ORGANISATION = "organisation"
    AGENCY = "agency"
    EXPERT = "expert"
    OVERSEAS_VIETNAMESE = "overseas_vietnamese"
    RESIDENT_FOREIGNER = "resident_foreigner"


class Comment(Base):
    """What one person said of one draft; kept for good, public only after a decision."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_queue", "status", "id"),
        Index("ix_comment_public", "consultation_id", "status", "id"),
        Index("ix_comment_article", "article_lineage_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    lineage_id: Mapped[int | None] = mapped_column(ForeignKey("lineage.id"))
    article_lineage_id: Mapped[int | None]
    # where the author stood in the version that was open, for labels and links
    anchor: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    # the words it is about, as a W3C TextQuoteSelector: exact, prefix, suffix; or nothing
    quote: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(Text)
    # how the author would write the provision; "" where nothing was proposed
    proposed_wording: Mapped[str] = mapped_column(Text, default="")
    commenter_kind: Mapped[str] = mapped_column(String(24))
    display_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    salt: Mapped[str] = mapped_column(String(43))
    digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    # raised by each decision: two moderators cannot decide the same state twice
    row_version: Mapped[int] = mapped_column(default=1)

    consultation: Mapped[Consultation] = relationship()

    @property
    def reference(self) -> str:
        """The public number; unlike the receipt it opens nothing."""
        return f"GY-{self.id}"


class ContactAddress(Base):
    """An author's e-mail, apart from the comment: no desk and no public page reads this table."""

    __tablename__ = "contact_address"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    consented_at: Mapped[datetime] = mapped_column(Instant)
    purpose: Mapped[str] = mapped_column(String(200))


class Tally(Base):
    """How many comments are in which state; lineage 0 is the consultation as a whole."""

    __tablename__ = "tally"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    article_lineage_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    withheld: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
