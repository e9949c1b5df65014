"""Writing letters: one for an occasion, queued in the transaction that calls for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Insert, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.kit.text import clean_line, shorten
from app.mail.models import Letter

MAX_SUBJECT = 299  # and the sign that something was left out
AT_ONCE = 500  # rows in a statement
TAKEN_BACK = "taken back before it was sent"


@dataclass(frozen=True)
class Written:
    """A letter to be sent from `due` on; `key` names its occasion, `stop_url` ends all further
    about the same."""

    key: str
    about: str
    recipient: str
    subject: str
    body: str
    stop_url: str
    due: datetime


def is_on() -> bool:
    """Whether letters are sent at all; where they are not, nobody may be promised one."""
    return current_app.extensions["settings"].mail is not None


def body(*paragraphs: str) -> str:
    """The text of a letter: paragraphs with a blank line between them, the empty ones left out."""
    return "\n\n".join(str(one).strip() for one in paragraphs if one) + "\n"


def write(
    key: str,
    recipient: str,
    subject: str,
    body: str,
    stop_url: str,
    now: datetime,
    about: str = "",
) -> None:
    """The letter waits to be sent; a second one for the same occasion is never written."""
    write_all([Written(key, about, recipient, subject, body, stop_url, now)], now)


def write_all(letters: Sequence[Written], now: datetime) -> None:
    """Each letter waits until it is due; no occasion gets a second one, and none is written
    where no letters are sent."""
    if not is_on():
        return
    for start in range(0, len(letters), AT_ONCE):
        db.session.execute(_insert(), [_row(one, now) for one in letters[start : start + AT_ONCE]])


def _insert() -> Insert:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(Letter.__table__).on_conflict_do_nothing(index_elements=["key"])


def _row(letter: Written, now: datetime) -> dict[str, object]:
    return {
        "key": letter.key,
        "about": letter.about,
        "recipient": letter.recipient,
        "subject": shorten(clean_line(letter.subject), MAX_SUBJECT),
        "body": letter.body,
        "stop_url": letter.stop_url,
        "queued_at": now,
        "next_try_at": letter.due,
        "tries": 0,
        "problem": "",
    }


def written(about: str) -> Sequence[str]:
    """The keys of all letters about that, sent or not."""
    return db.session.scalars(select(Letter.key).where(Letter.about == about)).all()


def known(keys: Collection[str]) -> set[str]:
    """Those of the keys that a letter has, sent or not."""
    found: set[str] = set()
    for some in _bites(keys):
        found |= set(db.session.scalars(select(Letter.key).where(Letter.key.in_(some))))
    return found


def waiting(about: Collection[str]) -> list[str]:
    """The keys of the letters about any of these that are still to be sent."""
    found: list[str] = []
    for some in _bites(about):
        them = select(Letter.key).where(Letter.about.in_(some), Letter.settled_at.is_(None))
        found += db.session.scalars(them)
    return found


def take_back_naming(words: Collection[str], now: datetime) -> int:
    """No waiting letter that says any of these words is sent; returns how many there were."""
    last, found = 0, list[str]()
    while rows := db.session.execute(_waiting_after(), {"last": last}).all():
        last = rows[-1].id
        found += [
            row.key
            for row in rows
            if any(word in row.subject or word in row.body for word in words if word)
        ]
    take_back(found, now)
    return len(found)


def _waiting_after() -> Select[int, str, str, str]:
    columns = Letter.id, Letter.key, Letter.subject, Letter.body
    waiting = select(*columns).where(Letter.settled_at.is_(None), Letter.id > bindparam("last"))
    return waiting.order_by(Letter.id).limit(AT_ONCE)


def take_back(keys: Collection[str], now: datetime) -> None:
    """The letters with these keys are not sent any more."""
    for some in _bites(keys):
        db.session.execute(
            update(Letter)
            .where(Letter.key.in_(some), Letter.settled_at.is_(None))
            .values(settled(now, TAKEN_BACK))
            .execution_options(synchronize_session=False)
        )


def _bites(names: Collection[str]) -> Iterator[list[str]]:
    them = list(names)
    for start in range(0, len(them), AT_ONCE):
        yield them[start : start + AT_ONCE]


def settled(now: datetime, problem: str = "") -> dict[str, object]:
    """The columns of a letter that is done with: nothing tells whom it was for or what it said."""
    return {
        "settled_at": now,
        "problem": problem,
        "recipient": "",
        "subject": "",
        "body": "",
        "stop_url": "",
    }
