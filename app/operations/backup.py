"""One file from which the whole portal can be made again; keys are not in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, make_url, select, text

from app.config import Settings
from app.extensions import db, reads_only, sealer
from app.kit import clock
from app.ledger.models import Checkpoint, Entry
from app.operations import copying
from app.operations.archive import DATABASE, FILES, Manifest, Progress, packing
from app.site.health import app_version

# made again from rows when they are asked for
SHELVES = ("exports", "tables")
WHICH_KEYS = "identity keys of this portal"


@dataclass(frozen=True)
class Made:
    """What was written, in bytes and files, up to which entry of the ledger."""

    size: int
    files: int
    seq: int


def backup(settings: Settings, target: Path, progress: Progress = lambda count: None) -> Made:
    """Everything acknowledged before now is in the file, which is there whole or not at all.

    People go on writing meanwhile. The database is copied before the files: every file is on disk
    before a row speaks of it. Raises CopyError, OSError.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        manifest = _manifest(settings)
        copy = Path(folder) / DATABASE
        if settings.is_sqlite:
            copying.from_sqlite(sqlite_file(settings), copy, progress)
        else:
            copying.from_postgres(settings.database_url, copy)
        with packing(target, progress) as archive:
            archive.add(DATABASE, copy)
            for path in stored(settings.files_dir):
                archive.add(f"{FILES}/{path.relative_to(settings.files_dir)}", path)
            archive.close_with(manifest)
    return Made(target.stat().st_size, len(manifest.members) - 1, manifest.seq)


def expected(settings: Settings) -> int:
    """About how many bytes `backup` will read, for a bar of progress."""
    files = sum(path.stat().st_size for path in stored(settings.files_dir))
    if not settings.is_sqlite:
        return files
    return files + 2 * sqlite_file(settings).stat().st_size


def sqlite_file(settings: Settings) -> Path:
    """Where the database lies."""
    return Path(make_url(settings.database_url).database or "").resolve()


def stored(directory: Path) -> Iterator[Path]:
    """The files that nothing else can make again."""
    for folder, below, names in os.walk(directory):
        if Path(folder) == directory:
            below[:] = [name for name in below if name not in SHELVES]
        below.sort()
        for name in sorted(names):
            yield Path(folder) / name


def write_keys(settings: Settings, target: Path) -> None:
    """The keys stand in a file of their own that its owner alone can read.

    Lines as the environment takes them. Raises FileExistsError: another's keys are not replaced.
    """
    lines = [
        f"SECRET_KEY={settings.secret_key}",
        f"IDENTITY_KEYS={','.join(settings.identity_keys)}",
        f"LOG_KEY={settings.log_key}",
    ]
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _manifest(settings: Settings) -> Manifest:
    """Read before the copy is: what it names is in the copy, and perhaps more."""
    token = reads_only.set(True)
    try:
        newest = select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)
        return Manifest(
            made_at=clock.now().isoformat(),
            dialect="sqlite" if settings.is_sqlite else "postgresql",
            migration=db.session.scalar(text("SELECT version_num FROM alembic_version")) or "",
            version=app_version(),
            seq=db.session.scalar(select(func.max(Entry.seq))) or 0,
            checkpoint=db.session.scalar(newest) or "",
            keys=sealer().mark(WHICH_KEYS),
        )
    finally:
        db.session.rollback()
        reads_only.reset(token)
