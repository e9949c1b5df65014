"""Tables of the ledger: entries, how far readers have come, the log that proves the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
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
        # the proof of a receipt begins at the entry of its comment
        Index(
            "ix_ledger_entry_submitted",
            "subject",
            sqlite_where=text("verb = 'comment.submitted'"),
            postgresql_where=text("verb = 'comment.submitted'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    consultation_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    # hides from whoever reads the public hashes what this one is of; none was given before the log
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
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


class Node(Base):
    """The head of a full tile of 256 below it; tiles of level 0 are the leaves of the entries."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(Base):
    """A head of the tree, signed: whoever keeps one can prove later what was left out."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    # the signed note as it is handed out, without cosignatures
    note: Mapped[str] = mapped_column(Text)


class Witness(Base):
    """Somebody outside who signs that the log only ever grew."""

    __tablename__ = "witness"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    vkey: Mapped[str] = mapped_column(String(400), unique=True)
    added_at: Mapped[datetime] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)


class Cosignature(Base):
    """The line that a witness signed below a checkpoint."""

    __tablename__ = "cosignature"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("checkpoint.size"), primary_key=True, autoincrement=False
    )
    witness_id: Mapped[int] = mapped_column(
        ForeignKey("witness.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Instant)


class RowDigest(Base):
    """The salted digest of a row of the record, bound by the fact `record.summed` of its batch."""

    __tablename__ = "row_digest"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # destroyed when the person is erased: then nobody can confirm a guess at what was there
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Waiting(Base):
    """A row of the record that was written and has no digest yet; triggers note it."""

    __tablename__ = "record_waiting"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(100))
