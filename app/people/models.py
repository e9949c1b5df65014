"""What is written down about the keeping of people's data: consents, readings, erasures."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant
from app.ledger.models import Id


class Purpose(StrEnum):
    """What a person agreed to; each is asked for by itself (Law 91/2025, art. 9)."""

    COMMENT_LETTERS = "comment_letters"
    SEARCH_LETTERS = "search_letters"
    PUBLIC_NAME = "public_name"
    ACCOUNT = "account"


class Scope(StrEnum):
    """How much of a person went: who they are, or their words as well."""

    IDENTITY = "identity"
    TEXT = "text"


class Consent(Base):
    """A person agreed, in the words of that version and language; it may be taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_subject", "subject"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    # the version of the wording, as `consents.WORDINGS` keeps them all
    wording: Mapped[int]
    language: Mapped[str] = mapped_column(String(12))
    # "comment:12"; "" once the person was erased: that somebody agreed is all that is left
    subject: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


class Reading(Base):
    """An officer was shown what is not public of a person: who, when, what, and what for.

    It holds no word of the person; nobody changes it, and none is taken away within a year.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_agency", "agency_id", "id"),
        Index("ix_access_log_officer", "officer_id", "id"),
        Index("ix_access_log_subject", "subject", "id"),
        Index("ix_access_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    # where the officer worked that day
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(40))


class Erasure(Base):
    """A person was erased from that row; a database brought back from a copy does it again."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_subject", "subject"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # "comment:12", "subscriber:3", "citizen:5": a number, nobody's name
    subject: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Instant)
    # who did it at the desk; none where it was done at the machine itself
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
