"""Comment periods, the dated rules they follow, and the declarations that precede them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, Text, UniqueConstraint, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Officer
from app.documents.models import Dossier, DraftVersion
from app.extensions import Base, Instant
from app.kit import clock


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


class EffectRule(Base):
    """The fewest days between adoption and effect of a kind of document, in force from a day on."""

    __tablename__ = "effect_rule"
    __table_args__ = (UniqueConstraint("document_type", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_type.code"))
    min_days: Mapped[int]
    citation: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AnswerRule(Base):
    """Within how many days after closing every comment is to be answered, from a day on."""

    __tablename__ = "answer_rule"
    __table_args__ = (UniqueConstraint("document_type", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_type.code"))
    days: Mapped[int]
    citation: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Holiday(Base):
    """A day off outside the weekend, or a weekend day that is worked; unless it was moved."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    citation: Mapped[str] = mapped_column(String(300))
    # an ordinary day again: that day stands in its place
    moved_to: Mapped[date | None]


class Declaration(Base):
    """One named officer's word that what will be posted holds no state secret (S08).

    `digest` is of the very words: those of the version, or of a proposal's content. Other words
    need another declaration.
    """

    __tablename__ = "declaration"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)

    officer: Mapped[Officer] = relationship(lazy="joined")


class Consultation(Base):
    """A comment period on a version, or on a proposal before any text exists (S17).

    Its rule and the content it was opened with are frozen at opening, its end can only move later.
    A dossier may have several, one after the other.
    """

    __tablename__ = "consultation"
    __table_args__ = (UniqueConstraint("dossier_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    round: Mapped[int] = mapped_column(default=1)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("draft_version.id"))
    # the content blocks as they read at the opening
    content: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
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
    version: Mapped[DraftVersion | None] = relationship()
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.id")

    @hybrid_property
    def ends_at(self) -> datetime:
        """When it ends or has ended: as computed, or before that when the draft was withdrawn."""
        return self.closes_at if self.closed_at is None else min(self.closed_at, self.closes_at)

    @ends_at.inplace.expression
    @classmethod
    def _ends_at(cls) -> ColumnElement[datetime]:
        return case((cls.closed_at < cls.closes_at, cls.closed_at), else_=cls.closes_at)

    @property
    def ended_on(self) -> date:
        """The last day on which comments are or were taken."""
        return clock.vn_date(self.ends_at - timedelta.resolution)

    def is_open(self, now: datetime) -> bool:
        return self.opened_at <= now < self.ends_at


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
