"""The moderator's view of a comment: lease, flags, decisions, masks, appeal, and the register."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant


class Outcome(StrEnum):
    """What a decision did; the rows only ever grow, an undone decision is followed by RETURNED."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    PROPOSED = "proposed"  # a withholding that a second person has to confirm
    RETURNED = "returned"  # undone: the comment waits again
    REINSTATED = "reinstated"  # published after an appeal
    TAKEN_DOWN = "taken_down"  # withheld after it was published; a second officer has to agree
    GIVEN_BACK = "given_back"  # published as before: nobody agreed in time, or two gave it back


class FlagKind(StrEnum):
    """What a moderator should look at; never a verdict."""

    PERSONAL_DATA = "personal_data"
    LINK = "link"
    ABUSE = "abuse"
    OTHER_LANGUAGE = "other_language"
    TOO_SHORT = "too_short"
    COPY = "copy"
    ATTACHMENT = "attachment"
    POSING = "posing"  # the name of the author looks like an agency's
    SECOND_PERSON = "second_person"
    REPLIED = "replied"  # the author answered a question
    UNUSUAL = "unusual"  # the form came back as programs send it


class Lease(Base):
    """Who looks at a comment, and until when nobody else may decide it."""

    __tablename__ = "lease"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)


class Flag(Base):
    """One kind of thing found in a comment, and where; open while the comment waits."""

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_open", "kind", "open", "submitted_at", "comment_id"),
        Index("ix_flag_review", "consultation_id", "kind", "open", "submitted_at", "comment_id"),
        Index(
            "ix_flag_part",
            *("consultation_id", "article_lineage_id"),
            *("kind", "open", "submitted_at", "comment_id"),
        ),
    )

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    open: Mapped[bool] = mapped_column(default=True)
    # {"field": "body", "start": 3, "end": 12, "what": "phone"}, offsets in characters
    spans: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # as the comment has them: one index then leads to the flagged comments of a part of a draft
    consultation_id: Mapped[int]
    article_lineage_id: Mapped[int | None]
    submitted_at: Mapped[datetime] = mapped_column(Instant)


class Mask(Base):
    """One passage that is covered, of which field, and for which reason of the public list."""

    __tablename__ = "mask"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    field: Mapped[str] = mapped_column(String(12))
    # in the words as they were sent, and where the cover begins in the words as shown
    start: Mapped[int]
    end: Mapped[int]
    shown_start: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))


class Appeal(Base):
    """What an author says against a withholding, and the words of the person who looked again."""

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    # upheld: it stays withheld; overturned: it is published after all
    outcome: Mapped[str] = mapped_column(String(12), default="")
    reply: Mapped[str] = mapped_column(Text, default="")


class Tombstone(Base):
    """What the public register says of one withholding: its leaf in the ledger, not the words."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_consultation", "consultation_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    consultation_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    leaf: Mapped[str] = mapped_column(String(64))
    # when an appeal or an undone decision brought the comment back
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class ModerationFigure(Base):
    """How many decisions of one outcome and reason took how many whole hours."""

    __tablename__ = "moderation_figure"

    outcome: Mapped[str] = mapped_column(String(12), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    hours: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decisions: Mapped[int] = mapped_column(default=0)


class Decision(Base):
    """What a moderator decided, with the reason code and the sentence told to the author."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_officer", "officer_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
