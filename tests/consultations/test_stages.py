"""After the comments: appraisal, verification, adoption, withdrawal, and the revised draft."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.comments.models import CommentStatus
from app.consultations import stages
from app.consultations.lifecycle import close_due, declare, latest, open_consultation
from app.consultations.stages import EffectTooSoonError, Outcome, ReasonMissingError, open_moves
from app.documents.dossiers import IllegalStageError, StepDateError
from app.documents.models import Dossier, DossierFile, Stage, StageStep
from app.documents.versions import posted
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.site import lists
from tests.days import in_english
from tests.factories import DRAFT
from tests.word import docx

NOW = clock.now()
TODAY = clock.vn_date(NOW)
DAY = timedelta(days=1)


@pytest.fixture
def answered(world):
    """A dossier whose comment period is over."""
    consultation = world.consultation(opened_at=NOW - 60 * DAY)
    close_due(NOW - 20 * DAY)
    db.session.commit()
    return consultation.dossier


@pytest.fixture
def approver(world, answered):
    return world.officer(answered.agency, Role.APPROVER)


@pytest.fixture
def move(answered, approver):
    def run(stage, on=TODAY, **words):
        stages.move(answered, stage, on=on, officer=approver, now=NOW, **words)
        db.session.commit()

    return run


class TestMoves:
    def test_the_whole_life_is_dated(self, move, answered):
        move(Stage.APPRAISAL, TODAY - 10 * DAY, note="Gửi Sở Tư pháp.")
        move(Stage.VERIFICATION, TODAY - 5 * DAY)
        move(Stage.ADOPTED, TODAY - DAY, outcome=Outcome("12/2026/NQ-HĐND", "Công báo số 3"))
        steps = db.session.scalars(select(StageStep).order_by(StageStep.id)).all()[-3:]
        assert [clock.vn_date(step.at) for step in steps] == [
            TODAY - 10 * DAY,
            TODAY - 5 * DAY,
            TODAY - DAY,
        ]
        assert steps[0].note == "Gửi Sở Tư pháp."
        assert (answered.outcome_number, answered.outcome_date) == ("12/2026/NQ-HĐND", TODAY - DAY)
        assert not open_moves(answered)

    @pytest.mark.parametrize("stage", [Stage.VERIFICATION, Stage.ADOPTED, Stage.DRAFTING])
    def test_nothing_is_skipped_and_nothing_comes_back(self, move, answered, stage):
        with pytest.raises(IllegalStageError):
            move(stage, outcome=Outcome("1") if stage is Stage.ADOPTED else None)
        assert answered.stage == Stage.RESPONDING

    @pytest.mark.parametrize("on", [TODAY + DAY, TODAY - 30 * DAY])
    def test_a_step_is_neither_to_come_nor_before_the_last(self, move, on):
        with pytest.raises(StepDateError):
            move(Stage.APPRAISAL, on)

    def test_nothing_is_withdrawn_without_a_reason(self, move):
        with pytest.raises(ReasonMissingError):
            move(Stage.WITHDRAWN, note=" ")

    def test_a_period_does_what_a_period_does(self, world):
        open_one = world.consultation().dossier
        assert open_moves(open_one) == [Stage.WITHDRAWN]

    def test_what_nobody_votes_on_is_adopted_after_its_appraisal(self, client, world, drain):
        dossier = world.dossier(kind_of="provincial_committee_decision")
        world.consultation(dossier, opened_at=NOW - 60 * DAY)
        close_due(NOW - 20 * DAY)
        officer = world.officer(dossier.agency, Role.APPROVER)
        stages.move(dossier, Stage.APPRAISAL, on=TODAY, officer=officer, now=NOW)
        assert open_moves(dossier) == [Stage.ADOPTED, Stage.WITHDRAWN]
        db.session.commit()
        drain()
        page = f"/en/consultations/{dossier.slug}"
        assert "Verification" not in client.get(page).get_data(as_text=True)
        outcome = Outcome("1/2026/QĐ-UBND")
        stages.move(dossier, Stage.ADOPTED, on=TODAY, officer=officer, now=NOW, outcome=outcome)

    @pytest.mark.parametrize(("days", "taken"), [(9, False), (10, True)])
    def test_a_local_document_takes_effect_after_ten_days(self, move, answered, days, taken):
        move(Stage.APPRAISAL)
        move(Stage.VERIFICATION)
        outcome = Outcome("1/2026", effective=TODAY + days * DAY)
        if taken:
            move(Stage.ADOPTED, outcome=outcome)
            assert answered.outcome_effective == TODAY + 10 * DAY
        else:
            with pytest.raises(EffectTooSoonError) as refusal:
                move(Stage.ADOPTED, outcome=outcome)
            assert refusal.value.earliest == TODAY + 10 * DAY

    def test_a_central_one_after_forty_five(self, move, answered):
        db.session.expunge(answered)
        answered.document_type = "law"
        with pytest.raises(EffectTooSoonError) as refusal:
            stages._check_effect(answered, TODAY, TODAY + 44 * DAY)
        assert refusal.value.rule.min_days == 45


class TestDesk:
    @pytest.fixture
    def path(self, client, answered, approver):
        client.sign_in(approver.email)
        return f"/desk/dossiers/{answered.id}/stages"

    def send(self, client, path, **words):
        typed = {"stage": "appraisal", "on": TODAY.isoformat(), "sure": "y", **words}
        return client.submit(path, typed)

    def test_a_step_with_its_document_is_public_at_once(self, client, path, answered, drain):
        file = (io.BytesIO(docx("Báo cáo thẩm định\nĐủ điều kiện trình.")), "bc.docx")
        words = {"note": "Đã gửi.", "file": file, "file_title": "Báo cáo thẩm định"}
        assert self.send(client, path, **words).status_code == 303
        drain()
        html = client.get(f"/consultations/{answered.slug}").get_data(as_text=True)
        assert "Đã gửi." in html
        assert "bao-cao-tham-dinh.docx" in html
        assert db.session.scalar(select(DossierFile.posted_at)) is not None
        files = client.get(f"/consultations/{answered.slug}/files").get_data(as_text=True)
        assert "Đủ điều kiện trình." in files

    def test_a_withdrawal_asks_why(self, client, path, answered):
        assert self.send(client, path, stage="withdrawn").status_code == 422
        assert self.send(client, path, stage="withdrawn", note="Trùng luật mới.").status_code == 303
        assert db.session.get(Dossier, answered.id).stage == Stage.WITHDRAWN
        assert client.get(path).status_code == 409

    def test_what_ends_its_life_is_confirmed(self, client, path, answered):
        why = {"stage": "withdrawn", "note": "Trùng luật mới."}
        assert self.send(client, path, **why, sure="").status_code == 422
        assert db.session.get(Dossier, answered.id).stage == Stage.RESPONDING
        assert self.send(client, path, sure="").status_code == 303

    def test_an_open_draft_can_only_be_withdrawn_and_the_form_says_it_needs_a_reason(
        self, client, world
    ):
        dossier = world.consultation().dossier
        client.sign_in(world.officer(dossier.agency, Role.APPROVER).email)
        overview = client.get(f"/en/desk/dossiers/{dossier.id}").get_data(as_text=True)
        assert "Withdraw this draft" in overview
        html = client.get(f"/en/desk/dossiers/{dossier.id}/stages").get_data(as_text=True)
        label = html[html.index('for="note"') :]
        assert "(optional)" not in label[: label.index("</label>")]
        assert 'value="withdrawn" checked' in html.replace("checked value=", "value=") or (
            "checked" in html[html.index('name="stage"') - 80 : html.index('name="stage"') + 80]
        )

    def test_an_illegal_jump_is_refused_with_a_sentence(self, client, path):
        assert self.send(client, path, stage="adopted", number="1").status_code == 422

    @pytest.mark.parametrize("on", ["", "31/12", "2999-01-01", "2020-01-01"])
    def test_what_is_no_day_of_it_comes_back(self, client, path, on):
        answer = self.send(client, path, on=on, note="Giữ lại.")
        assert answer.status_code == 422
        assert "Giữ lại." in answer.get_data(as_text=True)

    def test_adoption_needs_a_number_and_the_law_s_days(self, client, path, answered, move):
        move(Stage.APPRAISAL)
        move(Stage.VERIFICATION)
        assert self.send(client, path, stage="adopted").status_code == 422
        soon = {"number": "1/2026", "effective": TODAY.isoformat()}
        html = self.send(client, path, stage="adopted", **soon).get_data(as_text=True)
        assert "64/2025/QH15" in html
        late = {"number": "1/2026", "effective": (TODAY + 10 * DAY).isoformat()}
        assert self.send(client, path, stage="adopted", **late).status_code == 303

    @pytest.mark.parametrize(
        ("gazette", "status"),
        [("http://x y", 422), ("https://congbao", 422), ("https://congbao.vn/1", 303), ("12", 303)],
    )
    def test_an_address_that_would_lead_nowhere_is_not_made_public(
        self, client, path, move, gazette, status
    ):
        move(Stage.APPRAISAL)
        move(Stage.VERIFICATION)
        words = {"stage": "adopted", "number": "1/2026", "gazette": gazette}
        assert self.send(client, path, **words).status_code == status

    def test_a_document_without_a_name_or_words_is_not_taken(self, client, path, answered):
        file = (io.BytesIO(docx("Một")), "a.docx")
        assert self.send(client, path, file=file).status_code == 422
        assert db.session.get(Dossier, answered.id).stage == Stage.RESPONDING


class TestRevision:
    @pytest.fixture
    def revised(self, world, answered, approver):
        version = world.version(answered, DRAFT.replace("3.000.000", "4.000.000"))
        for officer in (world.officer(answered.agency, Role.DRAFTER), approver):
            declare(answered, version, officer, NOW)
        db.session.commit()
        return version

    def test_one_button_posts_it(self, client, answered, approver, revised):
        client.sign_in(approver.email)
        overview = f"/desk/dossiers/{answered.id}"
        page = client.get(overview).get_data(as_text=True)
        assert f"{overview}/revision" in page
        seen = {"seen": revised.digest}
        assert client.submit(overview, seen, to=f"{overview}/revision").status_code == 303
        assert [one.number for one in posted(answered.id)] == [1, 2]
        assert latest(answered.id).round == 1

    def test_what_changed_meanwhile_is_not_posted(self, client, answered, approver, revised):
        client.sign_in(approver.email)
        overview = f"/desk/dossiers/{answered.id}"
        answer = client.submit(overview, {"seen": "other"}, to=f"{overview}/revision")
        assert answer.status_code == 409
        assert len(posted(answered.id)) == 1

    def test_it_may_be_opened_once_more_instead(self, client, answered, approver, revised):
        client.sign_in(approver.email)
        path = f"/desk/dossiers/{answered.id}/opening"
        assert client.submit(path, {"days": "30"}).status_code == 303
        assert latest(answered.id).round == 2


class TestProposal:
    def test_it_is_declared_and_opened_without_a_text(self, app, client, world):
        dossier = world.dossier(stage=Stage.PROPOSAL)
        path = f"/desk/dossiers/{dossier.id}"
        for role in (Role.DRAFTER, Role.APPROVER):
            browser = app.test_client()
            browser.sign_in(world.officer(dossier.agency, role).email)
            html = browser.get(f"{path}/declaration").get_data(as_text=True)
            assert html.index('class="box"') < html.index(dossier.necessity)
            assert browser.submit(f"{path}/declaration", {"sure": "y"}).status_code == 303
        assert browser.submit(f"{path}/opening", {"days": "30"}).status_code == 303
        assert latest(dossier.id).version_id is None
        assert browser.get(f"{path}/opening").status_code == 409
        assert browser.get(f"{path}/declaration").status_code == 409
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        assert client.get(f"{path}/content").status_code == 409
        assert client.get(f"{path}/text").status_code == 200


class TestOutcomeKnownLater:
    @pytest.fixture
    def adopted(self, answered, move):
        move(Stage.APPRAISAL)
        move(Stage.VERIFICATION)
        move(Stage.ADOPTED, outcome=Outcome("1/2026/NQ-HĐND"))
        return answered

    @pytest.fixture
    def path(self, client, adopted, approver):
        client.sign_in(approver.email)
        return f"/en/desk/dossiers/{adopted.id}"

    def test_gazette_and_day_of_effect_are_added_once_and_shown(self, client, path, adopted, drain):
        assert f"{path}/outcome" in client.get(path).get_data(as_text=True)
        assert client.submit(f"{path}/outcome", {}).status_code == 422
        words = {"gazette": "https://congbao.vn/1", "effective": ""}
        assert client.submit(f"{path}/outcome", words).status_code == 303
        day = TODAY + 20 * DAY
        other = {"gazette": "https://congbao.vn/2", "effective": day.isoformat()}
        assert client.submit(f"{path}/outcome", other).status_code == 303
        db.session.refresh(adopted)
        assert (adopted.outcome_number, adopted.outcome_date) == ("1/2026/NQ-HĐND", TODAY)
        assert (adopted.outcome_gazette, adopted.outcome_effective) == ("https://congbao.vn/1", day)
        assert client.get(f"{path}/outcome").status_code == 409
        drain()
        html = client.get(f"/en/consultations/{adopted.slug}").get_data(as_text=True)
        assert 'href="https://congbao.vn/1"' in html
        added = select(Entry).where(Entry.verb == Verb.OUTCOME_COMPLETED.value)
        entries = db.session.scalars(added).all()
        assert [entry.facts["dossier_id"] for entry in entries] == [adopted.id] * 2
        # by its own time, for a run goes on over midnight
        assert f"completed on {in_english(clock.vn_date(entries[-1].at))}" in html

    def test_the_law_s_days_hold_here_too(self, client, path):
        soon = {"effective": TODAY.isoformat()}
        answer = client.submit(f"{path}/outcome", soon)
        assert answer.status_code == 422
        assert "64/2025/QH15" in answer.get_data(as_text=True)

    def test_before_the_adoption_there_is_nothing_to_complete(self, client, answered, approver):
        client.sign_in(approver.email)
        assert client.get(f"/desk/dossiers/{answered.id}/outcome").status_code == 409

    @pytest.mark.parametrize("change", ["outcome_number = '2'", "outcome_date = '2020-01-01'"])
    def test_number_and_day_stay_whichever_sql_is_tried(self, adopted, change):
        with pytest.raises(DatabaseError, match="outcome_kept"):
            db.session.execute(text(f"UPDATE dossier SET {change}"))


def test_a_proposal_that_was_heard_is_answered_next_and_its_text_written(client, world):
    dossier = world.dossier(stage=Stage.PROPOSAL)
    drafter, approver = (
        world.officer(dossier.agency, role) for role in (Role.DRAFTER, Role.APPROVER)
    )
    for officer in (drafter, approver):
        declare(dossier, None, officer, NOW - 60 * DAY)
    open_consultation(dossier, None, 30, approver, NOW - 60 * DAY)
    close_due(NOW)
    db.session.commit()
    client.sign_in(drafter.email)
    html = client.get(f"/en/desk/dossiers/{dossier.id}").get_data(as_text=True)
    assert "until it is opened for comments" not in html
    following = html[html.index('id="heard"') :]
    assert f"/responses/{dossier.slug}" in following or "Comments and answers" in following
    assert f"/desk/dossiers/{dossier.id}/text" in following


class TestWithdrawnWhileOpen:
    @pytest.fixture
    def withdrawn(self, world, drain):
        consultation = world.consultation(opened_at=NOW - 5 * DAY)
        officer = world.officer(consultation.dossier.agency, Role.APPROVER)
        stages.move(
            consultation.dossier,
            Stage.WITHDRAWN,
            on=TODAY,
            note="Trùng với luật mới.",
            officer=officer,
            now=NOW,
        )
        db.session.commit()
        drain()
        consultation.officer = officer
        return consultation

    def test_its_period_is_over_at_once_and_the_announced_end_is_kept(self, withdrawn):
        assert withdrawn.closed_at == NOW
        assert withdrawn.ends_at == NOW < withdrawn.closes_at
        assert not withdrawn.is_open(NOW)
        assert withdrawn.is_open(NOW - DAY)
        assert not withdrawn.dossier.taking_comments
        said = select(Entry.at).where(Entry.verb == Verb.CONSULTATION_CLOSED.value)
        assert db.session.scalars(said).all() == [NOW]
        assert close_due(NOW + 60 * DAY) == 0

    def test_what_is_sent_afterwards_is_late(self, world, withdrawn):
        at = NOW + timedelta(minutes=1)
        assert world.comment(withdrawn, at=at).status == CommentStatus.LATE

    def test_the_public_pages_say_so_and_why(self, client, withdrawn):
        path = f"/en/consultations/{withdrawn.dossier.slug}"
        html = client.get(path).get_data(as_text=True)
        assert 'id="withdrawn"' in html
        assert "Trùng với luật mới." in html
        assert "days left" not in html
        assert f'{path}/comment"' not in html
        assert "Comments are closed" in client.get(f"{path}/comment").get_data(as_text=True)
        for listed in ("/en/consultations?state=open", "/en/"):
            assert withdrawn.dossier.slug not in client.get(listed).get_data(as_text=True)
        assert lists.figures(clock.now()).open == 0

    def test_the_desk_offers_neither_more_time_nor_a_declaration(self, client, world, withdrawn):
        client.sign_in(withdrawn.officer.email)
        path = f"/desk/dossiers/{withdrawn.dossier_id}"
        html = client.get(path).get_data(as_text=True)
        assert "/extension" not in html
        assert "/declaration" not in html
        assert client.get(f"{path}/extension").status_code == 409
        assert client.get(f"{path}/declaration").status_code == 409

    def test_one_withdrawn_by_an_earlier_release_ends_with_the_next_duty(self, world):
        consultation = world.consultation()
        consultation.dossier.stage = Stage.WITHDRAWN.value
        db.session.flush()
        assert close_due(clock.now()) == 1
        assert not consultation.is_open(clock.now())
