"""How the portal is: reachable, migrated, and how far its worker is behind."""

from __future__ import annotations

import platform
import tomllib
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import ROOT
from app.extensions import db
from app.ledger.models import Cursor, Entry


@cache
def app_version() -> str:
    """The version in `pyproject.toml`: the portal is run from its own directory."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@cache
def newest_migration() -> str | None:
    """The revision that the code expects of the database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def report(now: datetime) -> tuple[dict[str, Any], bool]:
    """The answer of the health page, and whether the database can be reached.

    `lag_seconds` is the age of the oldest fact that is not sealed, or that the slowest reader has
    not read; 0 when there is none.
    """
    words: dict[str, Any] = {
        "version": app_version(),
        "python": platform.python_version(),
        "sqlalchemy": version("sqlalchemy"),
    }
    try:
        migrated = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        seconds = lag(now)
    except SQLAlchemyError:
        db.session.rollback()
        return {"status": "unavailable", **words, "database": "unreachable"}, False
    return {
        "status": "ok" if migrated == newest_migration() else "not migrated",
        **words,
        "database": db.engine.dialect.name,
        "migration": migrated,
        "newest_migration": newest_migration(),
        "lag_seconds": seconds,
    }, True


def lag(now: datetime) -> float:
    """The age in seconds of the oldest fact that is not sealed or not read by all; 0 for none."""
    read = select(func.coalesce(func.min(Cursor.seq), 0)).scalar_subquery()
    unread = select(Entry.at).where(Entry.seq > read).order_by(Entry.seq).limit(1)
    unsealed = select(Entry.at).where(Entry.seq.is_(None)).order_by(Entry.id).limit(1)
    waiting = [at for at in map(db.session.scalar, (unread, unsealed)) if at is not None]
    return round(max(((now - at).total_seconds() for at in waiting), default=0.0), 1)
