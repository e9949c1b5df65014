"""A restored copy is made fit to serve: migrated, sound, verified, free of the erased, indexed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import upgrade
from sqlalchemy import Row, func, select, text

from app.comments.models import Comment
from app.config import ROOT
from app.extensions import db
from app.ledger.checkpoint import parse
from app.ledger.matching import Matched, faults
from app.ledger.models import Checkpoint, Entry
from app.ledger.seal import leaf_input
from app.ledger.tree import Subtree, leaf_hash, of_leaves, root
from app.privacy.replay import replay
from app.search import entries
from app.site.health import newest_migration

BATCH = 5000
SHOWN = 5  # faults of rows that are told


class NotSettledError(Exception):
    """Raised with a sentence about what is wrong with the copy."""


def migrate() -> str:
    """The schema is the newest; says from where it came. Raises NotSettledError."""
    found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.rollback()
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    try:
        ScriptDirectory.from_config(config).get_revision(found or "base")
    except CommandError:
        raise NotSettledError(
            f"The backup is of a newer portal (migration {found}): install that version first."
        ) from None
    if found == newest_migration():
        return f"migrated: was at {found} already"
    upgrade()
    return f"migrated: from {found} to {newest_migration()}"


def sound() -> str:
    """The database finds nothing wrong with itself. Raises NotSettledError."""
    if db.engine.dialect.name != "sqlite":
        return "sound: PostgreSQL took every row and every key in one go"
    told = db.session.scalar(text("PRAGMA integrity_check"))
    loose = db.session.execute(text("PRAGMA foreign_key_check")).first()
    db.session.rollback()
    if told != "ok" or loose is not None:
        raise NotSettledError(f"The database of the backup is damaged: {told}, {loose}")
    return "sound: SQLite finds every page and every key in order"


def verify(note: str = "") -> Iterator[str]:
    """Every sealed entry is what its leaf says, under the heads that were signed.

    `note` is a checkpoint that was kept outside: the copy must not be older, nor another log.
    Raises NotSettledError.
    """
    leaves: list[bytes] = []
    for row in _sealed():
        if row.leaf != leaf_hash(leaf_input(row.seq, row, row.salt)) or row.seq != len(leaves) + 1:
            raise NotSettledError(f"Entry {row.seq} of the log is not what was sealed.")
        leaves.append(row.leaf)
    subtree = of_leaves(leaves)
    newest = select(Checkpoint.size, Checkpoint.root).order_by(Checkpoint.size.desc()).limit(1)
    own = db.session.execute(newest).one_or_none()
    db.session.rollback()
    yield f"verified: {len(leaves)} entries of the log are as they were sealed"
    if own is not None:
        if own.size > len(leaves) or root(own.size, subtree) != own.root:
            raise NotSettledError("The log is not the one whose head was signed last.")
        yield f"verified: the head signed last, over {own.size} entries, is theirs"
    if note:
        yield _compare(note, len(leaves), subtree)
    yield _rows()


def _rows() -> str:
    """Every row on record is what the log says of it."""
    matched = Matched()
    wrong = list(islice(faults(matched), SHOWN))
    db.session.rollback()
    if wrong:
        raise NotSettledError(f"The record is not what the log has: {' '.join(wrong)}")
    waiting = f"; {matched.waiting} wait for the log" if matched.waiting else ""
    older = f"; up to {matched.older} older ones are still being summed" if matched.older else ""
    return f"verified: {matched.rows} rows on record are as the log has them{waiting}{older}"


def _sealed() -> Iterator[Row[Any]]:
    """The sealed entries in their order, a batch at a time."""
    entry, after = Entry.__table__, 0
    while True:
        query = select(entry).where(entry.c.seq > after).order_by(entry.c.seq).limit(BATCH)
        rows = db.session.execute(query).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].seq


def _compare(note: str, size: int, subtree: Subtree) -> str:
    try:
        kept, _lines = parse(note)
    except ValueError:
        raise NotSettledError("The file given as checkpoint is none.") from None
    if size < kept.size:
        raise NotSettledError(
            f"The backup ends at entry {size}, the checkpoint kept outside at {kept.size}: "
            f"{kept.size - size} entries are not in it. Restore a newer backup, or leave "
            "--checkpoint out and tell people what is missing."
        )
    if root(kept.size, subtree) != kept.root:
        raise NotSettledError(
            "The log in the backup is another than the one whose checkpoint was kept outside."
        )
    return f"compared: goes on from the checkpoint kept outside, of {kept.size} entries"


def forget(path: Path) -> str:
    """Who was erased after the backup was made is erased again; the list says who."""
    return f"erased again: {replay(path)} people of the list kept outside the backup"


def index() -> str:
    """Everything public is found again."""
    entries.rebuild()
    return f"indexed: {entries.index().condition().documents} documents"


def counted() -> Iterator[str]:
    """How much is there."""
    comments = db.session.scalar(select(func.count()).select_from(Comment)) or 0
    sealed = db.session.scalar(select(func.max(Entry.seq))) or 0
    waiting = db.session.scalar(select(func.count(Entry.id)).where(Entry.seq.is_(None))) or 0
    db.session.rollback()
    yield f"holds: {comments} comments, {sealed} sealed entries, {waiting} still to be sealed"
