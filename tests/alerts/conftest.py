"""People who keep searches, and the letters that wait for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.alerts import digest, keeping
from app.alerts.described import known
from app.alerts.models import Frequency, SavedSearch, Subscriber
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db, sealer
from app.kit import clock
from app.mail.models import Letter
from app.mail.post import TAKEN_BACK
from app.search import entries
from app.search.asked import read
from app.web import locale
from tests.factories import World
from tests.mail.conftest import office  # noqa: F401 - a fixture

KEY = r"[\w-]{22}"


def wish(**asked: str | list[str]):
    """A search as its address asks for it."""
    return known(read(MultiDict(asked)))


@dataclass
class Readers:
    """Addresses that keep searches of what happens in a world."""

    world: World
    drain: Callable[[], None]

    def ask(
        self,
        email: str = "reader@example.vn",
        frequency: Frequency = Frequency.DAILY,
        language: str = "vi",
        now: datetime | None = None,
        **asked: str | list[str],
    ) -> SavedSearch | None:
        """The search that the address was asked about last, if one is kept."""
        now = now or clock.now()
        keeping.ask(wish(**asked), email, frequency, locale.called(language), now)
        db.session.commit()
        mark = sealer().mark(email.lower())
        newest = select(SavedSearch).join(Subscriber).where(Subscriber.mark == mark)
        return db.session.scalars(newest.order_by(SavedSearch.id.desc())).first()

    def keep(self, email: str = "reader@example.vn", **asked) -> SavedSearch:
        """A search whose address said yes, the letter that asked already gone."""
        search = self.ask(email, **asked)
        assert search is not None
        now = asked.get("now") or clock.now()
        keeping.confirm(search.key, locale.called(asked.get("language", "vi")), now)
        for letter in self.waiting():
            db.session.delete(letter)
        db.session.commit()
        return search

    def opened(self, dossier: Dossier | None = None, **words) -> Consultation:
        """A draft that has opened for comments just now."""
        return self.world.consultation(dossier, opened_at=clock.now(), **words)

    def morning(self, days: int = 1) -> datetime:
        """Just after seven, that many mornings from now, in Viet Nam."""
        day = clock.vn_date(clock.now()) + timedelta(days=days)
        return clock.vn_midnight(day) + timedelta(hours=7, minutes=1)

    def tell(self, at: datetime | None = None) -> list[Letter]:
        """The letters that a morning wrote, everything that happened before read by all."""
        before = {letter.id for letter in self.letters()}
        db.session.commit()
        self.drain()
        self.look()
        digest.tell(at or self.morning())
        return [letter for letter in self.letters() if letter.id not in before]

    def look(self) -> None:
        """The index is looked at anew by the next search."""
        entries.index().close()

    def letters(self) -> list[Letter]:
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))

    def waiting(self) -> list[Letter]:
        return [letter for letter in self.letters() if letter.settled_at is None]

    def taken_back(self) -> list[Letter]:
        return [letter for letter in self.letters() if letter.problem == TAKEN_BACK]


@pytest.fixture
def readers(
    app: Flask,
    world: World,
    drain: Callable[[], None],
    office: object,  # noqa: F811
) -> Iterator[Readers]:
    yield Readers(world, drain)
    db.session.rollback()


def link(letter: Letter, path: str) -> str:
    """The address in a letter whose path has that shape, `KEY` standing for a key."""
    [found] = re.findall(rf"http://127\.0\.0\.1:8000((?:/en)?{path})(?=\s)", letter.body)
    return found
