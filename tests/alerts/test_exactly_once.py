"""Whatever happens in whatever order, and wherever the worker ends: each event is told once."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.accounts.models import Role
from app.alerts import digest
from app.alerts.models import Frequency
from app.extensions import db
from app.kit import clock
from app.mail.models import Letter
from app.responses import answering
from app.responses.models import Disposition
from tests.alerts.conftest import Readers

HAPPENINGS = st.lists(
    st.sampled_from(["open", "comment", "answer", "morning", "morning", "crash", "hour"]),
    min_size=5,
    max_size=9,
)


class EndError(BaseException):
    """The worker ends at this point."""


class Town:
    """A clock that moves on, and things that happen to drafts about wells."""

    def __init__(self, readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readers, self.world, self.monkeypatch = readers, readers.world, monkeypatch
        self.now: datetime = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.agency = self.world.agency()
        self.staff = self.world.officer(self.agency, *Role)
        self.drafter = self.world.officer(self.agency, Role.DRAFTER)
        self.numbers = count(1)

    def begin(self, email: str) -> None:
        """One address keeps three searches that find much of the same."""
        self.email, self.happened, self.unanswered = email, [], []
        # weeks pass in a run: what was open in the one before may take no comments any more
        earlier = self.now - timedelta(hours=1)
        self.open = self.world.consultation(self.world.dossier(self.agency), opened_at=earlier)
        self.readers.keep(email, language="en")
        self.readers.keep(email, language="en", q="nước sạch", frequency=Frequency.WEEKLY)
        self.readers.keep(email, language="en", kind=["comment", "answer"])
        db.session.execute(delete(Letter))
        db.session.commit()

    def happens(self, what: str) -> None:
        self.now += timedelta(minutes=1)
        getattr(self, f"_{what}")()
        db.session.commit()

    def _open(self) -> None:
        title = f"Nghị quyết về nước sạch «{next(self.numbers)}»"
        self.open = self.world.consultation(
            self.world.dossier(self.agency, title=title), opened_at=self.now
        )
        self.happened.append(title)

    def _comment(self) -> None:
        words = f"Cần nước sạch «{next(self.numbers)}»"
        comment = self.world.comment(self.open, words, at=self.now)
        self.world.publish(comment, self.staff, self.now)
        self.happened.append(words)
        self.unanswered.append(comment)

    def _answer(self) -> None:
        if self.unanswered:
            words = f"Xin ghi nhận nước sạch «{next(self.numbers)}»"
            comment = self.unanswered.pop()
            ways = [comment.id], Disposition.NOTED, words, self.drafter, self.now
            made = answering.draft(comment.consultation, *ways)
            answering.finish(made, self.staff, self.now)
            self.happened.append(words)

    def _hour(self) -> None:
        self.now += timedelta(hours=1)
        self._work()

    def _morning(self) -> None:
        day = clock.vn_date(self.now) + timedelta(days=1)
        self.now = clock.vn_midnight(day) + timedelta(hours=7, minutes=1)
        self._work()

    def _crash(self) -> None:
        def ends(*_args: object) -> None:
            raise EndError

        with self.monkeypatch.context() as fault:
            fault.setattr(digest.post, "write_all", ends)
            try:
                self._morning()
            except EndError:
                db.session.rollback()
        self._work()

    def _work(self) -> None:
        db.session.commit()
        self.readers.drain()
        self.readers.look()
        for _ in range(2):
            digest.tell(self.now)

    def told(self) -> list[Letter]:
        return [letter for letter in self.readers.letters() if letter.recipient == self.email]


def test_each_event_is_told_once(readers, monkeypatch):
    town, numbers = Town(readers, monkeypatch), count(1)

    @settings(
        max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(HAPPENINGS)
    def run(happenings: list[str]) -> None:
        # every run would begin from one seed, and the files of the index get names used before
        random.seed()
        town.begin(f"reader-{next(numbers)}@example.vn")
        for what in [*happenings, *["morning"] * 8]:
            town.happens(what)
        bodies = [letter.body for letter in town.told()]
        lines = Counter(line for body in bodies for line in body.splitlines())
        for words in town.happened:
            if words.startswith("Nghị quyết"):
                assert lines[f"* New draft: {words}"] == 1, words
                assert lines[f"* Closes soon: {words}"] <= 1, words
            else:
                assert lines[f"  {words}"] == 1, words
        days = Counter(clock.vn_date(letter.queued_at) for letter in town.told())
        assert set(days.values()) <= {1}

    run()
