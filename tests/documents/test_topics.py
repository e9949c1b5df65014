"""Topics: seeded once, chosen for a draft, and never part of what people comment on."""

from __future__ import annotations

import re
import tomllib

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.documents.dossiers import description_digest
from app.documents.models import Dossier, Topic
from app.documents.topics import SEED, label, seed, topics
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from tests.factories import World

ROWS = tomllib.loads(SEED.read_text("utf-8"))["topic"]


def labelled() -> list[Entry]:
    found = select(Entry).where(Entry.verb == Verb.DOSSIER_LABELLED.value)
    return list(db.session.scalars(found.order_by(Entry.id)))


def path(dossier: Dossier) -> str:
    return f"/desk/dossiers/{dossier.id}/topic"


def test_the_seed_is_whole():
    codes = [row["code"] for row in ROWS]
    assert len(set(codes)) == len(codes) >= 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) and len(code) <= 40 for code in codes)
    for names in ([row["name_vi"] for row in ROWS], [row["name_en"] for row in ROWS]):
        assert len(set(names)) == len(names)
        assert all(names)


def test_what_was_renamed_here_stays_renamed(app):
    db.session.get(Topic, "land").name = "Ruộng đất"
    seed()
    assert [topic.code for topic in topics()] == [row["code"] for row in ROWS]
    assert db.session.get(Topic, "land").name == "Ruộng đất"


def test_a_label_is_a_fact_once_and_may_be_taken_off(world):
    dossier = world.dossier()
    officer = world.officer(dossier.agency, Role.DRAFTER)
    land = db.session.get(Topic, "land")
    for topic in (land, land, None):
        label(dossier, topic, officer, clock.now())
    assert [entry.facts["topic"] for entry in labelled()] == ["land", ""]


class TestDesk:
    @pytest.fixture
    def drafter(self, client, world: World):
        officer = world.officer(world.agency(), Role.DRAFTER)
        client.sign_in(officer.email)
        return officer

    @pytest.mark.parametrize(("typed", "kept"), [("health", "health"), ("", None)])
    def test_a_new_dossier_has_the_topic_chosen_or_none(self, client, drafter, typed, kept):
        words = {
            "title": "Quyết định về cây xanh",
            "document_type": "provincial_committee_decision",
            "agency": str(drafter.agency_id),
            "stage": "drafting",
            "topic": typed,
        }
        assert client.submit("/desk/dossiers/new", words).status_code == 303
        assert db.session.scalar(select(Dossier.topic)) == kept
        assert len(labelled()) == (kept is not None)

    def test_it_changes_while_comments_are_taken_and_the_content_does_not(
        self, client, drafter, world, drain
    ):
        dossier = world.dossier(drafter.agency)
        consultation = world.consultation(dossier)
        before = description_digest(dossier)
        drain()
        assert "Y tế" not in client.get(f"/consultations/{dossier.slug}").get_data(True)
        answer = client.submit(path(dossier), {"topic": "health"})
        assert answer.location == f"/desk/dossiers/{dossier.id}"
        drain()
        db.session.refresh(dossier)
        assert (dossier.topic, description_digest(dossier)) == ("health", before)
        (entry,) = labelled()
        assert entry.consultation_id == consultation.id
        # the page of the period, kept until then, is a new one
        assert "Y tế" in client.get(f"/consultations/{dossier.slug}").get_data(True)
        assert "Y tế" in client.get(f"/desk/dossiers/{dossier.id}").get_data(True)

    @pytest.mark.parametrize("forged", ["nope", "Land", "land,health", "x" * 50])
    def test_a_topic_that_does_not_exist_is_refused(self, client, drafter, world, forged):
        dossier = world.dossier(drafter.agency)
        assert client.submit(path(dossier), {"topic": forged}).status_code == 422
        assert db.session.scalar(select(func.count()).where(Dossier.topic.is_not(None))) == 0

    def test_others_do_not_find_the_page(self, client, drafter, world):
        assert client.get(path(world.dossier())).status_code == 404

    def test_readers_see_it_and_have_no_link(self, client, world):
        dossier = world.dossier()
        client.sign_in(world.officer(dossier.agency, Role.APPROVER).email)
        assert path(dossier) not in client.get(f"/desk/dossiers/{dossier.id}").get_data(True)
        assert client.get(path(dossier)).status_code == 403
