"""Keys are changed: everything is sealed with the new one, and the old one is not needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.alerts.models import Subscriber
from app.citizens import forget
from app.comments import erasing
from app.comments.models import ContactAddress
from app.extensions import db
from app.kit.sealing import SealBrokenError, Sealer, new_key
from app.privacy import rotate
from tests.privacy.person import EMAIL, plant


def tokens() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table, columns in rotate.sealed_columns().items():
        names = ", ".join(f'"{name}"' for name in columns)
        found[table] = [
            tuple(row) for row in db.session.execute(text(f"SELECT {names} FROM {table}"))
        ]
    db.session.rollback()
    return found


@pytest.fixture
def keyed(app, world, office, monkeypatch):
    """What is sealed with the key of before, and a portal that has a new one in front."""
    plant(world)
    settings = app.extensions["settings"]
    keys = (new_key(), *settings.identity_keys)
    monkeypatch.setitem(app.extensions, "settings", replace(settings, identity_keys=keys))
    monkeypatch.setitem(app.extensions, "sealer", Sealer(keys))
    return keys


def test_afterwards_the_old_key_is_not_needed(app, keyed, monkeypatch):
    assert rotate.rotate(keyed) > 5
    alone = Sealer(keyed[:1])
    monkeypatch.setitem(app.extensions, "sealer", alone)
    db.session.expire_all()
    for rows in tokens().values():
        for row in rows:
            for token in row:
                assert not token or alone.open(str(token))
    # found by its mark as before
    assert len(erasing.left_by(EMAIL)) == 2
    assert forget.find(EMAIL) is not None
    mark = alone.mark(EMAIL)
    assert db.session.scalar(select(Subscriber.email).where(Subscriber.mark == mark)) == EMAIL
    assert EMAIL in set(db.session.scalars(select(ContactAddress.email)))


def test_a_second_run_has_nothing_to_do(keyed):
    rotate.rotate(keyed)
    before = tokens()
    assert rotate.rotate(keyed) == 0
    assert tokens() == before


def test_a_run_that_was_stopped_goes_on(keyed, monkeypatch):
    monkeypatch.setattr(rotate, "AT_ONCE", 1)

    def stop(_name: str, _many: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate.rotate(keyed, stop)
    db.session.rollback()
    rotate.rotate(keyed)
    assert rotate.rotate(keyed[:1]) == 0


def test_what_no_key_opens_is_told(keyed):
    with pytest.raises(SealBrokenError):
        rotate.rotate((new_key(),))
    db.session.rollback()


def test_every_mark_of_the_models_can_be_made_anew():
    known = {(mark.table, mark.column) for mark in rotate.MARKS}
    marked = {
        (table.name, column.name)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name in ("mark", "email_mark")
    }
    assert marked == known | {(name, "mark") for name in rotate.UNREPEATABLE}
