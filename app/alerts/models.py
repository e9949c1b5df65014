"""Saved searches and the addresses that asked for letters about them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, Instant, Sealed


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscriber(Base):
    """An address that wants letters; gone, with all its searches, once it wants none."""

    __tablename__ = "subscriber"
    __table_args__ = (UniqueConstraint("mark", name="uq_subscriber_email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Sealed)
    # finds the address; tells nothing without the portal's key
    mark: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(12))
    # opens the list of its searches and stops them all; never the same as a search's own
    key: Mapped[str] = mapped_column(String(22), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    searches: Mapped[list[SavedSearch]] = relationship(
        back_populates="subscriber", order_by="SavedSearch.id", cascade="all, delete-orphan"
    )


class SavedSearch(Base):
    """Words and facets whose new results are sent; nothing goes out before the address says yes."""

    __tablename__ = "saved_search"
    __table_args__ = (Index("ix_saved_search_due", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
    # what was typed, "" for all that has the values
    words: Mapped[str] = mapped_column(Sealed, default="")
    # facet to the values wanted, as the address of the results page has them
    chosen: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    frequency: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(22), unique=True)
    consented_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    # what became public before this was told already, or is older than the search
    told_until: Mapped[datetime] = mapped_column(Instant)
    # when the next letter is due; none before it was confirmed
    due_at: Mapped[datetime | None] = mapped_column(Instant)

    subscriber: Mapped[Subscriber] = relationship(back_populates="searches", lazy="joined")


class Told(Base):
    """What a subscriber was told of: no event is told twice, by whatever search it is found."""

    __tablename__ = "told"

    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
    )
    # a document of the index, or "closing:" and a consultation
    event: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
