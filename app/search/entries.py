"""The portal's index: which engine keeps it, how it is asked, followed, rebuilt and healed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from flask import current_app

from app.config import SearchEngine
from app.extensions import reads_only
from app.ledger.models import Entry
from app.ledger.read import Reader, position
from app.search import following
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import Engine, Sort
from app.search.facets import Chosen
from app.search.finding import FIRST_PAGE, Results, Window, search
from app.search.following import NAME
from app.search.healing import Healer
from app.search.postgres.index import PostgresIndex
from app.search.sources.everything import everything
from app.search.standing import standings


def index() -> Engine:
    """The portal's index, one per process."""
    found: Engine | None = current_app.extensions.get("search")
    if found is None:
        settings = current_app.extensions["settings"]
        found = (
            PostgresIndex(settings.database_url)
            if settings.search_engine is SearchEngine.POSTGRESQL
            else EmbeddedIndex(settings.search_dir)
        )
        current_app.extensions["search"] = found
    return found


def find(
    text: str,
    *,
    chosen: Chosen | None = None,
    sort: Sort = Sort.RELEVANCE,
    window: Window = FIRST_PAGE,
    since: datetime | None = None,
) -> Results:
    """A page of what is public and answers `text`; raises IndexUnavailable."""
    return search(index(), text, standings(), chosen=chosen, sort=sort, window=window, since=since)


def rebuild(progress: Callable[[int], None] = lambda count: None) -> None:
    """The index holds everything public again; the old one answered until it was ready.

    Web and worker go on meanwhile. What is recorded meanwhile is read once more, for the new one:
    no harm in that. Raises IndexUnavailable when somebody else rebuilds it.
    """
    # no writer waits for our reading, however long it takes
    token = reads_only.set(True)
    try:
        since = position(NAME)
        with ExitStack() as until:
            documents = following.taking_over(everything(), since, until)
            index().rebuild(documents, since, progress)
    finally:
        reads_only.reset(token)


_healer = Healer(index, rebuild)


def heal(_now: datetime) -> None:
    """A lost, damaged, emptied or older index is made whole."""
    _healer.look()


def _follow(entries: Sequence[Entry]) -> None:
    following.follow(index(), entries)


READERS = (
    Reader(
        NAME,
        following.VERBS,
        _follow,
        batch=300,
        turn=lambda: following.following(index),
    ),
)
DUTIES = (heal,)
