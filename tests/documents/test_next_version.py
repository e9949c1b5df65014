"""The next version: begun here or uploaded, worded, and each doubtful pair decided by a person."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.consultations.lifecycle import Gap, close_due, gaps
from app.documents import files
from app.documents.dossiers import advance
from app.documents.edits import count, undo
from app.documents.importing import accept, tree_of
from app.documents.models import ComparisonRow, DraftVersion, Provision, Stage
from app.documents.paired import paired
from app.documents.rewording import WordsFault, WrongWordsError, begin, reword
from app.documents.versions import PostedVersionError, newest, rows_of, stored
from app.documents.written import came_in
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.web.uploads import inspect
from tests.factories import DRAFT

NOW = clock.now()
# article 1 has other words in its place, clause 2 of article 3 is gone, an article was put in
REVISED = (
    DRAFT.replace(
        "Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.",
        "Nghị quyết này áp dụng cho việc lắp đặt đường ống và bể chứa nước.",
    )
    .replace("2. Hộ nghèo được hỗ trợ thêm 1.000.000 đồng.\n", "")
    .rstrip()
    + "\nĐiều 4. Hiệu lực\nNghị quyết có hiệu lực từ ngày ký."
)


@pytest.fixture
def consultation(world):
    found = world.consultation(opened_at=NOW - timedelta(days=40))
    close_due(NOW)
    db.session.commit()
    return found


@pytest.fixture
def dossier(consultation):
    return consultation.dossier


@pytest.fixture
def officer(world, dossier):
    return world.officer(dossier.agency, Role.DRAFTER)


@pytest.fixture
def drafter(client, officer):
    client.sign_in(officer.email)
    return client


def at(dossier, page):
    return f"/desk/dossiers/{dossier.id}/text/{page}"


def fates(version):
    return {
        tie.old.anchor: (tie.fate.value, tie.new and tie.new.anchor)
        for tie in paired(version).ties
        if tie.old is not None
    }


class TestBegin:
    def test_the_next_version_reads_like_the_one_before(self, drafter, dossier, consultation):
        overview = f"/desk/dossiers/{dossier.id}"
        assert drafter.submit(overview, {}, to=at(dossier, "begin")).status_code == 303
        version = newest(dossier)
        assert (version.number, version.posted_at, version.accepted_at) == (2, None, None)
        assert stored(version) == stored(consultation.version)
        assert {fate for fate, _ in fates(version).values()} == {"kept"}
        assert Gap.PAIRS not in gaps(dossier, version, NOW)

    def test_twice_is_once(self, dossier, officer):
        assert begin(dossier, officer, NOW).id == begin(dossier, officer, NOW).id

    def test_the_comparison_with_the_law_goes_along(self, world, dossier, officer, consultation):
        version = world.version(dossier)
        db.session.add(
            ComparisonRow(version_id=version.id, position=1, kind="new", anchor="dieu-1")
        )
        version.posted_at = NOW
        db.session.commit()
        third = begin(dossier, officer, NOW)
        rows = select(ComparisonRow.anchor).where(ComparisonRow.version_id == third.id)
        assert db.session.scalars(rows).all() == ["dieu-1"]

    def test_nothing_begins_after_the_end(self, drafter, dossier, officer):
        token = drafter.token(f"/desk/dossiers/{dossier.id}")
        advance(dossier, Stage.WITHDRAWN, NOW, officer=officer)
        db.session.commit()
        answer = drafter.post(at(dossier, "begin"), data={"csrf_token": token})
        assert answer.status_code == 409
        assert newest(dossier).number == 1

    def test_it_is_reviewed_beside_the_file_it_began_from(self, dossier, officer, consultation):
        first = consultation.version
        version = begin(dossier, officer, NOW)
        assert came_in(version) == (first.sha256, first.file_name)
        assert version.file_name == "du-thao-2.docx"

    def test_another_agency_begins_nothing(self, client, world, dossier):
        client.sign_in(world.officer(world.agency(), Role.DRAFTER).email)
        token = client.token("/desk/dossiers/new")
        answer = client.post(at(dossier, "begin"), data={"csrf_token": token})
        assert answer.status_code == 404


class TestWords:
    @pytest.fixture
    def version(self, dossier, officer):
        version = begin(dossier, officer, NOW)
        db.session.commit()
        return version

    def test_a_unit_reads_as_typed_and_what_changed_is_shown(self, drafter, dossier, version):
        page = at(dossier, "words") + "?at=dieu-3.khoan-1"
        assert "Nothing yet" in drafter.get("/en" + page).get_data(as_text=True)
        typed = {
            "text": " Mỗi hộ được 5.000.000 đồng. \r\n\r\nChi trả một lần.",
            "seen": version.digest,
        }
        assert drafter.submit(page, typed).status_code == 303
        row = next(row for row in stored(newest(dossier)) if row.anchor == "dieu-3.khoan-1")
        assert row.text == "Mỗi hộ được 5.000.000 đồng.\nChi trả một lần."
        assert fates(newest(dossier))["dieu-3.khoan-1"] == ("reworded", "dieu-3.khoan-1")
        shown = drafter.get(page).get_data(as_text=True)
        assert re.search(r"<ins>.*5\.000\.000", shown)
        assert re.search(r"<del>.*3\.000\.000", shown)

    def test_the_heading_of_an_article_can_be_changed_too(self, drafter, dossier, version):
        page = at(dossier, "words") + "?at=dieu-1"
        typed = {"heading": "Phạm vi", "text": "Quy định này.", "seen": version.digest}
        drafter.submit(page, typed)
        assert stored(newest(dossier))[1].heading == "Phạm vi"

    def test_undone_the_words_are_back(self, dossier, version, officer):
        before = stored(version)
        reword(version, "dieu-3.khoan-1", "", "Khác.", officer, NOW)
        reword(version, "dieu-3.khoan-1", "", "Khác nữa.", officer, NOW)
        assert undo(version, officer, NOW) == "dieu-3.khoan-1"
        assert stored(version)[-2].text == "Khác."
        undo(version, officer, NOW)
        assert stored(version) == before
        assert (undo(version, officer, NOW), count(version)) == (None, 0), "a beginning stays"

    @pytest.mark.parametrize(
        ("anchor", "heading", "text", "fault"),
        [
            ("dieu-9", "", "Khác.", WordsFault.NO_UNIT),
            ("dieu-3.khoan-1", "", " \n ", WordsFault.EMPTY),
            ("dieu-3.khoan-1", "", "Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.\n", WordsFault.SAME),
        ],
    )
    def test_words_a_unit_cannot_have(self, version, officer, anchor, heading, text, fault):
        digest = version.digest
        with pytest.raises(WrongWordsError) as refusal:
            reword(version, anchor, heading, text, officer, NOW)
        assert refusal.value.fault is fault
        assert version.digest == digest

    def test_a_fault_keeps_what_was_typed(self, drafter, dossier, version):
        page = at(dossier, "words") + "?at=dieu-1"
        answer = drafter.submit(page, {"heading": "", "text": "", "seen": version.digest})
        assert answer.status_code == 422
        stale = drafter.submit(page, {"heading": "Phạm vi mới", "text": "Mới.", "seen": "x"})
        assert stale.status_code == 409
        assert "Phạm vi mới" in stale.get_data(as_text=True)

    def test_a_public_text_is_not_worded(self, client, world):
        consultation = world.consultation()
        officer = world.officer(consultation.dossier.agency, Role.DRAFTER)
        with pytest.raises(PostedVersionError):
            reword(consultation.version, "dieu-1", "", "Khác.", officer, NOW)
        client.sign_in(officer.email)
        assert client.get(at(consultation.dossier, "words") + "?at=dieu-1").status_code == 409


class TestFile:
    def read_back(self, version: DraftVersion):
        data = files.path(version.sha256).read_bytes()
        assert len(data) == version.size
        tree = tree_of(data, inspect(data, version.file_name))
        return [(row.anchor, row.heading, row.text) for row in rows_of(tree)]

    def test_a_version_written_here_gets_a_word_file_of_its_very_words(
        self, dossier, officer, consultation
    ):
        version = begin(dossier, officer, NOW)
        reword(version, "dieu-3.khoan-1", "", "Mỗi hộ được 5.000.000 đồng.", officer, NOW)
        accept(version, officer, NOW)
        assert version.sha256 != consultation.version.sha256
        assert version.file_name == "du-thao-2.docx"
        units = [(row.anchor, row.heading, row.text) for row in stored(version)]
        assert self.read_back(version) == units

    def test_an_uploaded_file_is_replaced_by_its_words_and_comes_back_with_the_undo(
        self, world, dossier, officer
    ):
        version = world.version(dossier, REVISED)
        before = (version.file_name, version.sha256, version.size)
        accept(version, officer, NOW)
        assert (version.file_name, version.sha256, version.size) == before, "repairs keep it"
        reword(version, "dieu-1", "Phạm vi", "Quy định này.", officer, NOW)
        accept(version, officer, NOW)
        assert (version.file_name, version.sha256) != before[:2]
        assert ("dieu-1", "Phạm vi", "Quy định này.") in self.read_back(version)
        assert came_in(version) == (before[1], before[0])
        undo(version, officer, NOW)
        assert (version.file_name, version.sha256, version.size) == before


class TestPairs:
    @pytest.fixture
    def version(self, world, dossier):
        return world.version(dossier, REVISED)

    def page(self, client, dossier, query=""):
        return html.unescape(client.get(at(dossier, "alignment") + query).get_data(as_text=True))

    def send(self, client, dossier, said, seen=None):
        words = {**said, "seen": seen or paired(newest(dossier)).seen()}
        return client.submit(at(dossier, "alignment"), words)

    def test_the_doubtful_pair_stands_first_with_its_comments(
        self, drafter, dossier, version, world, consultation
    ):
        moderator = world.officer(dossier.agency, Role.MODERATOR)
        comment = world.comment(consultation, anchor="dieu-1", at=NOW - timedelta(days=30))
        world.publish(comment, moderator, NOW)
        db.session.commit()
        shown = self.page(drafter, dossier).replace("\n", " ")
        [tie] = paired(version).doubtful
        assert (tie.old.anchor, tie.new.anchor) == ("dieu-1", "dieu-1")
        assert shown.index(f'name="say-{tie.key}"') < shown.index('id="fate-removed"')
        assert shown.count('type="radio"') == 3
        english = drafter.get("/en" + at(dossier, "alignment")).get_data(as_text=True)
        assert "1 published comment on it" in english
        assert Gap.PAIRS in gaps(dossier, version, NOW)

    def test_yes_settles_it_and_the_words_stay_accepted(self, drafter, dossier, version, officer):
        [tie] = paired(version).doubtful
        assert self.send(drafter, dossier, {f"say-{tie.key}": "yes"}).status_code == 303
        version = newest(dossier)
        assert paired(version).doubtful == []
        assert Gap.PAIRS not in gaps(dossier, version, NOW)
        assert version.accepted_at is not None
        entry = db.session.scalars(select(Entry).where(Entry.verb == "alignment.confirmed")).one()
        assert entry.facts == {"version_id": version.id, "pairs": 1, "digest": version.digest}
        assert entry.actor_id == officer.id

    @pytest.mark.parametrize(
        ("said", "became"),
        [
            ({"say": "removed"}, ("removed", None)),
            ({"say": "other", "chosen": "dieu-4"}, ("reworded", "dieu-4")),
            ({"say": "other", "place": "Điều 4"}, ("reworded", "dieu-4")),
            ({"say": "other", "place": "dieu-4", "chosen": "dieu-2"}, ("reworded", "dieu-4")),
        ],
    )
    def test_no_says_what_is_right(self, drafter, dossier, version, said, became):
        [tie] = paired(version).doubtful
        sent = {f"{name}-{tie.key}": value for name, value in said.items()}
        assert self.send(drafter, dossier, sent).status_code == 303
        found = fates(newest(dossier))["dieu-1"]
        assert found[1] == became[1]
        assert found[0] in (became[0], "moved")

    def test_several_are_decided_at_once(self, drafter, dossier, version):
        [tie] = paired(version).doubtful
        [gone] = paired(version).of("dieu-3.khoan-2")
        sent = {f"say-{tie.key}": "yes", f"say-{gone.key}": "other", f"place-{gone.key}": "Điều 4"}
        self.send(drafter, dossier, sent)
        assert fates(newest(dossier))["dieu-3.khoan-2"][1] == "dieu-4"
        assert paired(newest(dossier)).doubtful == []

    def test_any_pair_can_be_opened_and_changed(self, drafter, dossier, version):
        shown = self.page(drafter, dossier, "?of=khoản 1 Điều 2")
        [tie] = paired(version).of("dieu-2.khoan-1")
        assert f'name="say-{tie.key}"' in shown
        assert "Điều 77" in self.page(drafter, dossier, "?of=Điều 77")

    @pytest.mark.parametrize("place", ["Điều 77", "", "<script>"])
    def test_a_provision_that_is_not_there_is_said_at_its_pair(
        self, drafter, dossier, version, place
    ):
        [tie] = paired(version).doubtful
        [gone] = paired(version).of("dieu-3.khoan-2")
        sent = {f"say-{tie.key}": "other", f"place-{tie.key}": place, f"say-{gone.key}": "yes"}
        answer = self.send(drafter, dossier, sent)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'href="#place-{tie.key}"' in shown
        assert f'value="{html.escape(place)}"' in shown
        assert len(paired(newest(dossier)).doubtful) == 1, "nothing is saved of a form with a fault"

    def test_what_a_colleague_decided_is_not_overwritten_unseen(self, drafter, dossier, version):
        [tie] = paired(version).doubtful
        seen = paired(version).seen()
        self.send(drafter, dossier, {f"say-{tie.key}": "yes"})
        answer = self.send(drafter, dossier, {f"say-{tie.key}": "removed"}, seen)
        assert answer.status_code == 409
        assert fates(newest(dossier))["dieu-1"] == ("reworded", "dieu-1")

    def test_nothing_chosen_is_said(self, drafter, dossier, version):
        assert self.send(drafter, dossier, {"say-1.x": "yes"}).status_code == 422

    def test_a_decision_outlives_the_next_repair(self, drafter, dossier, version, officer):
        [tie] = paired(version).doubtful
        self.send(drafter, dossier, {f"say-{tie.key}": "removed"})
        reword(newest(dossier), "dieu-4", "Hiệu lực", "Từ ngày 01/01/2027.", officer, NOW)
        assert fates(newest(dossier))["dieu-1"] == ("removed", None)

    def test_of_a_first_version_and_of_a_public_one_there_is_nothing_to_say(self, client, world):
        dossier = world.dossier()
        world.version(dossier)
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        assert client.get(at(dossier, "alignment")).location == f"/desk/dossiers/{dossier.id}"
        posted = world.consultation(world.dossier(dossier.agency)).dossier
        assert client.get(at(posted, "alignment")).status_code == 409

    def test_the_overview_leads_there(self, drafter, dossier, version):
        shown = drafter.get(f"/desk/dossiers/{dossier.id}").get_data(as_text=True)
        assert f'href="{at(dossier, "alignment")}"' in shown

    def test_the_lineage_follows_the_decision(self, drafter, dossier, version, consultation):
        [tie] = paired(version).doubtful
        self.send(drafter, dossier, {f"say-{tie.key}": "other", f"chosen-{tie.key}": "dieu-4"})
        lineage = select(Provision.anchor).where(
            Provision.version_id == newest(dossier).id,
            Provision.lineage_id == tie.old.lineage_id,
        )
        assert db.session.scalars(lineage).all() == ["dieu-4"]
