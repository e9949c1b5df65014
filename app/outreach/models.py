"""Corrections of false claims about a draft, and suggestions for other laws."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.documents.models import Dossier
from app.extensions import Base, Instant


class Correction(Base):
    """A claim that goes round about a draft, what the draft says, and where it says so (S65)."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    claim: Mapped[str] = mapped_column(Text)
    official: Mapped[str] = mapped_column(Text)
    version_id: Mapped[int] = mapped_column(ForeignKey("draft_version.id"))
    anchor: Mapped[str] = mapped_column(String(120))
    written_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    # taken back in public: the row stays, with the reason
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    dossier: Mapped[Dossier] = relationship(lazy="joined")


class ReformSuggestion(Base):
    """What a comment asks of another law, whom it was sent to, and what came of it (S72)."""

    __tablename__ = "reform_suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    # the document that would have to change, and the body that could change it
    document: Mapped[str] = mapped_column(String(300))
    addressee: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    registered_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    # "" while open; then taken_up, declined or passed_on
    outcome: Mapped[str] = mapped_column(String(12), default="")
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    outcome_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
