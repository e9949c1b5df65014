"""A dossier's comment periods: on a proposal, on its draft, on a revised draft."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.consultations.lifecycle import (
    Gap,
    NotReadyError,
    close_due,
    declare,
    gaps,
    latest,
    open_consultation,
    post_revision,
)
from app.consultations.models import Consultation
from app.documents.dossiers import IllegalStageError, describe, retype
from app.documents.models import DocumentType, Stage, StageStep
from app.documents.versions import newest, posted
from app.extensions import db
from app.kit import clock

NOW = clock.now()
DAY = timedelta(days=1)


@pytest.fixture
def proposal(world):
    return world.dossier(stage=Stage.PROPOSAL)


def opened(world, dossier, version=None, at=NOW - 40 * DAY, days=30) -> Consultation:
    first, second = (world.officer(dossier.agency, role) for role in (Role.DRAFTER, Role.APPROVER))
    for officer in (first, second):
        declare(dossier, version, officer, at)
    found = open_consultation(dossier, version, days, second, at)
    db.session.commit()
    return found


class TestProposal:
    def test_it_takes_comments_without_any_text_and_stays_a_proposal(self, world, proposal):
        consultation = opened(world, proposal, at=NOW - DAY)
        assert consultation.version_id is None
        assert proposal.stage == Stage.PROPOSAL
        assert world.comment(consultation, "Nên làm sớm.", "").status == "waiting"

    def test_its_comment_form_speaks_of_no_draft(self, client, world, proposal):
        opened(world, proposal, at=NOW - DAY)
        page = client.get(f"/consultations/{proposal.slug}/comment").get_data(as_text=True)
        head = page.partition("<h1")[2].partition("<form")[0]
        assert "đề nghị xây dựng" in head
        assert "dự thảo" not in head

    def test_what_it_said_is_kept_with_the_period(self, world, proposal):
        necessity = proposal.necessity
        consultation = opened(world, proposal)
        close_due(NOW)
        officer = world.officer(proposal.agency, Role.DRAFTER)
        describe(proposal, {"necessity": "Khác."}, officer, NOW)
        db.session.commit()
        assert consultation.content["necessity"] == necessity

    def test_it_cannot_be_described_anew_while_people_comment(self, world, proposal):
        opened(world, proposal, at=NOW - DAY)
        officer = world.officer(proposal.agency, Role.DRAFTER)
        with pytest.raises(IllegalStageError):
            describe(proposal, {"necessity": "Khác."}, officer, NOW)

    def test_its_draft_gets_a_period_of_its_own(self, world, proposal):
        opened(world, proposal)
        close_due(NOW)
        second = opened(world, proposal, world.version(proposal), at=NOW - DAY)
        assert (second.round, proposal.stage) == (2, Stage.CONSULTATION)
        stages = select(StageStep.stage).where(StageStep.dossier_id == proposal.id)
        reached = db.session.scalars(stages.order_by(StageStep.id)).all()
        assert reached == ["proposal", "drafting", "consultation"]
        assert latest(proposal.id) is second

    def test_its_draft_waits_until_the_period_is_over(self, world, proposal):
        opened(world, proposal, at=NOW - DAY)
        version = world.version(proposal)
        assert Gap.ROUND_OPEN in gaps(proposal, version, NOW)
        assert proposal.stage == Stage.PROPOSAL

    def test_other_words_need_other_declarations(self, world, proposal):
        officers = [world.officer(proposal.agency, r) for r in (Role.DRAFTER, Role.APPROVER)]
        for officer in officers:
            declare(proposal, None, officer, NOW)
        assert Gap.DECLARATIONS not in gaps(proposal, None, NOW)
        describe(proposal, {"necessity": "Khác."}, officers[0], NOW)
        assert gaps(proposal, None, NOW) == [Gap.DECLARATIONS]


class TestRevision:
    @pytest.fixture
    def answered(self, world):
        consultation = world.consultation(opened_at=NOW - 40 * DAY)
        close_due(NOW)
        db.session.commit()
        return consultation

    def revised(self, world, dossier):
        version = world.version(dossier)
        for role in (Role.DRAFTER, Role.APPROVER):
            declare(dossier, version, world.officer(dossier.agency, role), NOW)
        return version

    def test_it_stands_beside_the_draft_that_was_commented_on(self, world, answered):
        version = self.revised(world, answered.dossier)
        officer = world.officer(answered.dossier.agency, Role.APPROVER)
        post_revision(answered.dossier, version, officer, NOW)
        db.session.commit()
        assert [found.number for found in posted(answered.dossier_id)] == [1, 2]
        assert answered.version_id != version.id
        assert answered.dossier.stage == Stage.RESPONDING

    def test_it_waits_for_the_end_of_the_period(self, world):
        consultation = world.consultation()
        version = self.revised(world, consultation.dossier)
        officer = world.officer(consultation.dossier.agency, Role.APPROVER)
        with pytest.raises(IllegalStageError):
            post_revision(consultation.dossier, version, officer, NOW)

    def test_nobody_posts_what_was_not_accepted(self, world, answered):
        text = "NGHỊ QUYẾT\nĐiều 1. Hiệu lực\nNghị quyết có hiệu lực ngay."
        version = world.version(answered.dossier, text, accepted=False)
        officer = world.officer(answered.dossier.agency, Role.APPROVER)
        with pytest.raises(NotReadyError) as refusal:
            post_revision(answered.dossier, version, officer, NOW)
        assert {Gap.NOT_ACCEPTED, Gap.DECLARATIONS} <= set(refusal.value.gaps)

    def test_it_may_be_put_to_the_people_once_more(self, world, answered):
        again = opened(world, answered.dossier, world.version(answered.dossier), at=NOW)
        assert (again.round, answered.dossier.stage) == (2, Stage.CONSULTATION)


class TestTypeOfTheDraft:
    @pytest.fixture
    def written(self, client, world):
        """A proposal dossier that was heard, with a text."""
        dossier = world.dossier(stage=Stage.PROPOSAL, kind_of="policy_dossier")
        approver = world.officer(dossier.agency, Role.DRAFTER, Role.APPROVER)
        for officer in (approver, world.officer(dossier.agency, Role.DRAFTER)):
            declare(dossier, None, officer, NOW - 60 * DAY)
        open_consultation(dossier, None, 30, approver, NOW - 60 * DAY)
        close_due(NOW - 20 * DAY)
        world.version(dossier)
        client.sign_in(approver.email)
        return dossier

    def test_a_draft_is_not_opened_as_a_proposal(self, client, written):
        assert Gap.PROPOSAL_TYPE in gaps(written, newest(written), NOW)
        path = f"/en/desk/dossiers/{written.id}"
        assert f"{path}/type" in client.get(path).get_data(as_text=True)
        assert "policy_dossier" not in client.get(f"{path}/type").get_data(as_text=True)
        for kind, status in (
            ("policy_dossier", 422),
            ("", 422),
            ("provincial_council_resolution", 303),
        ):
            assert client.submit(f"{path}/type", {"document_type": kind}).status_code == status
        db.session.refresh(written)
        assert written.document_type == "provincial_council_resolution"
        assert Gap.PROPOSAL_TYPE not in gaps(written, newest(written), NOW)

    def test_what_was_opened_keeps_its_type(self, client, world):
        dossier = world.consultation().dossier
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        path = f"/desk/dossiers/{dossier.id}/type"
        assert client.get(path).status_code == 409
        decree = db.session.get_one(DocumentType, "decree")
        with pytest.raises(IllegalStageError):
            retype(dossier, decree, world.officer(dossier.agency, Role.DRAFTER), NOW)
