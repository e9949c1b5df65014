"""The repair editor: the outline beside the file, repaired without leaving the page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from app.accounts.models import Role
from app.documents import original as originals
from app.documents.edits import count, repair, undo
from app.documents.files import path
from app.documents.models import DraftEdit
from app.documents.nodes import Kind
from app.documents.repair import Edit, Operation, WrongRepairError
from app.documents.screens import MOST, bands, screens
from app.documents.versions import PostedVersionError, Row, name_anew, newest, stored
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from tests.factories import DRAFT

DOUBTFUL = """\
Điều 1. Phạm vi
1. Khoản một.
Đối tượng áp dụng
1. Hộ gia đình.
2. Cơ quan.
Điều 3. Hiệu lực
Từ ngày ký.
Điều 3. Thi hành
Ủy ban nhân dân xã. Hội đồng nhân dân xã.
"""


@pytest.fixture
def dossier(world):
    return world.dossier()


@pytest.fixture
def version(world, dossier):
    return world.version(dossier, DOUBTFUL, accepted=False)


@pytest.fixture
def drafter(client, world, dossier):
    officer = world.officer(dossier.agency, Role.DRAFTER)
    client.sign_in(officer.email)
    return officer


def review(dossier):
    return f"/desk/dossiers/{dossier.id}/text/review"


def send(client, dossier, operation, unit="", **typed):
    """One press of a button on the page as it is now."""
    seen = typed.pop("seen", newest(dossier).digest)
    words = {"operation": operation, "unit": unit, "seen": seen, **typed}
    return client.submit(review(dossier), words, to=review(dossier).replace("review", "repair"))


def shape(dossier):
    """The units as (anchor, heading or text), the doubts as codes."""
    rows = stored(newest(dossier))
    return [(row.anchor, row.heading or row.text) for row in rows]


def codes(dossier):
    return [doubt["code"] for doubt in newest(dossier).doubts]


class TestEditor:
    def test_the_file_stands_beside_the_units_and_every_doubt_links_to_its_place(
        self, client, drafter, dossier, version
    ):
        html = client.get(review(dossier)).get_data(as_text=True)
        assert re.search(r'<span class="no"[^>]*>3</span>Đối tượng áp dụng', html)
        doubts = html.split('id="doubts"')[1].split("</section>")[0]
        for one in version.doubts:
            assert f'href="#{one["anchor"]}"' in doubts
            assert f'id="{one["anchor"]}"' in html

    def test_a_text_with_doubts_is_repaired_until_none_is_left(
        self, client, drafter, dossier, version
    ):
        answer = send(
            client, dossier, "split", "dieu-1.khoan-1", kind="article", number="2", place="1.3"
        )
        assert answer.location == f"{review(dossier)}?at=dieu-2#dieu-2"
        assert send(client, dossier, "renumber", "dieu-3-2", number="4").status_code == 303
        assert codes(dossier) == []
        assert shape(dossier) == [
            ("dieu-1", "Phạm vi"),
            ("dieu-1.khoan-1", "Khoản một."),
            ("dieu-2", "Đối tượng áp dụng"),
            ("dieu-2.khoan-1", "Hộ gia đình."),
            ("dieu-2.khoan-2", "Cơ quan."),
            ("dieu-3", "Hiệu lực"),
            ("dieu-4", "Thi hành"),
        ]
        assert [row.line for row in stored(newest(dossier))] == [1, 2, 3, 4, 5, 6, 8]

    def test_what_would_help_is_one_press_away(self, client, drafter, dossier, version):
        html = client.get(review(dossier)).get_data(as_text=True)
        unit = html.split('id="dieu-3-2"')[1].split("</article>")[0]
        form = unit.split("<form")[1].split("</form>")[0]
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        assert (hidden["operation"], hidden["number"]) == ("renumber", "4")
        client.post(review(dossier).replace("review", "repair"), data=hidden)
        assert shape(dossier)[-1][0] == "dieu-4"

    def test_what_was_done_is_said_at_the_unit_with_the_way_back(
        self, client, drafter, dossier, version
    ):
        there = send(client, dossier, "retype", "dieu-1.khoan-1", kind="clause", number="7")
        html = client.get(there.location).get_data(as_text=True)
        unit = html.split('id="dieu-1.khoan-7"')[1].split("</article>")[0]
        assert 'role="status"' in unit
        assert 'value="undo"' in unit
        assert 'at=dieu-1.khoan-1#dieu-1.khoan-1"' in unit, "the next doubt is one step away"

    def test_undone_twice_it_is_as_it_was_and_then_there_is_nothing_to_undo(
        self, client, drafter, dossier, version
    ):
        before, doubts, digest = stored(version), codes(dossier), version.digest
        send(client, dossier, "join", "dieu-3")
        send(client, dossier, "split", "dieu-1.khoan-1", kind="article", number="2", place="1.3")
        assert send(client, dossier, "undo").location.endswith("#dieu-1.khoan-1")
        assert send(client, dossier, "undo").status_code == 303
        assert stored(newest(dossier)) == before
        assert (sorted(codes(dossier)), newest(dossier).digest) == (sorted(doubts), digest)
        assert send(client, dossier, "undo").status_code == 303
        assert db.session.scalar(select(DraftEdit.id)) is None

    def test_a_wrong_number_is_said_where_it_was_typed(self, client, drafter, dossier, version):
        answer = send(client, dossier, "retype", "dieu-3", kind="point", number="w")
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        unit = html.split('id="dieu-3"')[1].split("</article>")[0]
        assert '<details class="fix" lang="vi" open>' in unit
        assert 'value="w"' in unit
        assert '<option value="point" selected>' in unit
        assert codes(dossier) == [doubt["code"] for doubt in version.doubts]
        assert count(newest(dossier)) == 0

    @pytest.mark.parametrize(
        "typed",
        [
            {"operation": "explode"},
            {"operation": "split", "place": "x.y", "kind": "article", "number": "2"},
            {"operation": "split", "place": "99999999999.1", "kind": "article", "number": "2"},
            {"operation": "retype", "kind": "verse", "number": "2b"},
            {"operation": "join", "unit": "dieu-99"},
            {"operation": "renumber", "unit": "", "number": "1"},
            {"operation": "renumber", "number": "9" * 5000},
        ],
    )
    def test_what_no_page_offers_is_refused(self, client, drafter, dossier, version, typed):
        words = {"unit": "dieu-1", **typed}
        answer = send(client, dossier, words.pop("operation"), words.pop("unit"), **words)
        accepted = typed["operation"] == "retype"  # of an unknown kind: it keeps its own
        assert answer.status_code == (303 if accepted else 422)

    def test_a_form_for_older_words_changes_nothing_and_keeps_what_was_typed(
        self, client, drafter, dossier, version
    ):
        seen = version.digest
        send(client, dossier, "join", "dieu-3")
        before = shape(dossier)
        answer = send(client, dossier, "retype", "dieu-1", kind="article", number="9", seen=seen)
        assert answer.status_code == 409
        assert 'value="9"' in answer.get_data(as_text=True)
        assert shape(dossier) == before

    def test_a_posted_text_is_not_repaired(self, client, world):
        consultation = world.consultation()
        dossier, digest = consultation.dossier, consultation.version.digest
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        html = client.get(review(dossier)).get_data(as_text=True)
        assert "/text/repair" not in html
        token = client.token("/desk/dossiers/new")
        words = {"csrf_token": token, "operation": "join", "unit": "dieu-2", "seen": digest}
        answer = client.post(review(dossier).replace("review", "repair"), data=words)
        assert answer.status_code == 409
        assert newest(dossier).digest == digest

    def test_an_accepted_text_has_to_be_accepted_again(self, client, drafter, dossier, world):
        version = world.version(dossier, DOUBTFUL)
        assert version.accepted_at is not None
        send(client, dossier, "join", "dieu-3")
        assert newest(dossier).accepted_at is None

    def test_an_approver_looks_and_does_not_repair(self, client, world, dossier, version):
        client.sign_in(world.officer(dossier.agency, Role.APPROVER).email)
        assert "/text/repair" not in client.get(review(dossier)).get_data(as_text=True)
        token = client.token(review(dossier))
        words = {"csrf_token": token, "operation": "join", "unit": "dieu-3"}
        answer = client.post(review(dossier).replace("review", "repair"), data=words)
        assert answer.status_code == 403

    def test_another_agency_finds_nothing_to_repair(self, client, world, dossier, version):
        client.sign_in(world.officer(world.agency(), Role.DRAFTER).email)
        assert client.get(review(dossier).replace("review", "repair")).status_code == 404

    def test_the_address_of_a_repair_leads_to_the_page(self, client, drafter, dossier, version):
        answer = client.get(review(dossier).replace("review", "repair"))
        assert answer.location == review(dossier)

    def test_without_the_file_the_outline_can_still_be_repaired(
        self, client, drafter, dossier, version
    ):
        originals._lines.cache_clear()
        path(version.sha256).unlink()
        path(f"{version.sha256}.lines").unlink()
        html = client.get(review(dossier)).get_data(as_text=True)
        assert 'id="dieu-3"' in html
        assert 'class="orig"' not in html
        assert send(client, dossier, "join", "dieu-3").status_code == 303


class TestRecord:
    def test_every_repair_is_in_the_ledger_with_the_words_it_led_to(self, world, dossier, version):
        officer = world.officer(dossier.agency, Role.DRAFTER)
        repair(version, Edit(Operation.JOIN, "dieu-3"), officer, clock.now())
        joined = version.digest
        undo(version, officer, clock.now())
        db.session.commit()
        found = db.session.scalars(
            select(Entry).where(Entry.verb == Verb.DRAFT_REPAIRED).order_by(Entry.id)
        )
        facts = [(entry.facts["operation"], entry.facts["digest"]) for entry in found]
        assert facts == [("join", joined), ("undo", version.digest)]
        assert count(version) == 0

    def test_a_repair_that_cannot_be_made_leaves_nothing(self, world, dossier, version):
        officer = world.officer(dossier.agency, Role.DRAFTER)
        with pytest.raises(WrongRepairError):
            repair(version, Edit(Operation.JOIN, "dieu-1"), officer, clock.now())
        assert count(version) == 0

    def test_nothing_is_repaired_or_undone_once_posted(self, world):
        version = world.consultation().version
        officer = world.officer(version.dossier.agency, Role.DRAFTER)
        with pytest.raises(PostedVersionError):
            repair(version, Edit(Operation.JOIN, "dieu-2"), officer, clock.now())
        with pytest.raises(PostedVersionError):
            undo(version, officer, clock.now())

    def test_a_new_file_takes_the_repairs_of_the_old_one_along(self, world, dossier, version):
        officer = world.officer(dossier.agency, Role.DRAFTER)
        repair(version, Edit(Operation.JOIN, "dieu-3"), officer, clock.now())
        db.session.commit()
        world.version(dossier, DRAFT)
        assert db.session.scalar(select(DraftEdit.id)) is None


def law(articles, clauses=3):
    rows = []
    for n in range(1, articles + 1):
        rows.append(Row(Kind.ARTICLE, str(n), f"Điều thứ {n}", "", 0, line=len(rows) + 1))
        rows += [
            Row(Kind.CLAUSE, str(m), "", "Nội dung.", 1, line=len(rows) + m)
            for m in range(1, clauses + 1)
        ]
    name_anew(rows)
    return rows


class TestScreens:
    @pytest.mark.parametrize(("articles", "clauses"), [(0, 0), (1, 0), (5, 3), (200, 3), (2, 150)])
    def test_they_hold_every_unit_once_and_are_short(self, articles, clauses):
        rows = law(articles, clauses)
        found = screens(rows)
        assert [n for screen in found for n in range(screen.start, screen.stop)] == [
            *range(len(rows))
        ]
        assert all(screen.stop - screen.start <= MOST for screen in found)

    def test_whole_articles_stay_together_where_they_fit(self):
        rows = law(200)
        assert all(rows[screen.start].kind is Kind.ARTICLE for screen in screens(rows))
        assert screens(rows)[0].name == "Điều 1 – Điều 6"

    def test_a_cut_article_says_where_it_goes_on(self):
        assert screens(law(1, 100))[1].name == "Điều 1, khoản 40"

    def test_no_unit_is_missing_where_the_lines_are_unknown(self):
        rows = law(3)
        for row in rows:
            row.line = 0
        shown = [row for band in bands(rows, screens(rows)[0], []) for row in band.rows]
        assert shown == rows


def test_a_long_law_stays_a_light_page_with_few_questions(client, drafter, dossier, world):
    text = "".join(
        f"Điều {n}. Nội dung thứ {n}\n1. {'Cơ quan có thẩm quyền quyết định. ' * 6}\n"
        f"2. {'Tổ chức, cá nhân có trách nhiệm thi hành. ' * 6}\n"
        for n in range(1, 400)
    )
    world.version(dossier, text, accepted=False)
    asked = []

    def hear(*args):
        asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", hear)
    html = client.get(f"{review(dossier)}?at=dieu-200.khoan-2").get_data(as_text=True)
    event.remove(db.engine, "before_cursor_execute", hear)
    assert 'id="dieu-200.khoan-2"' in html
    assert len(html.encode()) < 150_000
    assert len(asked) < 15
