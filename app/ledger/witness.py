"""Witnesses: people outside who sign that the log only ever grew (C2SP tlog-cosignature)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from app.extensions import db
from app.ledger import checkpoint
from app.ledger.checkpoint import Kind, NoteError
from app.ledger.models import Checkpoint, Cosignature, Witness

MAX_NOTE = 16 * 1024  # bytes of a note with its lines
AHEAD = timedelta(minutes=5)  # how far a witness's clock may be ahead of ours


class UnknownHeadError(Exception):
    """Raised when a note is of no checkpoint that the portal signed and still keeps."""


@dataclass(frozen=True)
class Seen:
    """What a witness has signed: of which size, and when by its own clock."""

    name: str
    size: int
    at: datetime


def register(name: str, vkey: str, now: datetime) -> Witness:
    """The witness may hand in cosignatures from now on; raises NoteError for a key that is none."""
    verifier = checkpoint.parse_vkey(vkey)
    if verifier.kind is not Kind.COSIGNATURE:
        raise NoteError("the key is not one for cosignatures (type 0x04)")
    known = db.session.scalar(select(Witness).where(Witness.vkey == str(verifier)))
    if known is None:
        known = Witness(name=name, vkey=str(verifier), added_at=now)
        db.session.add(known)
    known.name, known.stopped_at = name, None
    db.session.flush()
    return known


def stop(vkey: str, now: datetime) -> bool:
    """Nothing more is taken from the witness, what it signed stays; False where there is none."""
    known = db.session.scalar(select(Witness).where(Witness.vkey == vkey))
    if known is None:
        return False
    known.stopped_at = now
    db.session.flush()
    return True


def hand_in(note: str, now: datetime) -> int:
    """The cosignatures of registered witnesses on the note are kept; returns how many hold.

    A note that was cosigned already is none the worse for it. Raises NoteError, UnknownHeadError.
    """
    head, lines = checkpoint.parse(note)
    stored = db.session.get(Checkpoint, head.size) if head.size < 2**63 else None
    text = checkpoint.text_of(note)
    if stored is None or checkpoint.text_of(stored.note) != text:
        raise UnknownHeadError
    taken = 0
    witnesses = db.session.scalars(select(Witness).where(Witness.stopped_at.is_(None))).all()
    for witness in witnesses:
        verifier = checkpoint.parse_vkey(witness.vkey)
        for line in lines:
            if not line.startswith(f"{checkpoint.MARK}{verifier.name} "):
                continue
            at = verifier.signed_at(text, line)
            if at is None or at > now + AHEAD:
                raise NoteError("the time of the cosignature is to come")
            _keep(head.size, witness.id, line, now)
            taken += 1
    return taken


def _keep(size: int, witness_id: int, line: str, now: datetime) -> None:
    if db.session.get(Cosignature, (size, witness_id)) is None:
        values = {"size": size, "witness_id": witness_id, "line": line, "at": now}
        db.session.execute(insert(Cosignature), values)


def cosigned(stored: Checkpoint) -> str:
    """The checkpoint as a note with the lines of all who cosigned it."""
    lines = db.session.scalars(
        select(Cosignature.line)
        .where(Cosignature.size == stored.size)
        .order_by(Cosignature.witness_id)
    )
    return checkpoint.with_lines(stored.note, lines)


def newest_cosigned() -> Checkpoint | None:
    """The checkpoint of the largest tree that a witness has signed."""
    size = select(Cosignature.size).order_by(Cosignature.size.desc()).limit(1).scalar_subquery()
    return db.session.scalar(select(Checkpoint).where(Checkpoint.size == size))


def seen() -> list[Seen]:
    """Every witness that takes part, with the newest head it signed; size 0 for none yet."""
    found = []
    witnesses = select(Witness).where(Witness.stopped_at.is_(None)).order_by(Witness.name)
    for witness in db.session.scalars(witnesses):
        last = db.session.scalar(
            select(Cosignature)
            .where(Cosignature.witness_id == witness.id)
            .order_by(Cosignature.size.desc())
            .limit(1)
        )
        at = last.at if last is not None else witness.added_at
        found.append(Seen(witness.name, last.size if last is not None else 0, at))
    return found
