"""Decisions on comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant


class Decision(Base):
    """What a moderator decided, with the reason code and the sentence told to the author."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
