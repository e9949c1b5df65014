"""Keeping a search for an address: asked for, confirmed by its owner, changed, stopped.

An address is nobody's business but its owner's: who asks for letters learns nothing of what is
kept for it, and no fact of the ledger speaks of it. Keys come by letter alone; one that opens
nothing any more changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.alerts import letters
from app.alerts.kept import kept_of, next_letter
from app.alerts.models import Frequency, SavedSearch, Subscriber
from app.extensions import db, sealer
from app.kit import clock, codes
from app.mail import post
from app.people import consents
from app.people.models import Purpose
from app.search.asked import Asked
from app.web.locale import Language

MOST = 20  # searches of one address
ASKED_A_DAY = 3  # letters that ask one address, so that nobody is pestered with them
UNANSWERED = timedelta(days=7)  # after which a search that nobody confirmed is forgotten
AT_ONCE = 500


def ask(wish: Asked, email: str, frequency: Frequency, language: Language, now: datetime) -> None:
    """The address is asked, in that language, whether it wants letters about what is searched.

    Nothing happens, and nothing says so, where too much is kept for it or it was asked too often.
    """
    whose = _held_or_new(email.lower(), language, now)
    chosen = kept_of(wish.chosen)
    alike = (one for one in whose.searches if (one.words, one.chosen) == (wish.words, chosen))
    search = next(alike, None)
    if search is None:
        if not _has_room(whose):
            return
        search = SavedSearch(words=wish.words, chosen=chosen, key=codes.new_key(), told_until=now)
        whose.searches.append(search)
    if search.confirmed_at is None:
        search.frequency, search.consented_at = frequency.value, now
    db.session.flush()
    today = clock.vn_date(now)
    turns = [f"{letters.about(whose.key)}:ask:{today}:{n}" for n in range(ASKED_A_DAY)]
    taken = post.known(turns)
    free = [turn for turn in turns if turn not in taken]
    if free:
        post.write_all([letters.please_confirm(search, free[0], language, now)], now)


def _has_room(whose: Subscriber) -> bool:
    """Whether one more search can be kept; the oldest that nobody confirmed gives way to it.

    Else whoever asks twenty times for somebody else's address would keep its owner from asking.
    """
    if len(whose.searches) < MOST:
        return True
    unconfirmed = [one for one in whose.searches if one.confirmed_at is None]
    if unconfirmed:
        whose.searches.remove(min(unconfirmed, key=lambda one: one.consented_at))
    return bool(unconfirmed)


def _held_or_new(email: str, language: Language, now: datetime) -> Subscriber:
    # under an older key too: it may not have been marked anew yet
    marks = sealer().marks(email)
    held = select(Subscriber).where(Subscriber.mark.in_(marks)).with_for_update()
    found = db.session.scalar(held)
    if found is not None:
        return found
    fresh = Subscriber(email=email, mark=marks[0], language=language.code, created_at=now)
    fresh.key = codes.new_key()
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
    except IntegrityError:  # somebody else asked for it this very moment
        return db.session.scalars(held).one()
    return fresh


def find(key: str) -> SavedSearch | None:
    """The search that this key is for."""
    return db.session.scalar(select(SavedSearch).where(SavedSearch.key == key))


def subscriber(key: str) -> Subscriber | None:
    """The address whose searches this key lists."""
    return db.session.scalar(select(Subscriber).where(Subscriber.key == key))


def confirm(key: str, language: Language, now: datetime) -> None:
    """Letters about the search may be sent, in that language; a second time changes nothing."""
    search = _held(key)
    if search is not None and search.confirmed_at is None:
        search.confirmed_at = now
        search.due_at = next_letter(Frequency(search.frequency), now, now)
        search.subscriber.language = language.code
        consents.give(Purpose.SEARCH_LETTERS, f"search:{search.id}", language.code, now)


def change(
    key: str, frequencies: Mapping[int, Frequency], language: Language, now: datetime
) -> None:
    """Those searches of the address are told of as often as that, in letters of that language."""
    whose = held(key)
    if whose is None:
        return
    whose.language = language.code
    for search in whose.searches:
        wanted = frequencies.get(search.id, Frequency(search.frequency))
        if wanted != search.frequency:
            search.frequency = wanted.value
            if search.confirmed_at is not None:
                search.due_at = next_letter(wanted, search.confirmed_at, now)


def stop(key: str, now: datetime) -> None:
    """The search is kept no more, nor the address when it was its last."""
    search = _held(key)
    if search is None:
        return
    if len(search.subscriber.searches) == 1:
        _end(search.subscriber, now)
    else:
        post.take_back(post.waiting([letters.about(search.key)]), now)
        consents.withdraw(Purpose.SEARCH_LETTERS, f"search:{search.id}", now)
        search.subscriber.searches.remove(search)
        db.session.flush()


def stop_all(key: str, now: datetime) -> None:
    """Nothing is kept of the address, and no letter to it that waits is sent."""
    whose = held(key)
    if whose is not None:
        _end(whose, now)


def _end(whose: Subscriber, now: datetime) -> None:
    keys = [whose.key, *(search.key for search in whose.searches)]
    post.take_back(post.waiting([letters.about(key) for key in keys]), now)
    for search in whose.searches:
        consents.withdraw(Purpose.SEARCH_LETTERS, f"search:{search.id}", now)
    db.session.execute(delete(Subscriber).where(Subscriber.id == whose.id))
    db.session.expire_all()


def _held(key: str) -> SavedSearch | None:
    """The search as it is now, while nobody else changes anything of its address."""
    owner = select(SavedSearch.subscriber_id).where(SavedSearch.key == key).scalar_subquery()
    db.session.execute(select(Subscriber.id).where(Subscriber.id == owner).with_for_update())
    return db.session.scalar(
        select(SavedSearch).where(SavedSearch.key == key).execution_options(populate_existing=True)
    )


def held(key: str) -> Subscriber | None:
    """The address as it is now, while nobody else changes anything of it."""
    return db.session.scalar(
        select(Subscriber)
        .where(Subscriber.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def forget(now: datetime) -> None:
    """Searches that nobody confirmed in time are gone, and with them addresses that have none."""
    stale = (
        select(SavedSearch.key)
        .where(
            SavedSearch.due_at.is_(None),
            SavedSearch.confirmed_at.is_(None),
            SavedSearch.consented_at < now - UNANSWERED,
        )
        .limit(AT_ONCE)
    )
    for key in db.session.scalars(stale).all():
        stop(key, now)
