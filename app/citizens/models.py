"""Accounts that citizens may have: the account, its receipts, the ways into it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant, Sealed


class Level(StrEnum):
    """How somebody showed who they are; shown beside what they say, and never a gate."""

    NONE = ""
    EMAIL = "email"
    IDENTITY = "identity"


class Citizen(Base):
    """An account of somebody who wants their receipts together; gone, when they want, for good."""

    __tablename__ = "citizen"

    id: Mapped[int] = mapped_column(primary_key=True)
    # "" and no mark where the account is reached through a provider alone
    email: Mapped[str] = mapped_column(Sealed, default="")
    email_mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    # what the form of a comment begins with, because its owner asked for that
    name: Mapped[str] = mapped_column(Sealed, default="")
    language: Mapped[str] = mapped_column(String(12))
    # part of every session: a new one ends them all at once
    session_key: Mapped[str] = mapped_column(String(22), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)


class CitizenReceipt(Base):
    """A comment whose receipt an account holds."""

    __tablename__ = "citizen_receipt"

    citizen_id: Mapped[int] = mapped_column(
        ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True
    )
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class CitizenIdentity(Base):
    """Whom a provider of identities knows by which number, and their account here."""

    __tablename__ = "citizen_identity"
    __table_args__ = (UniqueConstraint("citizen_id", "issuer"),)

    # of issuer and subject together: one provider never speaks for another (ASVS 5.0 6.8.1)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(Sealed)
    linked_at: Mapped[datetime] = mapped_column(Instant)


class SignInLink(Base):
    """A way in that was sent by letter: once, soon, and in the browser that asked for it."""

    __tablename__ = "sign_in_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(Sealed)
    email_mark: Mapped[str] = mapped_column(String(64), index=True)
    browser: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
