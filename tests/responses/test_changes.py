"""Accepted means changed: named, shown on both sides, and asked for before a dossier passes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.consultations import gates, stages
from app.consultations.lifecycle import close_due, declare, post_revision
from app.documents.models import Provision, Stage
from app.extensions import db
from app.kit import clock
from app.responses import answering, changes
from app.responses.models import AnswerEdit, Disposition
from app.responses.obstacles import ObstacleError
from tests.factories import DRAFT

REVISED = DRAFT.replace("3.000.000 đồng", "4.500.000 đồng")
PLACE = "dieu-3.khoan-1"
WORDS = "Mức hỗ trợ được nâng như góp ý."


class Scene:
    """A closed comment period with two public comments on one clause."""

    def __init__(self, world) -> None:
        self.world, self.now = world, clock.now()
        past = self.now - timedelta(days=60)
        self.consultation = world.consultation(opened_at=past, days=30)
        self.dossier = self.consultation.dossier
        agency = self.dossier.agency
        self.drafter = world.officer(agency, Role.DRAFTER)
        self.head = world.officer(agency, Role.HEAD, Role.APPROVER)
        self.comments = [
            world.comment(self.consultation, f"Xin nâng mức {n}.", PLACE, at=past) for n in (1, 2)
        ]
        for comment in self.comments:
            world.publish(comment, self.head, past)
        close_due(self.now)
        db.session.commit()

    def lineage(self, anchor: str) -> int:
        found = select(Provision.lineage_id).where(
            Provision.version_id == self.consultation.version_id, Provision.anchor == anchor
        )
        return db.session.scalars(found).one()

    def draft(self, disposition=Disposition.ACCEPTED, **words):
        ids = [comment.id for comment in self.comments]
        return answering.draft(
            self.consultation, ids, disposition, WORDS, self.drafter, self.now, **words
        )

    def answered(self, **words):
        answer = self.draft(**words)
        answering.finish(answer, self.head, self.now)
        db.session.commit()
        return answer

    def revise(self, text: str = REVISED) -> None:
        revised = self.world.version(self.dossier, text)
        for officer in (self.drafter, self.head):
            declare(self.dossier, revised, officer, self.now)
        post_revision(self.dossier, revised, self.head, self.now)
        db.session.commit()

    def appraise(self) -> None:
        on = clock.vn_date(self.now)
        stages.move(self.dossier, Stage.APPRAISAL, on=on, officer=self.head, now=self.now)


@pytest.fixture
def scene(world):
    return Scene(world)


@pytest.mark.parametrize("disposition", [Disposition.ACCEPTED, Disposition.PARTIALLY_ACCEPTED])
def test_what_is_accepted_names_its_change_or_says_why_not(scene, disposition):
    bare = scene.draft(disposition)
    with pytest.raises(ObstacleError):
        answering.submit(bare, bare.row_version, scene.drafter, scene.now)
    revised = {"changing": [scene.lineage(PLACE)]}
    ways = (Disposition(bare.disposition), WORDS, scene.drafter, scene.now)
    answering.revise(bare, bare.row_version, None, *ways, **revised)
    answering.submit(bare, bare.row_version, scene.drafter, scene.now)
    kept = db.session.scalars(select(AnswerEdit.changes).order_by(AnswerEdit.id)).all()
    assert kept == ["", PLACE, PLACE]


@pytest.mark.parametrize("disposition", [Disposition.NOTED, Disposition.NOT_ACCEPTED])
def test_what_changes_nothing_names_nothing(scene, disposition):
    answer = scene.draft(disposition)
    answering.submit(answer, answer.row_version, scene.drafter, scene.now)


def test_a_reason_stands_for_a_change(scene):
    answer = scene.draft(no_change_reason="Điều 3 đã nêu.")
    answering.submit(answer, answer.row_version, scene.drafter, scene.now)


def test_only_provisions_of_the_draft_can_be_named(scene, world):
    other = world.consultation()
    stranger = db.session.scalars(
        select(Provision.lineage_id).where(Provision.version_id == other.version_id)
    ).first()
    with pytest.raises(changes.NoSuchChangeError):
        scene.draft(changing=[stranger])


def test_the_next_draft_is_offered_with_what_differs_marked(scene):
    assert changes.next_version(scene.consultation) is None
    assert not any(one.changed for one in changes.choices(scene.consultation))
    scene.world.version(scene.dossier, REVISED)
    differing = [one.words for one in changes.choices(scene.consultation) if one.changed]
    assert [words.split(".")[0] for words in differing] == ["Điều 3", "khoản 1 Điều 3"]


def test_the_answer_shows_its_words_and_the_words_their_answer(client, scene, drain):
    answer = scene.answered(changing=[scene.lineage(PLACE)])
    drain()
    slug = scene.dossier.slug
    before = client.get(f"/en/consultations/{slug}/answers").get_data(as_text=True)
    assert "will change in the next draft" in before
    scene.revise()
    drain()
    after = client.get(f"/en/consultations/{slug}/answers").get_data(as_text=True)
    assert "will change" not in after
    assert "<ins>" in after
    assert "4.500.000" in after
    assert f"/compare?from=1&amp;to=2#{PLACE}" in after
    compared = client.get(f"/en/consultations/{slug}/compare?from=1&to=2").get_data(as_text=True)
    assert "the answer to 2 comments (accepted)" in compared
    assert f"#answer-{answer.id}" in compared
    receipt = client.get(f"/en/comments/{scene.comments[0].receipt}").get_data(as_text=True)
    assert "4.500.000" in receipt


def test_no_dossier_passes_on_unanswered(scene):
    with pytest.raises(gates.ObstaclesError) as refusal:
        scene.appraise()
    assert len(refusal.value.obstacles) == 1
    scene.answered(no_change_reason="Điều 3 đã nêu.")
    scene.appraise()
    assert scene.dossier.stage == Stage.APPRAISAL


def test_no_dossier_passes_on_before_its_words_have_changed(app, scene):
    scene.answered(changing=[scene.lineage(PLACE)])
    with pytest.raises(gates.ObstaclesError):
        scene.appraise()
    db.session.rollback()
    desk = app.test_client()
    desk.sign_in(scene.head.email)
    page = desk.get(f"/en/desk/dossiers/{scene.dossier.id}/stages").get_data(as_text=True)
    assert "1 published answer names a provision whose words have not changed yet." in page
    scene.revise()
    scene.appraise()


def test_a_change_elsewhere_keeps_no_word(scene):
    scene.answered(changing=[scene.lineage("dieu-1")])
    scene.revise()
    assert changes.unkept(scene.dossier)


def test_a_waiting_comment_keeps_the_dossier(scene, world):
    past = scene.now - timedelta(days=60)
    world.comment(scene.consultation, "Chưa ai rà soát.", at=past)
    scene.answered(no_change_reason="Điều 3 đã nêu.")
    with pytest.raises(gates.ObstaclesError):
        scene.appraise()


def test_a_withdrawal_waits_for_nothing(scene):
    on, ways = clock.vn_date(scene.now), {"officer": scene.head, "now": scene.now}
    stages.move(scene.dossier, Stage.WITHDRAWN, on=on, note="Không còn cần.", **ways)
    assert scene.dossier.stage == Stage.WITHDRAWN
