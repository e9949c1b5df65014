"""How the portal is doing, in figures that a scrape reads from rows and never by counting all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from app.comments.models import Tally
from app.comments.tally import NAMES, TOTAL
from app.config import Settings
from app.extensions import db, reads_only
from app.kit import clock
from app.ledger.models import Checkpoint, Cursor, Entry
from app.mail.models import Letter
from app.search import following
from app.site import health
from app.work.turn import ADVISORY_LOCK

MOST = 10_000  # of what could be without end, counted no further
Row = tuple[str, float]


class Portal(Collector):
    """The figures of one scrape; without a database only that it is not up."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the database when the figures are announced."""
        return []

    def collect(self) -> Iterator[Metric]:
        settings: Settings = self.app.extensions["settings"]
        with self.app.app_context():
            token = reads_only.set(True)
            try:
                found = list(_figures(settings, clock.now()))
                up = 1
            except SQLAlchemyError:
                found, up = [], 0
            finally:
                db.session.rollback()
                db.session.remove()
                reads_only.reset(token)
        yield _gauge("database_up", "Whether the database answers", up)
        yield from found


def _figures(settings: Settings, now: datetime) -> Iterator[Metric]:
    sums = [func.coalesce(func.sum(getattr(Tally, name)), 0) for name in NAMES]
    # one row for each comment period
    totals = db.session.execute(select(*sums).where(Tally.article_lineage_id == TOTAL)).one()
    comments = dict(zip(NAMES, map(int, totals), strict=True))
    yield _family("comments", "Comments by what became of them", "state", comments.items())
    owed = comments["published"] - comments["answered"]
    yield _gauge("answers_owed", "Published comments without an answer", owed)
    newest = db.session.scalar(select(func.max(Entry.seq))) or 0
    yield _gauge("ledger_entries", "Sealed entries of the ledger", newest)
    unsealed = _few(Entry.id, Entry.seq.is_(None))
    yield _gauge("ledger_unsealed", "Entries that wait for their seal, up to 10,000", unsealed)
    yield _gauge("ledger_lag_seconds", "Age of the oldest fact not sealed or read", health.lag(now))
    cursors = db.session.execute(select(Cursor.name, Cursor.seq).order_by(Cursor.name))
    behind = [(name, newest - seq) for name, seq in cursors]
    yield _family("reader_lag_entries", "Entries a reader has not read", "reader", behind)
    signed = db.session.scalar(select(func.max(Checkpoint.signed_at)))
    if signed is not None:
        age = (now - signed).total_seconds()
        yield _gauge("checkpoint_age_seconds", "Since the log was last signed", age)
    _many, seconds = following.behind(now)
    yield _gauge("index_lag_seconds", "Age of the oldest fact that search does not know", seconds)
    waiting = _few(Letter.id, Letter.settled_at.is_(None))
    yield _gauge("letters_waiting", "Letters that have not gone, up to 10,000", waiting)
    yield _gauge("worker_alive", "Whether a worker has the turn", worker_alive(settings))


def _few(key: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> int:
    some = select(key).where(*conditions).limit(MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def worker_alive(settings: Settings) -> bool:
    """Whether some worker holds the turn, as the system knows it; without taking it."""
    if not settings.is_sqlite:
        held = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND objid = :key AND database = (SELECT oid FROM pg_database "
            "WHERE datname = current_database())"
        )
        return bool(db.session.scalar(held, {"key": ADVISORY_LOCK}))
    file = settings.instance_dir / "worker.lock"
    try:
        number = file.stat().st_ino
        locks = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return False
    device = os.stat(file).st_dev
    name = f"{os.major(device):02x}:{os.minor(device):02x}:{number}"
    return any(" FLOCK " in f" {lock} " and name in lock.split() for lock in locks)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"gopy_{name}", help_, value=value)


def _family(name: str, help_: str, label: str, rows: Iterable[Row]) -> Metric:
    made = GaugeMetricFamily(f"gopy_{name}", help_, labels=[label])
    for value, number in rows:
        made.add_metric([value], number)
    return made
