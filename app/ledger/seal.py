"""Sealing: committed entries get their place in the one public order, their salt and their leaf."""

from __future__ import annotations

import json
import secrets
from datetime import UTC
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.extensions import db
from app.ledger.models import Entry
from app.ledger.tree import leaf_hash

BATCH = 2000
SALT = 16  # bytes: what hashes are of is never guessed


def canonical(seq: int, row: Any, *, salted: bool) -> bytes:
    """The one way to write an entry; what was sealed before the log began has no `id` in it."""
    words = {
        "seq": seq,
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": row.actor_id,
        "verb": row.verb,
        "subject": row.subject,
        "consultation": row.consultation_id,
        "facts": row.facts,
    }
    if salted:
        words["id"] = row.id
    packed = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return packed.encode()


def leaf_input(seq: int, row: Any, salt: bytes | None) -> bytes:
    """What the leaf of an entry is the hash of: its salt, then its JSON."""
    return (salt or b"") + canonical(seq, row, salted=salt is not None)


def _sealed(seq: int, row: Any) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT)
    leaf = leaf_hash(leaf_input(seq, row, salt))
    return {"key": row.id, "new_seq": seq, "new_salt": salt, "new_leaf": leaf}


def seal() -> int:
    """Up to BATCH waiting entries are numbered and the count returned; commits.

    Only the one worker calls this: ids are handed out before commit, so an order by id would
    lose the slower of two transactions, an order given after commit cannot.
    """
    waiting = db.session.execute(
        select(Entry.__table__).where(Entry.seq.is_(None)).order_by(Entry.id).limit(BATCH)
    ).all()
    if waiting:
        head = db.session.scalar(select(func.max(Entry.seq))) or 0
        statement = (
            update(Entry)
            .where(Entry.id == bindparam("key"))
            .values(
                seq=bindparam("new_seq"), salt=bindparam("new_salt"), leaf=bindparam("new_leaf")
            )
        )
        db.session.connection().execute(
            statement, [_sealed(head + n, row) for n, row in enumerate(waiting, 1)]
        )
    db.session.commit()
    return len(waiting)
