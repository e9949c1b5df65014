"""Answers of the agency to one or several comments."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Delegation
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import Base, Instant
from app.groups.models import CommentGroup


class Disposition(StrEnum):
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially_accepted"
    NOT_ACCEPTED = "not_accepted"
    ALREADY_COVERED = "already_covered"
    NOTED = "noted"
    OUT_OF_SCOPE = "out_of_scope"


# what has to name the words that change, or say why none do
CHANGING = (Disposition.ACCEPTED, Disposition.PARTIALLY_ACCEPTED)


class AnswerState(StrEnum):
    """The way of an answer; whoever edits it on the way makes it a draft again."""

    DRAFT = "draft"
    REVIEW = "review"
    SIGNED = "signed"
    PUBLISHED = "published"


class Answer(Base):
    """What the agency does with what was said, and why; public once its head has signed."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_state", "consultation_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    disposition: Mapped[str] = mapped_column(String(24))
    explanation: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10), default=AnswerState.DRAFT.value)
    # why no word of the draft has to change though the comment is accepted
    no_change_reason: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    # the signer's position that day, and what let them sign where they are not the head
    signed_as: Mapped[str] = mapped_column(String(120), default="")
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey(Delegation.id))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    row_version: Mapped[int] = mapped_column(default=1)
    # to how many comments it speaks, so that nobody has to count ten thousand
    size: Mapped[int] = mapped_column(default=0)

    consultation: Mapped[Consultation] = relationship()
    delegation: Mapped[Delegation | None] = relationship()
    # for answers known to be small: a page of one to a group of thousands asks for a few
    comments: Mapped[list[Comment]] = relationship(
        secondary="answer_comment", order_by="Comment.id", viewonly=True
    )


class AnswerComment(Base):
    """Which answer speaks to a comment; a comment has one."""

    __tablename__ = "answer_comment"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, unique=True)


class Unanswered(Base):
    """A public comment that no answer speaks to, drafted or published, in the order of the draft.

    Kept by the ledger's reader and the verbs, so that no list looks for the last open comment
    among a million answered ones.
    """

    __tablename__ = "unanswered"
    __table_args__ = (
        Index("ix_unanswered_order", "consultation_id", "position", "comment_id"),
        Index(
            "ix_unanswered_article",
            "consultation_id",
            "article_lineage_id",
            "position",
            "comment_id",
        ),
    )

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    # 0 is the draft as a whole
    article_lineage_id: Mapped[int]
    # where its provision stands in the version that was open
    position: Mapped[int]


class AnswerGroup(Base):
    """A group that an answer was written for: its members at that time are among the comments."""

    __tablename__ = "answer_group"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(CommentGroup.id), primary_key=True)


class AnswerChange(Base):
    """A provision whose words change because of what was answered; its lineage names it."""

    __tablename__ = "answer_change"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    # no foreign key: a provision first met in a text that was never posted goes with that text
    lineage_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    # where it stood when it was named; finds it again where its lineage went
    anchor: Mapped[str] = mapped_column(String(120))


class AnswerEdit(Base):
    """One saved state of an answer: every edit is kept, with who made it and what was said."""

    __tablename__ = "answer_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10))
    disposition: Mapped[str] = mapped_column(String(24))
    explanation: Mapped[str] = mapped_column(Text)
    comments: Mapped[int]
    # what it says of the words of the draft: anchors, one a line, or why none has to change
    changes: Mapped[str] = mapped_column(Text, default="")
    # what a reviewer wrote when sending it back
    note: Mapped[str] = mapped_column(Text, default="")


class Assignment(Base):
    """An officer has to answer what was said of an article, or what a group says."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("consultation_id", "article_lineage_id"),
        UniqueConstraint("consultation_id", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    # one of the two; 0 of the first is the draft as a whole
    article_lineage_id: Mapped[int | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey(CommentGroup.id))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    assigned_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    assigned_at: Mapped[datetime] = mapped_column(Instant)


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
