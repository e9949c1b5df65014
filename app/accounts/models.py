"""Agencies, officers and the roles they hold."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, Instant


class Role(StrEnum):
    DRAFTER = "drafter"
    APPROVER = "approver"
    MODERATOR = "moderator"
    OVERSIGHT = "oversight"
    ADMIN = "admin"
    # types in what came by letter, telephone or at a meeting
    CLERK = "clerk"
    # signs what the agency answers (S78)
    HEAD = "head"
    # writes what drafts, answers and comments say in other languages (S49)
    TRANSLATOR = "translator"


class Territory(Base):
    """A place with public bodies of its own; what is decided above holds here too."""

    __tablename__ = "territory"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    position: Mapped[int]


class Agency(Base):
    """A public body; several trees may stand side by side, no level has a name in code."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    postal_address: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    # where what it decides holds
    territory: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    parent: Mapped[Agency | None] = relationship(remote_side=[id])

    def lineage(self) -> list[int]:
        """This agency's id and those of all bodies above it."""
        ids: list[int] = []
        agency: Agency | None = self
        while agency is not None and agency.id not in ids:
            ids.append(agency.id)
            agency = agency.parent
        return ids


class Officer(UserMixin, Base):
    """A member of staff; without a password until the invitation is taken up."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    job_title: Mapped[str] = mapped_column(String(120), default="")
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    # part of every half-done sign-in: a new one ends them all at once
    session_key: Mapped[str] = mapped_column(String(43), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # the last sign-in, or when the account was opened again
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    # closed because nobody came for so long; an administrator opens it again
    asleep_at: Mapped[datetime | None] = mapped_column(Instant)

    agency: Mapped[Agency] = relationship(lazy="joined")
    grants: Mapped[list[Grant]] = relationship(lazy="selectin")
    # those given to this officer; asked for only where they could matter
    delegations: Mapped[list[Delegation]] = relationship(
        foreign_keys="Delegation.officer_id", order_by="Delegation.id"
    )

    @property
    def is_active(self) -> bool:
        return self.active

    def holds(self, role: Role) -> bool:
        """Whether the officer holds the role anywhere."""
        return any(grant.role == role for grant in self.grants)


class Grant(Base):
    """A role held at an agency and at every body below it."""

    __tablename__ = "officer_grant"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)


class Delegation(Base):
    """The head of an agency lets another officer sign in their place, for a time (S78)."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    given_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
    # both days included, in Viet Nam
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    def holds_on(self, day: date) -> bool:
        """Whether it runs on that day and nobody has ended it."""
        return self.ended_at is None and self.valid_from <= day <= self.valid_to


class Invitation(Base):
    """The right to become an officer once; only a digest of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("token_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    job_title: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    # the role holds here and below
    scope_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)

    agency: Mapped[Agency] = relationship(lazy="joined", foreign_keys=[agency_id])
    scope: Mapped[Agency] = relationship(lazy="joined", foreign_keys=[scope_id])

    def is_open(self, now: datetime) -> bool:
        return self.taken_at is None and now < self.expires_at
