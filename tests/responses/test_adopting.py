"""A wording proposed in a comment goes into the next draft, and both sides say so."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.comments.publish import withdraw
from app.consultations.lifecycle import close_due
from app.documents.dossiers import advance
from app.documents.edits import undo
from app.documents.models import Provision, Stage
from app.documents.quoting import Quote
from app.documents.rewording import begin, reword
from app.documents.versions import PostedVersionError, newest, stored
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.responses.adopting import (
    NothingChangedError,
    NothingProposedError,
    ProvisionGoneError,
    adopt,
    provision_of,
    standing,
)
from app.responses.models import Adoption
from tests.factories import DRAFT
from tests.moderation.staff import enter

NOW = clock.now()
WORDING = "Mỗi hộ được hỗ trợ hằng năm 5.000.000 đồng."


@pytest.fixture
def consultation(world):
    found = world.consultation(opened_at=NOW - timedelta(days=40))
    return found


@pytest.fixture
def said(world, consultation):
    """Makes a comment with a wording, published unless told otherwise, and ends the period."""
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)

    def make(wording: str = WORDING, anchor: str = "dieu-3.khoan-1", public: bool = True):
        at = NOW - timedelta(days=30)
        comment = world.comment(consultation, anchor=anchor, at=at, proposed_wording=wording)
        if public:
            world.publish(comment, moderator, at)
        db.session.commit()
        return comment

    return make


@pytest.fixture
def ended(consultation):
    close_due(NOW)
    db.session.commit()


@pytest.fixture
def officer(world, consultation):
    return world.officer(consultation.dossier.agency, Role.DRAFTER)


@pytest.fixture
def desk(app, officer):
    return enter(app, officer)


@pytest.fixture
def version(consultation, ended, officer):
    found = begin(consultation.dossier, officer, NOW)
    db.session.commit()
    return found


def door(comment):
    return f"/desk/answers/{comment.consultation.dossier.slug}/adopt/{comment.id}"


def unit(version, anchor):
    return next(row for row in stored(version) if row.anchor == anchor)


class TestVerb:
    def lineages(self, version):
        rows = db.session.scalars(select(Provision).where(Provision.version_id == version.id))
        return {row.anchor: row.lineage_id for row in rows}

    def test_the_provision_reads_so_and_keeps_its_identity(self, said, version, officer):
        comment = said()
        adopt(comment, version, f" {WORDING}\n\n", officer, NOW)
        assert provision_of(comment, version.id).text == WORDING
        assert standing(comment, version)
        entry = db.session.scalars(select(Entry).where(Entry.verb == "wording.adopted")).one()
        assert entry.facts["lineage_id"] == comment.lineage_id
        assert entry.facts["version_id"] == version.id

    @pytest.mark.parametrize(
        "wording",
        [
            "Hoàn toàn khác: ủy ban cấp xã quyết định theo từng năm.",
            "Hộ nghèo được hỗ trợ thêm 1.000.000 đồng mỗi năm.",  # nearly its neighbour
            "Hộ nghèo được hỗ trợ thêm 1.000.000 đồng.",  # its neighbour, word for word
            "Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.",
        ],
    )
    def test_however_new_the_words_the_comment_stays_with_them(
        self, said, version, officer, wording
    ):
        comment = said(wording)
        others = self.lineages(version)
        adopt(comment, version, wording, officer, NOW)
        assert provision_of(comment, version.id).anchor == "dieu-3.khoan-1"
        reword(version, "dieu-1", "Phạm vi", "Khác hẳn.", officer, NOW)
        assert provision_of(comment, version.id).anchor == "dieu-3.khoan-1"
        others.pop("dieu-1")
        now = self.lineages(version)
        assert {anchor: now[anchor] for anchor in others} == others

    def test_undone_it_no_longer_stands_and_can_be_taken_over_again(self, said, version, officer):
        comment = said()
        adopt(comment, version, WORDING, officer, NOW)
        undo(version, officer, NOW)
        assert not standing(comment, version)
        adopt(comment, version, "Mỗi hộ được 4.000.000 đồng.", officer, NOW)
        assert standing(comment, version)
        assert db.session.scalars(select(Adoption.wording)).all() == ["Mỗi hộ được 4.000.000 đồng."]

    def test_reworded_by_hand_afterwards_it_no_longer_stands(self, said, version, officer):
        comment = said()
        adopt(comment, version, WORDING, officer, NOW)
        reword(version, "dieu-3.khoan-1", "", "Mỗi hộ được 3.000.000 đồng.", officer, NOW)
        assert not standing(comment, version)

    def test_words_that_came_with_a_new_file_are_taken_over_without_an_edit(
        self, said, world, consultation, ended, officer
    ):
        comment = said()
        text = DRAFT.replace("Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.", WORDING)
        version = world.version(consultation.dossier, text)
        accepted, digest = version.accepted_at, version.digest
        adopt(comment, version, WORDING, officer, NOW)
        assert standing(comment, version)
        assert (version.accepted_at, version.digest) == (accepted, digest)

    def test_nothing_else_can_be_taken_over(self, said, version, officer, world):
        elsewhere = world.consultation()
        for comment in (said(public=False), said("")):
            with pytest.raises(NothingProposedError):
                adopt(comment, version, WORDING, officer, NOW)
        with pytest.raises(NothingProposedError):
            adopt(said(), elsewhere.version, WORDING, officer, NOW)
        with pytest.raises(NothingChangedError):
            adopt(said(), version, unit(version, "dieu-3.khoan-1").text, officer, NOW)

    def test_what_was_taken_back_is_not_taken_over(self, world, officer):
        consultation = world.consultation()
        comment = world.comment(consultation, proposed_wording=WORDING)
        withdraw(comment, NOW)
        with pytest.raises(NothingProposedError):
            adopt(comment, consultation.version, WORDING, officer, NOW)

    def test_not_into_a_public_text_nor_where_the_provision_is_gone(
        self, said, consultation, ended, officer, world
    ):
        comment = said()
        with pytest.raises(PostedVersionError):
            adopt(comment, consultation.version, WORDING, officer, NOW)
        text = DRAFT.split("Chương II")[0] + "Điều 3. Hiệu lực\nTừ ngày ký."
        with pytest.raises(ProvisionGoneError):
            adopt(comment, world.version(consultation.dossier, text), WORDING, officer, NOW)


class TestDoor:
    def send(self, desk, comment, wording, seen=None):
        seen = seen or newest(comment.consultation.dossier).digest
        return desk.submit(door(comment), {"wording": wording, "seen": seen})

    def test_the_lists_of_the_desk_show_the_wording_and_lead_there(
        self, desk, said, consultation, drain
    ):
        comment = said()
        drain()
        for page in (
            f"/desk/answers/{consultation.dossier.slug}",
            f"/desk/answers/{consultation.dossier.slug}/new?comment={comment.id}",
        ):
            shown = desk.get(page).get_data(as_text=True)
            assert re.search(r"<ins>.*?5\.000\.000", shown)
            assert f'href="{door(comment)}"' in shown

    def test_the_moderator_sees_all_that_would_be_public(self, app, world, consultation):
        comment = world.comment(
            consultation, quote=Quote("một lần"), proposed_wording="Cấp <b>mới</b>."
        )
        moderator = enter(app, world.officer(consultation.dossier.agency, Role.MODERATOR))
        shown = moderator.get(f"/desk/moderation/{comment.id}").get_data(as_text=True)
        assert "&lt;b&gt;mới&lt;/b&gt;" in shown
        assert "<blockquote" in shown

    def test_from_the_comment_into_a_draft_that_is_begun_with_it(self, desk, said, ended):
        comment = said()
        shown = html.unescape(desk.get(door(comment)).get_data(as_text=True))
        assert "Mỗi hộ được hỗ trợ một lần 3.000.000 đồng." in shown
        assert f">{WORDING}</textarea>" in shown.replace("\n", "").replace("\r", "")
        assert self.send(desk, comment, WORDING).status_code == 303
        version = newest(comment.consultation.dossier)
        assert version.number == 2
        assert unit(version, "dieu-3.khoan-1").text == WORDING
        assert "box-note" in desk.get(door(comment)).get_data(as_text=True)

    def test_the_officer_may_change_the_wording(self, desk, said, version):
        comment = said()
        self.send(desk, comment, "Mỗi hộ được 4.000.000 đồng mỗi năm.")
        assert standing(comment, newest(comment.consultation.dossier))

    @pytest.mark.parametrize(
        ("wording", "seen", "status"),
        [
            ("", None, 422),
            ("x" * 20_001, None, 422),
            ("Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.", None, 422),
            (WORDING, "older", 409),
        ],
    )
    def test_a_fault_changes_nothing(self, desk, said, version, wording, seen, status):
        comment, digest = said(), version.digest
        answer = self.send(desk, comment, wording, seen)
        assert answer.status_code == status
        assert wording in answer.get_data(as_text=True)
        assert newest(comment.consultation.dossier).digest == digest
        assert db.session.scalar(select(Adoption.at)) is None

    def test_a_refusal_begins_no_draft(self, desk, said, ended):
        comment = said()
        answer = self.send(desk, comment, "Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.")
        assert answer.status_code == 422
        assert newest(comment.consultation.dossier).number == 1

    def test_a_provision_that_is_gone_is_said(self, desk, said, world, consultation, ended):
        comment = said()
        text = DRAFT.split("Chương II")[0] + "Điều 3. Hiệu lực\nTừ ngày ký."
        world.version(consultation.dossier, text)
        shown = desk.get("/en" + door(comment)).get_data(as_text=True)
        assert "is not in draft 2" in shown
        assert 'name="wording"' not in shown

    def test_after_the_end_nothing_is_taken_over(self, desk, said, ended, officer):
        comment = said()
        advance(comment.consultation.dossier, Stage.WITHDRAWN, NOW, officer=officer)
        db.session.commit()
        assert 'name="wording"' not in desk.get(door(comment)).get_data(as_text=True)

    def test_other_agencies_other_comments_and_other_roles_find_no_door(
        self, app, desk, said, world, consultation
    ):
        comment = said()
        assert desk.get(door(said(""))).status_code == 404
        assert desk.get(door(said(public=False))).status_code == 404
        assert desk.get(door(comment).replace(consultation.dossier.slug, "khac")).status_code == 404
        stranger = enter(app, world.officer(world.agency(), Role.DRAFTER))
        assert stranger.get(door(comment)).status_code == 404
        approver = enter(app, world.officer(consultation.dossier.agency, Role.APPROVER))
        assert approver.get(door(comment)).status_code == 403


def test_what_was_taken_over_is_on_record_once_posted(said, version, officer):
    adopt(said(), version, WORDING, officer, NOW)
    version.posted_at = NOW
    db.session.commit()
    for statement in (
        "DELETE FROM adoption",
        "UPDATE adoption SET wording = 'Khác.'",
        "UPDATE adoption SET officer_id = officer_id + 1",
    ):
        with pytest.raises(DatabaseError):
            db.session.execute(sql(statement))
        db.session.rollback()
