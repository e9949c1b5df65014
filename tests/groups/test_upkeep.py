"""Groups are made anew when enough has come, by one process at a time."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from app.extensions import db
from app.groups import engine, upkeep
from app.kit import clock


@pytest.fixture
def slug(world, drain, monkeypatch) -> str:
    """A draft with as many comments as make it due."""
    monkeypatch.setattr(upkeep, "ENOUGH", 2)
    consultation = world.consultation()
    for words in ("Một ý.", "Hai ý."):
        world.comment(consultation, words)
    found = consultation.dossier.slug
    world.due_id = consultation.id
    drain()
    return found


def test_what_has_grown_is_due_until_it_is_grouped(slug, world):
    assert upkeep.due() == slug
    engine.regroup(world.due_id)
    assert upkeep.due() is None


def test_few_more_are_not_worth_it(slug, world, monkeypatch):
    monkeypatch.setattr(upkeep, "ENOUGH", 3)
    assert upkeep.due() is None


def ending(status: int) -> tuple[str, ...]:
    return (sys.executable, "-c", f"raise SystemExit({status})")


def test_one_at_a_time_and_none_for_a_while_after_a_fault(slug, monkeypatch):
    monkeypatch.setattr(upkeep, "COMMAND", ending(1))
    work, now = upkeep.Upkeep(), clock.now()
    work.look(now)
    first = work.process
    assert first is not None
    first.wait()
    work.look(now)
    assert work.process is None
    work.look(now + timedelta(minutes=9))
    assert work.process is None
    monkeypatch.setattr(upkeep, "COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    work.look(now + timedelta(minutes=11))
    second = work.process
    assert second is not None
    work.look(now + timedelta(minutes=12))
    assert work.process is second
    second.kill()
    second.wait()
    db.session.rollback()
