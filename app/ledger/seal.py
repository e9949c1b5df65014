"""Sealing: committed entries get their place in the one public order, and their leaf."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.extensions import db
from app.ledger.models import Entry

BATCH = 2000


def leaf(seq: int, row: Any) -> bytes:
    """The RFC 9162 leaf hash (section 2.1.1) of one entry: SHA-256 over 0x00 and its JSON."""
    canonical = json.dumps(
        {
            "seq": seq,
            "at": row.at.astimezone(UTC).isoformat(),
            "actor": row.actor_id,
            "verb": row.verb,
            "subject": row.subject,
            "consultation": row.consultation_id,
            "facts": row.facts,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(b"\x00" + canonical.encode()).digest()


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
            .values(seq=bindparam("new_seq"), leaf=bindparam("new_leaf"))
        )
        db.session.connection().execute(
            statement,
            [
                {"key": row.id, "new_seq": head + n, "new_leaf": leaf(head + n, row)}
                for n, row in enumerate(waiting, 1)
            ],
        )
    db.session.commit()
    return len(waiting)
