"""A reference leads to its provision: of the draft named, of that in which one is, or of all."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts.models import Role
from app.consultations.lifecycle import close_due, declare, post_revision
from app.consultations.models import Consultation
from app.documents.models import Stage
from app.extensions import db
from app.kit import clock
from app.kit.text import fold
from app.search import entries
from app.search.references import Place, address, spellings, straight, the_one
from tests.factories import DRAFT, World

REGULATION = """\
ỦY BAN NHÂN DÂN
QUYẾT ĐỊNH
Ban hành Quy định quản lý cây xanh đô thị
Điều 1. Ban hành Quy định
Ban hành kèm theo Quyết định này Quy định quản lý cây xanh đô thị.
Điều 2. Hiệu lực
Quyết định này có hiệu lực từ ngày ký.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
QUY ĐỊNH
Quản lý cây xanh đô thị
(Ban hành kèm theo Quyết định số /2026/QĐ-UBND)
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Quy định này quy định việc trồng cây.
Điều 3. Đối tượng áp dụng
1. Cơ quan, tổ chức.
2. Hộ gia đình.
Phụ lục I
DANH MỤC CÂY CẤM TRỒNG
1. Cây bồ hòn.
"""
WATER = "Nghị quyết hỗ trợ nước sạch nông thôn"
LAND = "Nghị quyết về giá đất và giao đất ở"


@pytest.fixture
def water(world: World) -> Consultation:
    return world.consultation(world.dossier(title=WATER))


@pytest.fixture
def land(world: World) -> Consultation:
    """The newer of the two, and closed."""
    dossier = world.dossier(title=LAND)
    consultation = world.consultation(dossier, opened_at=clock.now() - timedelta(days=60))
    close_due(clock.now())
    db.session.commit()
    return consultation


def destination(typed: str, draft: str = "") -> Place | None:
    return the_one(typed, straight(typed, draft), draft)


def where(places: list[Place]) -> list[tuple[str, str]]:
    return [(place.draft, place.anchor) for place in places]


class TestNamedPlace:
    @pytest.mark.parametrize(
        ("typed", "anchor"),
        [
            ("Điều 2 khoản 2 điểm b", "dieu-2.khoan-2.diem-b"),
            ("d2 k2", "dieu-2.khoan-2"),
            ("2.2.đ", "dieu-2.khoan-2.diem-dd"),
            ("Art. 2(2)(b)", "dieu-2.khoan-2.diem-b"),
            ("chương II", "chuong-ii"),
            ("chương 2", "chuong-ii"),
            ("d2 k2b", "dieu-2.khoan-2.diem-b"),
        ],
    )
    def test_it_is_found_however_it_is_typed(self, water, app, typed, anchor) -> None:
        for spelling in (typed, typed.upper(), unicodedata.normalize("NFD", typed)):
            (place,) = straight(spelling)
            assert (place.anchor, place.exact) == (anchor, True)
            assert destination(spelling) == place
        for named in (f"{typed} hỗ trợ nước sạch", f"nuoc sach, {typed}"):
            assert straight(named) == [place]

    def test_without_marks_one_point_may_be_either_of_two(self, water, world, app) -> None:
        assert destination("dieu 2 khoan 2 diem d").place == "điểm đ khoản 2 Điều 2"
        text = DRAFT.replace("đ) Tổ chức khác.", "d) Hộ nghèo;\nđ) Tổ chức khác.")
        slug = world.consultation(text=text).dossier.slug
        both = [place for place in straight("dieu 2 khoan 2 diem d", slug) if place.slug == slug]
        assert [place.anchor[-2:] for place in both] == ["-d", "dd"]
        for typed, end in (("điều 2 khoản 2 điểm d", "-d"), ("2.2.đ", "dd"), ("2.2.dd", "dd")):
            assert destination(typed, slug).anchor[-2:] == end

    def test_it_says_what_stands_there(self, water, app) -> None:
        (place,) = straight("điểm b khoản 2 điều 2")
        assert (place.place, place.heading) == ("điểm b khoản 2 Điều 2", "Đối tượng áp dụng")
        assert place.words == "Đơn vị cấp nước;"
        (article,) = straight("điều 3")
        assert article.words.startswith("Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.")
        assert article.key == straight("điều 3 khoản 2")[0].key

    def test_a_clause_that_is_not_there_leads_to_its_article(self, water, app) -> None:
        (place,) = straight("điều 3 khoản 9 điểm c")
        assert (place.anchor, place.exact) == ("dieu-3", False)
        assert destination("điều 3 khoản 9 điểm c") is None

    def test_an_article_that_is_nowhere_is_no_place(self, water, app) -> None:
        assert straight("điều 77") == []
        assert straight("điều 77 nước sạch") == []

    def test_a_regulation_sent_with_a_decision_has_articles_of_its_own(self, world, app) -> None:
        world.consultation(text=REGULATION)
        assert [p.anchor for p in straight("điều 1")] == ["dieu-1", "phu-luc-1.dieu-1"]
        assert [p.anchor for p in straight("d3 k2")] == ["phu-luc-1.dieu-3.khoan-2"]
        assert destination("d3 k2").place == "khoản 2 Điều 3 Phụ lục I"
        assert [p.anchor for p in straight("chương I")] == ["phu-luc-1.chuong-i"]
        # the regulation is counted as the first annex, and called none
        assert [p.heading for p in straight("phụ lục I")] == ["DANH MỤC CÂY CẤM TRỒNG"]

    def test_a_chapter_has_two_spellings_and_annexes_have_articles(self) -> None:
        assert {"chuong-iii.muc-2", "chuong-3.muc-2"} <= set(spellings("chuong-iii.muc-2"))
        assert "phu-luc-1.dieu-5.khoan-2" in spellings("dieu-5.khoan-2")
        assert len(spellings("chuong-3.muc-2.tieu-muc-1")) < 50


class TestWhichDraft:
    def test_without_a_name_those_taking_comments_come_first(self, water, land, app) -> None:
        assert where(straight("điều 3 khoản 1")) == [
            (WATER, "dieu-3.khoan-1"),
            (LAND, "dieu-3.khoan-1"),
        ]
        assert destination("điều 3 khoản 1") is None

    @pytest.mark.parametrize(
        "name",
        [
            "giá đất",
            "gia dat",
            "GIÁ ĐẤT",
            "của nghị quyết về giá đất",
            "dự thảo giao đất",
            "giá đất quy định gì",
            "về giao đất ở",
        ],
    )
    def test_a_name_chooses(self, water, land, app, name) -> None:
        assert where(straight(f"khoản 1 điều 3 {name}")) == [(LAND, "dieu-3.khoan-1")]
        assert destination(f"{name} khoản 1 điều 3").slug == land.dossier.slug

    def test_the_draft_in_which_one_is_comes_first(self, water, land, app) -> None:
        here = land.dossier.slug
        assert where(straight("d3 k1", here))[0] == (LAND, "dieu-3.khoan-1")
        assert destination("d3 k1", here).slug == here
        assert destination("d3 k1 nước sạch", here).slug == water.dossier.slug

    def test_nobody_is_led_out_of_a_draft_by_a_number(self, water, world, app) -> None:
        other = world.consultation(text=REGULATION).dossier.slug
        assert destination("chương II").slug == water.dossier.slug
        assert destination("chương II", other) is None
        assert destination("chương II nước sạch nông thôn", other).slug == water.dossier.slug

    def test_the_reader_is_told_what_their_own_draft_lacks(self, water, world, app) -> None:
        other = world.consultation(text=REGULATION)
        first, second = straight("điều 2 khoản 2", other.dossier.slug)
        assert (first.slug, first.exact) == (other.dossier.slug, False)
        assert (second.slug, second.exact) == (water.dossier.slug, True)
        assert destination("điều 2 khoản 2", other.dossier.slug) is None

    def test_other_words_are_a_question_and_no_name(self, water, land, app) -> None:
        assert straight("điều 3 hỗ trợ bao nhiêu tiền") == []
        assert straight("nước sạch") == []
        assert straight("") == []

    def test_marks_tell_two_names_apart_and_their_absence_does_not(self, world, app) -> None:
        for title in ("Nghị quyết về bến cảng", "Nghị quyết về bền vững cang"):
            world.consultation(world.dossier(title=title))
        assert len(straight("điều 1 ben cang")) == 2
        assert [p.draft for p in straight("điều 1 bến cảng")] == ["Nghị quyết về bến cảng"]

    def test_a_whole_title_names_one_among_those_that_hold_it(self, world, water, app) -> None:
        world.consultation(world.dossier(title=f"{WATER} và vệ sinh"))
        assert len(straight(f"điều 3 {WATER}")) == 2
        assert destination(f"điều 3 {WATER}").draft == WATER
        assert destination("điều 3 nước sạch") is None

    def test_two_spellings_are_one_name(self, world, app) -> None:
        world.consultation(world.dossier(title="Nghị quyết quản lý chợ"))
        assert len(straight("điều 1 quản lí chợ")) == 1

    def test_an_agency_names_its_draft(self, water, land, app, drain: Callable[[], None]) -> None:
        drain()
        agency = land.dossier.agency.name
        assert where(straight(f"điều 3 {fold(agency)}")) == [(LAND, "dieu-3")]

    def test_the_end_of_a_long_title_names_it(self, world, app, drain: Callable[[], None]) -> None:
        title = f"Nghị quyết {'quy định mức hỗ trợ ' * 5}cho người trồng quế hữu cơ"
        slug = world.consultation(world.dossier(title=title)).dossier.slug
        assert "que" not in slug
        drain()
        assert [p.slug for p in straight("điều 3 trồng quế hữu cơ")] == [slug]

    def test_names_are_known_while_the_index_is_lost(self, water, app, monkeypatch) -> None:
        monkeypatch.setattr(entries, "index", lambda: pytest.fail("the index was asked"))
        assert len(straight("điều 3 nước sạch")) == 1

    def test_a_draft_is_known_by_its_number_and_whole_title(self, water, land, app) -> None:
        water.dossier.outcome_number = "15/2026/NQ-HĐND"
        db.session.commit()
        for typed in ("15/2026/NQ-HĐND", "15/2026/nq-hdnd", fold(WATER)):
            assert where(straight(typed)) == [(WATER, "")]
            assert destination(typed) is None
        assert where(straight("điều 3 nghị quyết 15/2026/NQ-HĐND")) == [(WATER, "dieu-3")]
        assert straight("15/2026/NQ-UBND") == []


class TestPublic:
    def test_no_text_that_is_not_posted(self, world, app) -> None:
        world.version(world.dossier(title="Nghị quyết về bến đò ngang"))
        assert straight("điều 1") == straight("điều 1 bến đò") == []
        assert straight("Nghị quyết về bến đò ngang") == []

    def test_a_revision_counts_once_it_is_posted(self, world, land, app) -> None:
        text = DRAFT + "3. Hộ neo đơn được hỗ trợ thêm 500.000 đồng.\n"
        version = world.version(land.dossier, text)
        officers = [world.officer(land.dossier.agency, Role.APPROVER) for _ in range(2)]
        for officer in officers:
            declare(land.dossier, version, officer, clock.now())
        (before,) = straight("điều 3 khoản 3")
        assert (before.exact, before.version, before.round) == (False, 1, 1)
        post_revision(land.dossier, version, officers[0], clock.now())
        db.session.commit()
        (after,) = straight("điều 3 khoản 3")
        assert (after.exact, after.version, after.round) == (True, 2, 0)
        with app.test_request_context():
            assert address(after).endswith("/versions/2#dieu-3.khoan-3")

    def test_what_was_withdrawn_stays_readable(self, water, app, client) -> None:
        water.dossier.stage = Stage.WITHDRAWN.value
        db.session.commit()
        (place,) = straight("điều 3")
        with app.test_request_context():
            url = address(place)
        assert client.get(url).status_code == 200


def test_every_address_leads_to_its_words(water, app, client) -> None:
    for typed in ("điều 2", "điều 2 khoản 2", "2.2.b", "chương II"):
        (place,) = straight(typed)
        with app.test_request_context():
            path, _, fragment = address(place).partition("#")
        page = client.get(path).get_data(as_text=True)
        assert not fragment or f'id="{fragment}"' in page
        assert place.place in page


class TestSearchPage:
    def test_one_place_and_nothing_else_is_gone_to_at_once(self, water, client) -> None:
        slug = water.dossier.slug
        for typed in ("d2 k2", "Điều 2 khoản 2 nước sạch"):
            answer = client.get("/search", query_string={"q": typed})
            assert answer.status_code == 302
            there = f"/consultations/{slug}/articles/dieu-2.khoan-2#dieu-2.khoan-2"
            assert answer.location == there
        assert client.get("/en/search?q=art.+2(2)").location == f"/en{there}"

    def test_in_a_draft_it_is_that_of_the_draft(self, water, land, client) -> None:
        slug = land.dossier.slug
        answer = client.get("/search", query_string={"q": "d3", "draft": slug})
        assert answer.location == f"/consultations/{slug}/articles/dieu-3"

    def test_who_asks_to_stay_or_narrowed_stays(self, water, client, drain) -> None:
        drain()
        page = client.get("/search?q=d2+k2&stay=1")
        assert page.status_code == 200
        assert "articles/dieu-2.khoan-2#dieu-2.khoan-2" in page.get_data(as_text=True)
        for narrowed in ("kind=comment", "page=2", "status=open"):
            page = client.get(f"/search?q=d2+k2&{narrowed}")
            assert page.status_code == 200
            assert 'id="straight"' not in page.get_data(as_text=True)

    def test_several_are_shown_above_the_results(self, water, land, client, drain) -> None:
        drain()
        page = client.get("/search", query_string={"q": "điều 3 khoản 1"}).get_data(as_text=True)
        box = page[page.index('id="straight"') :]
        assert box.index(water.dossier.slug) < box.index(land.dossier.slug)
        assert "Mỗi hộ được hỗ trợ một lần" in box[: box.index("</ol>")]

    def test_a_place_that_is_not_there_is_said_not_gone_to(self, water, client, drain) -> None:
        drain()
        page = client.get("/en/search", query_string={"q": "điều 3 khoản 9"})
        assert page.status_code == 200
        assert "This text has no such part" in page.get_data(as_text=True)

    def test_a_reference_leads_there_while_the_index_is_lost(self, water, app, client) -> None:
        shutil.rmtree(app.extensions["settings"].search_dir)
        assert client.get("/search?q=d2+k2").status_code == 302


class TestShell:
    def test_the_place_is_listed_first(self, water, app, world, drain) -> None:
        moderator = world.officer(water.dossier.agency, Role.MODERATOR)
        for _ in range(3):
            comment = world.comment(water, "Điều 2 khoản 2: điều 2 khoản 2 nên rõ hơn.")
            world.publish(comment, moderator)
        db.session.commit()
        drain()
        run = app.test_cli_runner().invoke
        told = json.loads(run(args=["search", "query", "Điều 2 khoản 2", "--json"]).stdout)
        first, *others = told["hits"]
        assert (first["kind"], first["anchor"]) == ("provision", "dieu-2.khoan-2")
        assert (first["slug"], first["round"]) == (water.dossier.slug, 1)
        assert first["place"] == "khoản 2 Điều 2"
        assert len(others) == 3 == told["total"] - 1
        assert all(hit.keys() >= first.keys() for hit in others)
        plain = run(args=["search", "query", "d2 k2"]).stdout.splitlines()
        assert "khoản 2 Điều 2" in plain[1]
        only = run(args=["search", "query", "d2 k2", "--kind", "comment", "--json"]).stdout
        assert {hit["kind"] for hit in json.loads(only)["hits"]} <= {"comment"}


def test_a_longer_text_asks_the_database_no_more(water, land, app) -> None:
    """Bounded by construction: the number of statements depends on no text and no draft."""
    asked: list[str] = []

    def listen(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        for typed in ("điều 3 khoản 1 điểm a " + "nước " * 5000, "2.2.b đất", "d1 " * 3000):
            asked.clear()
            straight(typed)
            assert len(asked) <= 12
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
