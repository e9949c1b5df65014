"""What people ask of the portal about their own data, and when it has to be answered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant, Sealed


class RequestKind(StrEnum):
    """What a data subject may ask for (Law 91/2025, art. 4; Decree 356/2025, art. 5)."""

    SEE = "see"
    COPY = "provide"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    DELETE = "delete"


class Source(StrEnum):
    """By which door a request came."""

    DESK = "desk"
    WEB = "web"
    PROGRAM = "program"  # by the web as well, and nobody seems to have typed it


class RequestState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class SubjectRequest(Base):
    """One request of a data subject; what names the person goes when it has been settled."""

    __tablename__ = "subject_request"
    __table_args__ = (Index("ix_subject_request_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10), default=Source.DESK.value)
    # an e-mail address or receipt codes, one a line: what the two commands are given
    person: Mapped[str] = mapped_column(Sealed)
    # what to call the person, and where to answer where that is not the address above
    name: Mapped[str] = mapped_column(Sealed, default="")
    answer_to: Mapped[str] = mapped_column(Sealed, default="")
    # what is asked in the person's own words, "" for no more than its kind
    words: Mapped[str] = mapped_column(Sealed, default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    # the day it reached us, from which the days of the law count
    received_on: Mapped[date]
    # whether somebody else holds some of the data for us: the longer terms then
    processor: Mapped[bool] = mapped_column(default=False)
    # when it was shown that the address or the receipts are theirs who asked; None for not yet
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
    shown_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    # one extension, with the reason told to the person
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    extension_reason: Mapped[str] = mapped_column(String(300), default="")
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    outcome: Mapped[str] = mapped_column(String(300), default="")
