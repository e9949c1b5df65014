"""What is wrong with this portal, in sentences, each with what to do about it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from itertools import islice

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import IDENTITY_FILE, LOG_FILE, ROOT, SECRET_FILE, Settings
from app.consultations.models import Holiday
from app.extensions import db
from app.kit import clock
from app.ledger import checkpoint, growing
from app.ledger.checkpoint import NoteError
from app.ledger.models import Entry
from app.ledger.seal import leaf_input
from app.ledger.tree import leaf_hash
from app.operations import guards
from app.operations.backup import stored
from app.operations.figures import worker_alive
from app.search import entries, following
from app.search.engine import IndexUnavailable
from app.site import health

GIGABYTE = 1024**3
LITTLE_BYTES, TOO_LITTLE_BYTES = 5 * GIGABYTE, GIGABYTE
SLOW_SECONDS, STUCK_SECONDS = 30.0, 600.0
SKEW = timedelta(seconds=2)
SAMPLE = 50  # files hashed
LAST = 1000  # entries of the log read again
SHOWN = 5  # differences told
NAME = 64  # of a kept file: its SHA-256


class Level(IntEnum):
    """How bad it is; also the exit status of the command."""

    GOOD = 0
    DOUBTFUL = 1
    BAD = 2


@dataclass(frozen=True)
class Finding:
    """One sentence about one part, and what to do where something is to be done."""

    level: Level
    part: str
    words: str
    advice: str = ""


Check = Callable[[Settings, datetime], Iterator[Finding]]


def good(part: str, words: str) -> Finding:
    return Finding(Level.GOOD, part, words)


def doubtful(part: str, words: str, advice: str) -> Finding:
    return Finding(Level.DOUBTFUL, part, words, advice)


def bad(part: str, words: str, advice: str) -> Finding:
    return Finding(Level.BAD, part, words, advice)


def look(settings: Settings, now: datetime, checks: tuple[Check, ...]) -> list[Finding]:
    """Everything found, in order; a check that itself fails is a finding too."""
    found: list[Finding] = []
    for check in checks:
        try:
            found += check(settings, now)
        except (SQLAlchemyError, OSError) as error:
            name = check.__name__.strip("_")
            what = f"The check of it ended with {type(error).__name__}."
            found.append(bad(name, what, "Look at the other findings first."))
        finally:
            db.session.rollback()
        if found and found[-1].part == "database" and found[-1].level is Level.BAD:
            break  # all that follows would ask it
    return found


def keys(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Keys that lie in the instance can be read by their owner alone."""
    for name in (SECRET_FILE, IDENTITY_FILE, LOG_FILE):
        path = settings.instance_dir / name
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield bad("keys", f"Others on this machine can read {path}.", f"chmod 600 {path}")
    if (settings.instance_dir / IDENTITY_FILE).is_file():
        yield doubtful(
            "keys",
            "The identity keys lie beside the database that they open.",
            "Keep them in IDENTITY_KEYS and a copy elsewhere; a copied disk then tells nothing.",
        )
    else:
        yield good("keys", "The identity keys come from the environment.")


def address(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """What the outside sees is encrypted, unless the outside is this machine."""
    local = "://127.0.0.1" in settings.public_url or "://localhost" in settings.public_url
    if settings.public_url.startswith("https://"):
        yield good("address", f"People come to {settings.public_url}.")
    elif local:
        yield doubtful(
            "address", "Only this machine can reach it.", "Set PUBLIC_URL to serve others."
        )
    else:
        yield bad(
            "address",
            "Passwords and comments travel readable by all.",
            "Set PUBLIC_URL to https://…",
        )
    if settings.mail is None:
        yield doubtful("mail", "No letter is ever sent.", "Set MAIL_URL and MAIL_FROM.")


def disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """There is room for what people send."""
    free = shutil.disk_usage(settings.instance_dir).free
    words = f"{free / GIGABYTE:.1f} GB are free in {settings.instance_dir}."
    if free < TOO_LITTLE_BYTES:
        yield bad("disk", words, "Make room now: without it no comment can be taken.")
    elif free < LITTLE_BYTES:
        yield doubtful("disk", words, "Make room, or move old backups away.")
    else:
        yield good("disk", words)


def catalogues(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Every language can be read."""
    late = [
        source.parts[-3]
        for source in sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po"))
        if not (made := source.with_suffix(".mo")).is_file()
        or made.stat().st_mtime < source.stat().st_mtime
    ]
    if late:
        what = f"The catalogues of {', '.join(late)} are not compiled."
        yield bad("languages", what, "Run `flask --app wsgi prepare`.")
    else:
        yield good("languages", "Every catalogue is compiled.")


def database(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """It answers, is migrated, and what it commits is on disk."""
    try:
        migrated = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        advice = "Start it, look at DATABASE_URL, or run `flask --app wsgi prepare`."
        yield bad("database", f"It cannot be asked ({type(error).__name__}).", advice)
        return
    db.session.rollback()
    yield good("database", f"{db.engine.dialect.name} answers.")
    yield from (_of_sqlite if settings.is_sqlite else _of_postgres)()
    if migrated != health.newest_migration():
        what = f"It is at migration {migrated}, the code at {health.newest_migration()}."
        yield bad("database", what, "Run `flask --app wsgi prepare`; web and worker may go on.")


def _of_sqlite() -> Iterator[Finding]:
    mode, sync = (db.session.scalar(text(f"PRAGMA {n}")) for n in ("journal_mode", "synchronous"))
    if (mode, sync) == ("wal", 2):
        yield good("commits", "A commit is on disk before it is acknowledged (synchronous=FULL).")
    else:
        what = f"A power cut could take back a commit (journal_mode={mode}, synchronous={sync})."
        yield bad("commits", what, "Use the portal's own connections; nobody may change these.")
    if db.session.scalar(text("PRAGMA quick_check(1)")) != "ok":
        yield bad("database", "Its file is damaged.", "Stop the portal and restore a backup.")


def _of_postgres() -> Iterator[Finding]:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        value = db.session.scalar(text(f"SHOW {name}"))
        if value == "off":
            what = f"{name} is {value}: a crash could take back what was acknowledged."
            advice = f"ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();"
            yield bad("commits", what, advice)
        else:
            yield good("commits", f"{name} is {value}.")
    if db.session.scalar(text("SELECT pg_is_in_recovery()")):
        yield bad(
            "database", "It is a standby and takes no writes.", "Point DATABASE_URL elsewhere."
        )
    if db.session.scalar(text("SHOW archive_mode")) == "off":
        yield doubtful(
            "archive",
            "Nothing is archived between two backups: what was said since would be lost.",
            "Archive WAL, see docs/operations.md.",
        )


def triggers(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """What keeps the record is as the migrations make it."""
    db.session.rollback()
    try:
        wrong = guards.differences()
    except SQLAlchemyError as error:
        what = f"No schema could be made beside the portal's ({type(error).__name__})."
        yield doubtful("record", what, "Let the portal's role make schemas in its database.")
        return
    if wrong:
        what = f"What keeps the record is not as the portal makes it: {'; '.join(wrong[:SHOWN])}."
        advice = "Nobody but the portal may change triggers: find out who did, then put it right."
        yield bad("record", what, advice)
    else:
        yield good("record", "Triggers and functions are those that the portal makes.")


def timekeeping(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """One clock decides what is in time."""
    if db.engine.dialect.name == "postgresql":
        there = db.session.scalar(select(func.clock_timestamp()))
        apart = abs(there - clock.now()) if there is not None else timedelta()
        if apart > SKEW:
            what = f"The clocks of this machine and of the database are {apart} apart."
            yield bad("clock", what, "Let both follow the same time servers (chrony, timesyncd).")
            return
    newest = db.session.scalar(select(Entry.at).order_by(Entry.id.desc()).limit(1))
    if newest is not None and newest > now + SKEW:
        what = f"The newest fact on record is of {newest:%Y-%m-%d %H:%M} UTC, which is to come."
        yield bad("clock", what, "Set the clock of this machine; it went back.")
    else:
        yield good("clock", f"It is {now.astimezone(clock.VN):%Y-%m-%d %H:%M:%S} in Viet Nam.")


def calendar(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """The days off that deadlines are computed with are known for a year and more."""
    last = db.session.scalar(select(func.max(Holiday.day)))
    if last is None or last < clock.vn_date(now):
        yield bad("calendar", "No day off is known that is to come.", "Enter the holidays.")
    elif last < clock.vn_date(now) + timedelta(days=400):
        yield doubtful(
            "calendar", f"Days off are known until {last}.", "Enter those of the years after."
        )
    else:
        yield good("calendar", f"Days off are known until {last}.")


def worker(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Somebody seals what happened, and everything follows."""
    if not worker_alive(settings):
        yield bad("worker", "No worker is at work.", "Start `flask --app wsgi work`.")
    seconds = health.lag(now)
    words = f"The oldest fact that somebody has not dealt with is {seconds:.0f} s old."
    if seconds > STUCK_SECONDS:
        yield bad("worker", words, "Look into its log: a reader fails again and again.")
    elif seconds > SLOW_SECONDS:
        yield doubtful("worker", words, "Wait; if it grows, look into the worker's log.")
    else:
        yield good("worker", "Everything that happened was dealt with.")


def index(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """Search finds what is public."""
    try:
        found = entries.index().condition()
    except IndexUnavailable:
        advice = "The worker builds it again, or `flask --app wsgi search rebuild` does now."
        yield bad("search", "The index cannot be read.", advice)
        return
    many, seconds = following.behind(now)
    words = f"{found.documents} documents can be found; {many} facts are still to be followed."
    if seconds > STUCK_SECONDS:
        yield doubtful("search", words, "Look into the worker's log.")
    else:
        yield good("search", words)


def files(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Kept files are what they were; some are read again."""
    kept = (path for path in stored(settings.files_dir) if len(path.name) == NAME)
    looked = list(islice(kept, SAMPLE))
    wrong = [path for path in looked if sha256(path.read_bytes()).hexdigest() != path.name]
    if wrong:
        what = f"{len(wrong)} of {len(looked)} files are not what they were: {wrong[0]}"
        yield bad("files", what, "Restore them from a backup; the disk may be failing.")
    else:
        yield good("files", f"{len(looked)} of the kept files were read again and are whole.")


def log(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """The newest entries are what was sealed."""
    entry = Entry.__table__
    query = select(entry).where(entry.c.seq.is_not(None)).order_by(entry.c.seq.desc()).limit(LAST)
    rows = db.session.execute(query).all()
    wrong = [row.seq for row in rows if row.leaf != leaf_hash(leaf_input(row.seq, row, row.salt))]
    if wrong:
        what = f"Entry {wrong[0]} of the log is not what was sealed."
        yield bad("log", what, "Change nothing, copy the database, tell the head of the agency.")
    else:
        yield good("log", f"The last {len(rows)} entries of the log are as they were sealed.")
    yield from _signed(settings)


def _signed(settings: Settings) -> Iterator[Finding]:
    head = growing.newest()
    verifier = growing.signer(settings, head).verifier
    try:
        if head is not None:
            checkpoint.verify(head.note, verifier)
    except NoteError as error:
        what = f"The newest head of the log is not signed with the key of this portal: {error}."
        yield bad(
            "log", what, "Put the kept key into LOG_KEY: with another one old heads prove nothing."
        )
    if verifier.name != checkpoint.origin_of(settings.public_url):
        yield good(
            "log",
            f"The log is called {verifier.name} since it began, though people come to "
            f"{settings.public_url}: its name is no address, and all that was signed still holds.",
        )


CHECKS: tuple[Check, ...] = (
    *(keys, address, disk, catalogues),
    *(database, triggers, timekeeping, calendar, worker, index, files, log),
)
