"""What drafts are now is asked when one of them changed, and at no other time."""

from __future__ import annotations

import threading
from datetime import timedelta

from app.accounts.models import Role
from app.consultations.lifecycle import extend
from app.documents.models import Topic
from app.documents.topics import label
from app.extensions import db
from app.kit import clock
from app.search.facets import Status
from app.search.standing import standings
from tests.search.counting import statements


def test_nothing_is_asked_while_nothing_happened(world, drain):
    world.consultation()
    drain()
    first = standings()
    with statements() as asked:
        assert standings() is first
    assert [one for one in asked if "page_revision" not in one] == []


def test_a_fact_about_no_draft_costs_one_question(world, drain):
    consultation = world.consultation()
    drain()
    first = standings()
    world.comment(consultation)
    drain()
    with statements() as asked:
        assert standings() is first
        standings()
    assert len([one for one in asked if "FROM ledger_entry" in one]) == 1
    assert not [one for one in asked if "FROM dossier" in one]


def test_a_topic_given_and_a_period_extended_are_known_at_once(world, drain):
    consultation = world.consultation()
    dossier, officer = consultation.dossier, world.officer(world.agency(), Role.APPROVER)
    drain()
    assert standings().dossiers[dossier.id].topic == ""
    topic = db.session.query(Topic).first()
    label(dossier, topic, officer, clock.now())
    extend(consultation, consultation.last_day + timedelta(days=3), "Vì lũ.", officer, clock.now())
    db.session.commit()
    drain()
    now = standings().dossiers[dossier.id]
    assert now.topic == topic.code
    assert now.closes_at == consultation.closes_at


def test_a_draft_is_closed_from_the_moment_it_closes(world, drain, monkeypatch):
    """No fact says so yet: the worker may take a moment to write it."""
    consultation = world.consultation()
    dossier_id, closes_at = consultation.dossier_id, consultation.closes_at
    drain()
    assert standings().dossiers[dossier_id].status is Status.OPEN
    assert standings().closing() == [dossier_id]
    monkeypatch.setattr(clock, "now", lambda: closes_at - timedelta.resolution)
    assert standings().dossiers[dossier_id].status is Status.OPEN
    monkeypatch.setattr(clock, "now", lambda: closes_at)
    assert standings().dossiers[dossier_id].status is Status.CLOSED
    assert standings().closing() == []


def test_an_unopened_draft_stands_nowhere(world, drain):
    dossier = world.dossier()
    world.version(dossier)
    drain()
    assert dossier.id not in standings().dossiers


def test_many_threads_ask_the_database_once(app, world, drain):
    world.consultation()
    drain()
    app.extensions.pop("standings", None)
    # while one thread asks what is new, the others go by what was known before
    app.extensions["revisions"].refresh()
    found = []

    def ask() -> None:
        with app.app_context():
            found.append(standings())

    with statements() as asked:
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 6
    assert len({id(one) for one in found}) == 1
    assert len([one for one in asked if "dossier.slug" in one]) == 1
