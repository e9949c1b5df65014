"""Translations of what a dossier says, piece by piece; none is ever changed, only followed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant


class Standing(StrEnum):
    """Who vouches for a translation; only the Vietnamese text is ever binding."""

    # approved by the agency that leads the dossier
    OFFICIAL = "official"
    # written by a person, not yet approved
    UNOFFICIAL = "unofficial"
    # written by a machine, read by nobody yet
    MACHINE = "machine"


class Translation(Base):
    """One piece of a dossier in one language, as somebody wrote it for the words it then had.

    The newest row of a piece and of the words it had counts; an empty text takes it back.
    """

    __tablename__ = "translation"
    __table_args__ = (Index("ix_translation_told", "dossier_id", "language", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    # BCP 47, one of the languages of the portal
    language: Mapped[str] = mapped_column(String(12))
    # which piece: see `pieces`
    part: Mapped[str] = mapped_column(String(80))
    # of the Vietnamese words that were translated: other words are another text
    source_digest: Mapped[str] = mapped_column(String(64))
    # the version of the draft they stood in; none for what is outside the draft
    version_number: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(String(12))
    # who wrote it, and who approved it for the agency
    translator_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    translated_at: Mapped[datetime] = mapped_column(Instant)
