"""Comment periods, the dated rules they follow, and the declarations that precede them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Officer
from app.documents.models import Dossier, DraftVersion
from app.extensions import Base, Instant


class PeriodRule(Base):
    """The fewest days the law gives for a type of document, from a day on, with its citation."""

    __tablename__ = "period_rule"
    __table_args__ = (UniqueConstraint("document_type", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_type.code"))
    legal_min_days: Mapped[int]
    portal_default_days: Mapped[int]
    citation: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Holiday(Base):
    """A day off outside the weekend, or a weekend day that is worked."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    citation: Mapped[str] = mapped_column(String(300))


class Declaration(Base):
    """One named officer's word that a version holds no state secret (S08)."""

    __tablename__ = "declaration"

    # a text replaced before the opening takes the words given for it along
    version_id: Mapped[int] = mapped_column(
        ForeignKey("draft_version.id", ondelete="CASCADE"), primary_key=True
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)

    officer: Mapped[Officer] = relationship(lazy="joined")


class Consultation(Base):
    """A comment period on a version; its rule is frozen at opening, its end can only move later."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("draft_version.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    days: Mapped[int]
    legal_min_days: Mapped[int]
    citation: Mapped[str] = mapped_column(String(300))
    # how sure the rule's text was when it was applied: H read in the law, M, L from others
    confidence: Mapped[str] = mapped_column(String(10))
    last_day: Mapped[date]
    closes_at: Mapped[datetime] = mapped_column(Instant, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    dossier: Mapped[Dossier] = relationship(lazy="joined")
    version: Mapped[DraftVersion] = relationship()
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.id")

    def is_open(self, now: datetime) -> bool:
        return self.opened_at <= now < self.closes_at


class Extension(Base):
    """A later end, said in public with its reason."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    old_closes_at: Mapped[datetime] = mapped_column(Instant)
    new_closes_at: Mapped[datetime] = mapped_column(Instant)
    new_last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
