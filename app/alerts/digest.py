"""The duty that writes the letters of the morning: one for an address, whatever it keeps.

Looking takes its time and holds no pen. What a letter tells, the letter itself and the morning of
the next are then written in one transaction, unless its owner changed anything meanwhile: so no
event is told twice and none is lost, wherever the worker ends.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.alerts import keeping, letters, news
from app.alerts.kept import chosen_of, next_letter
from app.alerts.letters import Addressee
from app.alerts.models import Frequency, SavedSearch, Subscriber, Told
from app.alerts.news import Day, News, Watch
from app.extensions import db, reads_only
from app.ledger.models import Entry
from app.ledger.read import position
from app.mail import post
from app.search import entries
from app.search.engine import IndexUnavailable
from app.search.public_now import still_public
from app.search.standing import standings
from app.web import locale

AT_ONCE = 100
BUSY = 2.0  # seconds after which the worker turns to what else it has to do
LATER = timedelta(hours=1)  # before a letter that failed is tried again
KEPT = timedelta(days=90)  # how long who was told of what is remembered; no look reaches so far

log = logging.getLogger(__name__)


def tell(now: datetime) -> None:
    """Letters wait for the first of those whose searches are due, and the next are known; commits.

    Where no letters are sent, or the index lags behind, everything waits.
    """
    end = time.monotonic() + BUSY
    if not post.is_on():
        return
    try:
        with _reading():
            due = _due(now)
            if not due or _lags(now):
                return
            day = _day(due, now)
        for to, watches in due:
            _tell(to, watches, day)
            if time.monotonic() > end:
                return
    except IndexUnavailable:
        log.warning("letters about searches wait for the index")


@contextmanager
def _reading() -> Iterator[None]:
    """Inside, nothing is written and nobody kept from writing."""
    token = reads_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reads_only.reset(token)


def _due(now: datetime) -> list[tuple[Addressee, list[Watch]]]:
    """Whom to write to, with the searches that are due; who waits longest comes first."""
    first = (
        select(SavedSearch.subscriber_id)
        .where(SavedSearch.due_at <= now)
        .order_by(SavedSearch.due_at, SavedSearch.id)
        .limit(AT_ONCE)
    )
    ids = list(dict.fromkeys(db.session.scalars(first)))
    rows = db.session.execute(
        select(SavedSearch, Subscriber.email, Subscriber.language, Subscriber.key)
        .join(Subscriber, Subscriber.id == SavedSearch.subscriber_id)
        .where(SavedSearch.subscriber_id.in_(ids), SavedSearch.due_at <= now)
        .order_by(SavedSearch.id)
    )
    found: dict[int, tuple[Addressee, list[Watch]]] = {}
    for search, email, language, key in rows:
        to = Addressee(search.subscriber_id, email, language, key)
        found.setdefault(to.id, (to, []))[1].append(_watch(search))
    return [found[number] for number in ids if number in found]


def _watch(search: SavedSearch) -> Watch:
    assert search.confirmed_at is not None
    assert search.due_at is not None
    return Watch(
        search.id,
        search.key,
        search.words,
        chosen_of(search.chosen),
        Frequency(search.frequency),
        search.confirmed_at,
        search.due_at,
        max(search.told_until - news.BACK, search.consented_at),
    )


def _lags(now: datetime) -> bool:
    """Whether the index has not heard of something that happened a while ago."""
    unread = select(Entry.at).where(Entry.seq > position(entries.NAME)).order_by(Entry.seq)
    at = db.session.scalar(unread.limit(1))
    return at is not None and at < now - news.BACK


def _day(due: Sequence[tuple[Addressee, list[Watch]]], now: datetime) -> Day:
    engine, known = entries.index(), standings()
    since = min(watch.since for _, watches in due for watch in watches)
    return Day(now, engine, known, news.events(engine, known, since, now))


def _tell(to: Addressee, watches: Sequence[Watch], day: Day) -> None:
    """The letter waits, if there is anything to tell; commits.

    A fault of one address must not keep the others waiting; its words are in no log.
    """
    try:
        with _reading():
            with locale.speaking(locale.called(to.language)):  # as on the page it was kept from
                found = _found(to, watches, day)
            letter = letters.what_is_new(to, found, day.now) if found else None
        _settle(to, watches, found, letter, day.now)
    except IndexUnavailable:
        raise
    except Exception as error:
        db.session.rollback()
        log.error("the letter to subscriber %s waits: %s", to.id, type(error).__name__)
        _put_off(watches, day.now + LATER)


def _found(to: Addressee, watches: Sequence[Watch], day: Day) -> list[News]:
    """What there is to tell, search by search, each thing where it is found first."""

    def untold(names: Collection[str]) -> set[str]:
        told = select(Told.event).where(Told.subscriber_id == to.id, Told.event.in_(names))
        return set(names) - set(db.session.scalars(told))

    found: list[News] = []
    told: set[str] = set()
    for watch in watches:
        one = news.without(news.of(watch, day, untold, still_public), told)
        told |= one.told
        if one.events or one.hits:
            found.append(one)
    return found


def _settle(
    to: Addressee,
    watches: Sequence[Watch],
    found: Sequence[News],
    letter: post.Written | None,
    now: datetime,
) -> None:
    """All of it is true at once, or nothing, when a search was changed or stopped meanwhile."""
    held = keeping.held(to.key)
    searches = {search.id: search for search in held.searches} if held else {}
    if any(w.id not in searches or searches[w.id].due_at != w.due_at for w in watches):
        db.session.rollback()
        return
    for watch in watches:
        search = searches[watch.id]
        search.told_until = now
        search.due_at = next_letter(watch.frequency, watch.confirmed_at, now)
    _remember(to.id, {name for one in found for name in one.told}, now)
    if letter is not None:
        post.write_all([letter], now)
    db.session.commit()


def _remember(subscriber_id: int, names: Collection[str], now: datetime) -> None:
    """The subscriber was told of these; what was told long ago is forgotten."""
    old = delete(Told).where(Told.subscriber_id == subscriber_id, Told.at < now - KEPT)
    db.session.execute(old.execution_options(synchronize_session=False))
    if names:
        rows = [
            {"subscriber_id": subscriber_id, "event": name, "at": now} for name in sorted(names)
        ]
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        db.session.execute(dialect.insert(Told.__table__).on_conflict_do_nothing(), rows)


def _put_off(watches: Sequence[Watch], until: datetime) -> None:
    for watch in watches:
        search = db.session.get(SavedSearch, watch.id)
        if search is not None and search.due_at == watch.due_at:
            search.due_at = until
    db.session.commit()


DUTIES = (keeping.forget, tell)
