"""A restored copy is made fit to serve: migrated, sound, verified, free of the erased, indexed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from app.comments.models import Comment
from app.config import ROOT
from app.extensions import db
from app.ledger.models import Checkpoint, Entry
from app.search import entries
from app.site.health import newest_migration


class NotSettledError(Exception):
    """Raised with a sentence about what is wrong with the copy."""


@dataclass(frozen=True)
class Head:
    """What a signed head of the log says: so many entries, that root (C2SP tlog-checkpoint)."""

    size: int
    root: bytes


def read_head(note: str) -> Head:
    """The head in a signed note; raises NotSettledError."""
    lines = note.splitlines()
    try:
        return Head(int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError, binascii.Error):
        raise NotSettledError("The file given as checkpoint is none.") from None


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


def compare(note: str) -> str:
    """The copy is not older than the head that was kept outside. Raises NotSettledError."""
    kept = read_head(note)
    size = db.session.scalar(select(func.max(Entry.seq))) or 0
    if size < kept.size:
        raise NotSettledError(
            f"The backup ends at entry {size}, the checkpoint kept outside at {kept.size}: "
            f"{kept.size - size} entries are not in it. Restore a newer backup, or leave "
            "--checkpoint out and tell people what is missing."
        )
    own = db.session.scalar(select(Checkpoint.root).where(Checkpoint.size == kept.size))
    db.session.rollback()
    if own is not None and own != kept.root:
        raise NotSettledError(
            "The log in the backup is another than the one whose checkpoint was kept outside."
        )
    told = "the same root" if own is not None else "a size of which the copy has no own head"
    return f"compared: {size} entries, the checkpoint outside had {kept.size}, {told}"


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
