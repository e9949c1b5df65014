"""Groups of comments that say the same, and what people did to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant


class Tier(StrEnum):
    """How alike the comments of a group are; only a person makes a group of one argument."""

    EXACT = "exact"
    NEAR = "near"
    ARGUMENT = "argument"


class CommentGroup(Base):
    """Comments of one consultation that say the same; its number stays when it is made again."""

    __tablename__ = "comment_group"
    __table_args__ = (Index("ix_comment_group_size", "consultation_id", "tier", "messages"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    tier: Mapped[str] = mapped_column(String(10))
    # the comment whose words stand for the group
    representative_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    # how many comments, and of how many senders at least they can be told to come
    messages: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    # the same of those that are public: nothing else is told to the public
    published: Mapped[int] = mapped_column(default=0)
    published_people: Mapped[int] = mapped_column(default=0)
    # words that anybody may hit upon: together for one answer, but no sign of a campaign
    formula: Mapped[bool] = mapped_column(default=False)
    # set where a person merged it into another; it then has no members
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("comment_group.id"))
    # the step that shaped it last: who saw another one saw another group
    step_id: Mapped[int | None] = mapped_column(ForeignKey("group_step.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class GroupMember(Base):
    """A comment is in one group of each tier at most, and never hidden by it."""

    __tablename__ = "group_member"
    __table_args__ = (Index("ix_group_member_group", "group_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    tier: Mapped[str] = mapped_column(String(10), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("comment_group.id"))
    # put here by a person: a run of the machine leaves it alone
    by_hand: Mapped[bool] = mapped_column(default=False)


class GroupStep(Base):
    """What a person did to groups, with all that is needed to take it back."""

    __tablename__ = "group_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class GroupSuggestion(Base):
    """Two groups, or lone comments, that may make one argument: a person says so or not."""

    __tablename__ = "group_suggestion"
    __table_args__ = (
        UniqueConstraint("comment_id", "other_id"),
        Index("ix_group_suggestion_open", "consultation_id", "said", "score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    # the representatives of the two, the lower number first
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    score: Mapped[float]
    # "" while nobody has said anything; then confirmed or refused
    said: Mapped[str] = mapped_column(String(10), default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime | None] = mapped_column(Instant)


class CommentPrint(Base):
    """What a machine knows a comment's words by: equal prints are the same syllables."""

    __tablename__ = "comment_print"
    __table_args__ = (Index("ix_comment_print_exact", "consultation_id", "exact", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    exact: Mapped[int] = mapped_column(BigInteger)


class PrintKey(Base):
    """A shingle under which a text is found that others may be like; a few of each such text."""

    __tablename__ = "print_key"
    __table_args__ = {"sqlite_with_rowid": False}

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id"), primary_key=True, autoincrement=False
    )
    shingle: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )


class GroupScale(Base):
    """What was common in a consultation when all of it was grouped last."""

    __tablename__ = "group_scale"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id"), primary_key=True, autoincrement=False
    )
    # 32-bit shingles, then a byte of weight for each
    common: Mapped[bytes] = mapped_column(LargeBinary)
    # the newest comment and how many there were
    through: Mapped[int] = mapped_column(BigInteger)
    comments: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
