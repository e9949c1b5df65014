"""A portal made again from a backup: all of it stands beside the old before it takes its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import ROOT, Settings
from app.extensions import db, sealer
from app.kit import clock
from app.operations import copying, standby
from app.operations.archive import DATABASE, FILES, Manifest, Progress, sync, unpack
from app.operations.backup import WHICH_KEYS, sqlite_file
from app.work.turn import AnotherWorkerError, only_worker

# where people, what they did or what was said of it would be: with none of these nothing is lost
TELLING = ("ledger_entry", "officer", "comment", "dossier")
SETTLE = "settle-restored"

Say = Callable[[str], None]


class RestoreError(Exception):
    """Raised with a sentence; the portal is as it was before."""


@dataclass(frozen=True)
class Wish:
    """How to restore: `settling` are further words for the command that settles the copy."""

    replace: bool = False
    without_keys: bool = False
    settling: tuple[str, ...] = ()


def restore(
    settings: Settings, source: Path, wish: Wish, say: Say, progress: Progress = lambda count: None
) -> Manifest:
    """The portal is as it was backed up, migrated, verified and searchable; or as it was before.

    Raises RestoreError, BadArchiveError, CopyError, OSError.
    """
    stamp = f"{clock.now():%Y%m%d-%H%M%S}"
    with ExitStack() as stack:
        _nobody_at_work(settings, stack)
        empty = _is_empty(settings)
        if not (empty or wish.replace):
            raise RestoreError(
                "This portal holds something already. Restore into an empty one, "
                "or say --replace: what is here is then put aside and kept."
            )
        folder = tempfile.TemporaryDirectory(dir=settings.instance_dir, prefix="restoring-")
        staged = Path(stack.enter_context(folder))
        manifest = unpack(source, staged, progress)
        say(f"unpacked: {len(manifest.members)} members, every hash as it was written")
        _check(manifest, settings, wish)
        url = stack.enter_context(_database(settings, staged, stamp))
        for line in _settle(settings, staged, url, wish.settling):
            say(line)
        aside = settings.instance_dir / f"before-{stamp}"
        with _exchanged(settings, staged, aside):
            standby.take_over(settings, url, stamp, keep=not empty)
        if empty:
            shutil.rmtree(aside, ignore_errors=True)
        else:
            say(f"what was here before is kept: {aside}{standby.kept_as(settings, stamp)}")
    return manifest


def _nobody_at_work(settings: Settings, stack: ExitStack) -> None:
    """No worker runs until the stack is closed, and nobody is at the database."""
    if settings.is_sqlite:
        try:
            stack.enter_context(only_worker(settings))
            return
        except AnotherWorkerError:
            raise RestoreError("The worker is at work. Stop web and worker first.") from None
    try:
        with db.engine.connect() as connection:
            others = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
    except SQLAlchemyError as error:
        raise RestoreError(
            f"The database cannot be reached ({type(error).__name__}). Make an empty one first."
        ) from None
    if others:
        raise RestoreError(f"{others} are connected to the database. Stop web and worker first.")


def _is_empty(settings: Settings) -> bool:
    if settings.is_sqlite and not sqlite_file(settings).is_file():
        return not any(settings.files_dir.glob("*"))
    with db.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        told = [
            connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1"))
            for name in TELLING
            if name in there
        ]
    db.engine.dispose()
    return not any(told)


def _check(manifest: Manifest, settings: Settings, wish: Wish) -> None:
    here = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest.dialect != here:
        raise RestoreError(
            f"The backup is of {manifest.dialect}, DATABASE_URL names {here}. "
            "Restore it into the kind of database it came from."
        )
    if manifest.keys not in sealer().marks(WHICH_KEYS) and not wish.without_keys:
        raise RestoreError(
            "The identity keys here are not those of the backup: addresses of people could not be "
            "read. Put the kept keys into IDENTITY_KEYS, or into the file identity-keys of "
            "INSTANCE_DIR. If they are lost, say --without-keys: all else is restored."
        )


@contextmanager
def _database(settings: Settings, staged: Path, stamp: str) -> Iterator[str]:
    """The address of the restored database, beside the portal's own; gone unless it took over."""
    if settings.is_sqlite:
        file = staged / "restored.sqlite3"
        (staged / DATABASE).rename(file)
        yield f"sqlite:///{file}"
        return
    with standby.beside(settings, stamp) as url:
        copying.into_postgres(url, staged / DATABASE)
        (staged / DATABASE).unlink()
        yield url


def _settle(settings: Settings, staged: Path, url: str, words: Sequence[str]) -> Iterator[str]:
    """What the restored portal says while it is migrated, verified and indexed, on its own."""
    environ = {
        **os.environ,
        "INSTANCE_DIR": str(staged),
        "DATABASE_URL": url,
        "SECRET_KEY": settings.secret_key,
        "IDENTITY_KEYS": ",".join(settings.identity_keys),
        "LOG_KEY": settings.log_key,
        "SEARCH_ENGINE": settings.search_engine.value,
        "LOG_FORMAT": "plain",
        "METRICS_PORT": "",
    }
    (staged / FILES).mkdir(exist_ok=True)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", SETTLE, *words]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=pipe, stderr=errors, text=True
        ) as child,
    ):
        assert child.stdout is not None
        for line in child.stdout:
            yield line.rstrip("\n")
        if child.wait():
            errors.seek(0)
            told = [line for line in errors.read().splitlines() if line.strip()]
            raise RestoreError(told[-1].removeprefix("Error: ") if told else "It did not settle.")


@contextmanager
def _exchanged(settings: Settings, staged: Path, aside: Path) -> Iterator[None]:
    """What was restored is in its place and the former aside; back again if the rest fails."""
    moves = [
        (settings.files_dir, aside / "files"),
        (settings.search_dir, aside / "search"),
    ]
    arrivals = [(staged / FILES, settings.files_dir), (staged / "search", settings.search_dir)]
    if settings.is_sqlite:
        file = sqlite_file(settings)
        for tail in ("", "-wal", "-shm"):
            beside = file.with_name(file.name + tail)
            moves.append((beside, aside / beside.name))
        arrivals.append((staged / "restored.sqlite3", file))
    aside.mkdir()
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in (*moves, *arrivals):
            if old.exists():
                shutil.move(old, new)
                done.append((old, new))
        sync(settings.instance_dir)
        yield
    except BaseException:
        for old, new in reversed(done):
            shutil.move(new, old)
        raise


def age(manifest: Manifest, now: datetime) -> float:
    """How many hours old the backup is."""
    return (now - datetime.fromisoformat(manifest.made_at)).total_seconds() / 3600


def database_name(settings: Settings) -> str:
    """What the portal's database is called at its server."""
    return make_url(settings.database_url).database or ""
