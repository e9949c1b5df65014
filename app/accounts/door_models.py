"""Tables of the door of the desk: sessions, second factors, passkeys, links to a new password,
what was typed too late."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant, Sealed


class OfficerSession(Base):
    """One browser in which an officer is signed in; only a digest of its token is kept."""

    __tablename__ = "officer_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    # when the officer last showed a password or a factor here
    proved_at: Mapped[datetime] = mapped_column(Instant)
    # what the browser calls itself, in two words
    browser: Mapped[str] = mapped_column(String(60), default="")


class Factor(Base):
    """The secret from which an officer's telephone computes six digits (RFC 6238)."""

    __tablename__ = "officer_factor"

    officer_id: Mapped[int] = mapped_column(
        ForeignKey("officer.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(Sealed)
    # when the officer showed that the telephone knows it
    set_at: Mapped[datetime] = mapped_column(Instant)
    # the newest step of 30 s whose code was taken: no code is taken twice
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code on paper for the day the telephone is lost; only a keyed digest of it is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class FactorReset(Base):
    """Why an administrator took an officer's second factors away."""

    __tablename__ = "factor_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    # None for who has the machine itself in hand
    reset_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Instant)


class Passkey(Base):
    """The public half of a key that an officer's device keeps (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    # URL-safe base64 of at most 1,023 bytes
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class PasswordLink(Base):
    """A way to a new password that was sent by letter: once, soon, and until a newer one."""

    __tablename__ = "password_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    # None where the address is nobody's: asked for and written down all the same
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)
    email: Mapped[str] = mapped_column(Sealed)
    email_mark: Mapped[str] = mapped_column(String(64), index=True)
    # that of the officer when it was asked for: whatever ended all sessions since ends it too.
    # "" for one that is used, or followed by a newer one
    session_key: Mapped[str] = mapped_column(String(43))
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)


class SpentChallenge(Base):
    """A challenge that a passkey has answered; it is not answered twice."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class SignInDay(Base):
    """How often somebody tried to sign in on a day, whoever it was and however it ended."""

    __tablename__ = "sign_in_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(BigInteger)


class KeptForm(Base):
    """What an officer sent after the session had ended, until they are back for it."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    path: Mapped[str] = mapped_column(Text)
    # [[name, value], …] as JSON
    fields: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Instant)
