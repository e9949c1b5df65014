"""Tables of the ledger: entries, how far each reader has come, what each page must know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Instant

# SQLite only numbers rows by itself when the key is a plain INTEGER
Id = BigInteger().with_variant(Integer, "sqlite")


class Entry(Base):
    """One fact, written in the transaction that made it true; sealed later by the worker."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index(
            "ix_ledger_entry_unsealed",
            "id",
            sqlite_where=text("seq IS NULL"),
            postgresql_where=text("seq IS NULL"),
        ),
        Index("ix_ledger_entry_consultation", "consultation_id", "seq"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    consultation_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Cursor(Base):
    """The last `seq` that a reader has dealt with."""

    __tablename__ = "ledger_cursor"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Revision(Base):
    """The newest `seq` that touched a consultation; row 0 speaks for the whole portal."""

    __tablename__ = "page_revision"

    consultation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, index=True)
