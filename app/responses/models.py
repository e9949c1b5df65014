"""Answers of the agency to one or several comments."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import Base, Instant


class Disposition(StrEnum):
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially_accepted"
    NOT_ACCEPTED = "not_accepted"
    ALREADY_COVERED = "already_covered"
    NOTED = "noted"
    OUT_OF_SCOPE = "out_of_scope"


class Answer(Base):
    """What the agency does with what was said, and why; public once a second officer says so."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    disposition: Mapped[str] = mapped_column(String(24))
    explanation: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    row_version: Mapped[int] = mapped_column(default=1)

    consultation: Mapped[Consultation] = relationship()
    comments: Mapped[list[Comment]] = relationship(
        secondary="answer_comment", order_by="Comment.id"
    )


class AnswerComment(Base):
    """Which answer speaks to a comment; a comment has one."""

    __tablename__ = "answer_comment"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, unique=True)


class Adoption(Base):
    """A wording proposed in a comment was taken, so or nearly so, into a later version.

    It stands there for as long as the provision has exactly these words.
    """

    __tablename__ = "adoption"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("draft_version.id", ondelete="CASCADE"), primary_key=True
    )
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    lineage_id: Mapped[int] = mapped_column(ForeignKey("lineage.id"))
    wording: Mapped[str] = mapped_column(Text, default="")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime] = mapped_column(Instant)
