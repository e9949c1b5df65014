"""What a receipt needs to prove what was recorded: leaf, path and the head that is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select

from app.extensions import db
from app.ledger import growing, tree, witness
from app.ledger.models import Checkpoint, Entry
from app.ledger.proof import write
from app.ledger.seal import leaf_input
from app.ledger.verbs import Verb


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the log, and the newest signed head above it."""

    number: int
    leaf: str
    size: int
    signed_at: datetime


def submitted(comment_id: int) -> Entry | None:
    """The sealed entry by which a comment was taken in."""
    # in so many words, so that both databases go by the index that has these entries alone
    verb: ColumnElement[str] = literal_column(f"'{Verb.COMMENT_SUBMITTED.value}'")
    return db.session.scalar(
        select(Entry)
        .where(Entry.verb == verb, Entry.subject == f"comment:{comment_id}", Entry.seq.is_not(None))
        .limit(1)
    )


def place(entry: Entry) -> Place | None:
    """Its place, None until a head above it is signed."""
    head = growing.newest()
    if head is None or entry.seq is None or entry.leaf is None or entry.seq > head.size:
        return None
    return Place(entry.seq, entry.leaf.hex(), head.size, head.signed_at)


def proof(entry: Entry) -> str | None:
    """The file that proves the entry to anybody (C2SP tlog-proof), None until a head is signed.

    The newest head is taken that a witness has signed as well, if it is above the entry.
    """
    heads = (witness.newest_cosigned(), growing.newest())
    above = [one for one in heads if one is not None and (entry.seq or 0) <= one.size]
    if entry.seq is None or not above:
        return None
    return _proof(entry, entry.seq, above[0])


def _proof(entry: Entry, seq: int, head: Checkpoint) -> str:
    path = tree.inclusion(seq - 1, head.size, growing.Stored().subtree)
    extra = leaf_input(seq, entry, entry.salt)
    return write(extra, seq - 1, path, witness.cosigned(head))
