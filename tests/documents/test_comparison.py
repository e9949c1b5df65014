"""The comparison with the law in force: rows by hand, from a Word table, carried, and read."""

from __future__ import annotations

import io

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Role
from app.consultations.lifecycle import Gap, gaps
from app.documents import comparison
from app.documents.citation import anchor_of, citation
from app.documents.comparison import Comparison, add, replace, rows_of, unlinked
from app.documents.comparison_import import NoTableError, read_comparison
from app.documents.models import ChangeKind, ComparisonRow
from app.documents.parsers.blocks import Block
from app.documents.versions import PostedVersionError
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT

NOW = clock.now()
ANCHORS = (
    "dieu-1",
    "dieu-2",
    "dieu-2.khoan-2.diem-dd",
    "dieu-3",
    "dieu-3.khoan-1",
    "dieu-3.khoan-2",
)
HEAD = ("STT", "Quy định hiện hành (Nghị quyết 12/2020/NQ-HĐND)", "Dự thảo", "Lý do")


def table(*rows: tuple[str, ...]) -> list[Block]:
    return [Block("Bảng so sánh"), Block("", rows=rows)]


class TestCitation:
    @pytest.mark.parametrize(
        ("text", "anchor"),
        [
            ("Điều 5", "dieu-5"),
            ("Điều 51a. Tên điều", "dieu-51a"),
            ("khoản 2 Điều 5", "dieu-5.khoan-2"),
            ("Khoản 2a, Điều 5 dự thảo", "dieu-5.khoan-2a"),
            ("điểm đ khoản 2 Điều 6", "dieu-6.khoan-2.diem-dd"),
            ("ĐIỂM A KHOẢN 1 ĐIỀU 3", "dieu-3.khoan-1.diem-a"),
            ("Phụ lục II", "phu-luc-2"),
            ("Mẫu số 01", "mau-1"),
            ("quy định tại Điều 7 và Điều 8", "dieu-7"),
            ("Không có gì", ""),
            ("Điều II", ""),
            ("", ""),
        ],
    )
    def test_what_a_text_cites_is_found(self, text, anchor):
        assert anchor_of(text) == anchor

    @settings(deadline=None, max_examples=60)
    @given(
        st.integers(1, 700),
        st.one_of(st.none(), st.integers(1, 30)),
        st.one_of(st.none(), st.sampled_from("abcdđeghiklmnopqrstuvxy")),
    )
    def test_it_is_the_inverse_of_the_citation(self, article, clause, point):
        parts = [f"dieu-{article}"]
        if clause is not None:
            parts.append(f"khoan-{clause}")
            parts += [f"diem-{point.replace('đ', 'dd')}"] if point else []
        anchor = ".".join(parts)
        assert anchor_of(citation(anchor)) == anchor


class TestTable:
    def test_rows_are_linked_by_the_citation_in_the_draft(self):
        found = read_comparison(
            table(
                HEAD,
                ("1", "Điều 4. Mức\n1. Hai triệu.", "Điều 3. Mức hỗ trợ\n1. Ba triệu.", "Giá tăng"),
                ("2", "", "2. Hộ nghèo thêm một triệu.", "Công bằng"),
            ),
            ANCHORS,
        )
        assert [(row.anchor, row.kind) for row in found] == [
            ("dieu-3.khoan-1", ChangeKind.AMENDED),
            ("dieu-3.khoan-2", ChangeKind.NEW),
        ]
        assert found[0].source == "Điều 4 Nghị quyết 12/2020/NQ-HĐND"
        assert [row.reason for row in found] == ["Giá tăng", "Công bằng"]

    def test_what_is_nowhere_in_the_draft_stays_unlinked(self):
        found = read_comparison(table(HEAD, ("1", "Điều 4", "Điều 99. Khác", "")), ANCHORS)
        assert [row.anchor for row in found] == [""]

    @pytest.mark.parametrize(
        ("said", "kind"),
        [
            ("Quy định mới", ChangeKind.NEW),
            ("Sửa đổi, bổ sung", ChangeKind.AMENDED),
            ("Bổ sung", ChangeKind.SUPPLEMENTED),
            ("Hủy bỏ", ChangeKind.ANNULLED),
            ("Bãi bỏ", ChangeKind.REPEALED),
        ],
    )
    def test_a_column_may_name_the_kind(self, said, kind):
        head = ("Quy định hiện hành", "Nội dung dự thảo", "Loại thay đổi", "Thuyết minh")
        found = read_comparison(table(head, ("Điều 4", "Điều 3", said, "")), ANCHORS)
        assert [row.kind for row in found] == [kind]

    def test_lines_across_the_table_are_passed_over(self):
        across = ("Chương I",) * 4
        found = read_comparison(table(HEAD, across, ("1", "Điều 4", "Điều 1", "")), ANCHORS)
        assert [row.anchor for row in found] == ["dieu-1"]

    @pytest.mark.parametrize(
        "row",
        [
            ("1", "Điều 4: cũ", "Điều 3. Sửa đổi", "Vì cũ"),
            ("1", "Mức cũ", "Mức mới của Điều 3", "Vì cũ"),
        ],
    )
    def test_a_row_with_the_words_of_a_head_is_a_row(self, row):
        found = read_comparison(table(HEAD, row, ("2", "Điều 5", "Điều 1", "Gọn")), ANCHORS)
        assert [(row.anchor, row.reason) for row in found] == [
            ("dieu-3", "Vì cũ"),
            ("dieu-1", "Gọn"),
        ]

    def test_in_two_columns_a_cited_article_is_no_head(self):
        head = ("Quy định hiện hành", "Dự thảo")
        found = read_comparison(table(head, ("Điều 4: cũ", "Điều 3. Sửa đổi")), ANCHORS)
        assert [row.anchor for row in found] == ["dieu-3"]

    @pytest.mark.parametrize("said", ["Không có", "Chưa có.", "(chưa quy định)", "Không quy định"])
    def test_where_nothing_holds_today_the_rule_is_new(self, said):
        found = read_comparison(table(HEAD, ("1", said, "Điều 3", "")), ANCHORS)
        assert [row.kind for row in found] == [ChangeKind.NEW]

    @pytest.mark.parametrize("blocks", [[], [Block("chữ")], table(("Xã", "Mức"), ("A", "3"))])
    def test_without_the_two_columns_there_is_no_comparison(self, blocks):
        with pytest.raises(NoTableError):
            read_comparison(blocks, ANCHORS)


@pytest.fixture
def dossier(world):
    return world.dossier()


@pytest.fixture
def version(world, dossier):
    return world.version(dossier)


@pytest.fixture
def drafter(world, dossier):
    return world.officer(dossier.agency, Role.DRAFTER)


def rows(*anchors: str) -> list[Comparison]:
    return [Comparison(ChangeKind.AMENDED, anchor, reason=anchor) for anchor in anchors]


class TestRows:
    def test_they_stand_in_the_order_given_and_move(self, version, drafter):
        add(version, rows("dieu-1", "dieu-2"), drafter, NOW)
        add(version, rows("dieu-3"), drafter, NOW)
        last = rows_of(version.id)[-1]
        comparison.move(version, last, -2, drafter, NOW)
        assert [row.anchor for row in rows_of(version.id)] == ["dieu-3", "dieu-1", "dieu-2"]

    def test_a_row_without_a_provision_holds_the_opening_up(self, version, drafter, dossier):
        add(version, rows("dieu-99"), drafter, NOW)
        assert len(unlinked(version.id)) == 1
        assert Gap.COMPARISON in gaps(dossier, version, NOW)

    def test_a_posted_one_stays(self, world, drafter):
        consultation = world.consultation(compared=rows("dieu-1"))
        with pytest.raises(PostedVersionError):
            add(consultation.version, rows("dieu-2"), drafter, NOW)

    def test_a_replaced_text_keeps_those_that_still_fit(self, world, dossier, version, drafter):
        replace(version, rows("dieu-1", "dieu-3.khoan-2"), drafter, NOW)
        again = world.version(dossier, DRAFT.rsplit("2. Hộ nghèo", 1)[0])
        assert [(row.anchor, row.reason) for row in rows_of(again.id)] == [
            ("dieu-1", "dieu-1"),
            ("", "dieu-3.khoan-2"),
        ]

    def test_the_next_version_follows_the_provision_and_not_its_number(self, world, drafter):
        consultation = world.consultation(compared=rows("dieu-3", "dieu-1"))
        inserted = DRAFT.replace(
            "Chương II\n", "Điều 3. Nguyên tắc\nCông khai, minh bạch, đúng đối tượng.\nChương II\n"
        ).replace("Điều 3. Mức", "Điều 4. Mức")
        following = world.version(consultation.dossier, inserted)
        carried = {row.reason: row.anchor for row in rows_of(following.id)}
        assert carried == {"dieu-3": "dieu-4", "dieu-1": "dieu-1"}


class TestDesk:
    @pytest.fixture
    def path(self, client, version, drafter, dossier):
        client.sign_in(drafter.email)
        return f"/desk/dossiers/{dossier.id}/comparison"

    def test_a_row_is_typed_as_the_law_cites(self, client, path, version):
        words = {"provision": "khoản 1 Điều 3", "kind": "amended", "current": "Hai triệu."}
        assert client.submit(path, words).status_code == 303
        (row,) = rows_of(version.id)
        assert (row.anchor, row.kind, row.current) == ("dieu-3.khoan-1", "amended", "Hai triệu.")

    @pytest.mark.parametrize(
        "words",
        [
            {"provision": "Điều 99", "kind": "new"},
            {"provision": "", "kind": "new"},
            {"provision": "Điều 1", "kind": ""},
            {"provision": "Điều 1", "kind": "other"},
        ],
    )
    def test_a_row_about_nothing_comes_back(self, client, path, version, words):
        answer = client.submit(path, {**words, "reason": "Giữ lại."})
        assert answer.status_code == 422
        assert "Giữ lại." in answer.get_data(as_text=True)
        assert not rows_of(version.id)

    def test_rows_are_changed_moved_and_taken_out(self, client, path, version, drafter):
        add(version, rows("dieu-1", "dieu-2"), drafter, NOW)
        db.session.commit()
        first, second = (row.id for row in rows_of(version.id))
        client.submit(f"{path}/{first}", {"provision": "Điều 3", "kind": "repealed"})
        client.submit(path, {"act": "down"}, to=f"{path}/{first}/place")
        assert [row.id for row in rows_of(version.id)] == [second, first]
        client.submit(path, {"act": "remove"}, to=f"{path}/{second}/place")
        assert [(row.anchor, row.kind) for row in rows_of(version.id)] == [("dieu-3", "repealed")]
        assert client.submit(path, {"act": "x"}, to=f"{path}/{first}/place").status_code == 400

    @pytest.mark.parametrize("forged", ["[" * 100_000, "[1]", "null", '[{"kind": "new"}]'])
    def test_forged_rows_are_no_rows(self, client, path, version, forged):
        assert client.submit(f"{path}/table", {"rows": forged}).status_code == 400
        assert not rows_of(version.id)

    def word(self, *rows: tuple[str, ...]) -> io.BytesIO:
        document = python_docx.Document()
        made = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, cells in zip(made.rows, rows, strict=True):
            for cell, words in zip(line.cells, cells, strict=True):
                cell.text = words
        buffer = io.BytesIO()
        document.save(buffer)
        return io.BytesIO(buffer.getvalue())

    def test_a_word_table_is_shown_first_and_then_kept(self, client, path, version, drafter):
        add(version, rows("dieu-1"), drafter, NOW)
        db.session.commit()
        file = (
            self.word(HEAD, ("1", "", "Điều 2. Đối tượng", "Rõ hơn"), ("2", "Cũ", "?", "")),
            "b.docx",
        )
        answer = client.submit(f"{path}/table", {"file": file})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "Rõ hơn" in html
        assert [row.anchor for row in rows_of(version.id)] == ["dieu-1"]
        packed = html.split('name="rows" value="')[1].split('"')[0].replace("&#34;", '"')
        client.submit(f"{path}/table", {"rows": packed})
        assert [row.anchor for row in rows_of(version.id)] == ["dieu-2", ""]
        assert "loose" in client.get(path).get_data(as_text=True)

    @pytest.mark.parametrize("packed", ["", "[1]", "{", '[{"kind":"x"}]'])
    def test_rows_that_are_none_are_refused(self, client, path, packed):
        assert client.submit(f"{path}/table", {"rows": packed}).status_code == 400

    def test_a_file_without_such_a_table_is_told(self, client, path):
        answer = client.submit(f"{path}/table", {"file": (self.word(("A", "B")), "b.docx")})
        assert answer.status_code == 422
        assert db.session.scalar(select(ComparisonRow.id)) is None

    def test_without_a_text_there_is_nothing_to_compare(self, client, world, dossier, drafter):
        client.sign_in(drafter.email)
        assert client.get(f"/desk/dossiers/{dossier.id}/comparison").status_code == 409

    def test_of_a_public_text_it_can_only_be_read(self, client, world):
        consultation = world.consultation(compared=rows("dieu-1"))
        agency = consultation.dossier.agency
        client.sign_in(world.officer(agency, Role.DRAFTER).email)
        path = f"/desk/dossiers/{consultation.dossier_id}/comparison"
        assert "Điều 1" in client.get(path).get_data(as_text=True)
        token = client.token("/desk/dossiers/new")
        words = {"csrf_token": token, "provision": "Điều 2", "kind": "new"}
        assert client.post(path, data=words).status_code == 409


class TestPublic:
    @pytest.fixture
    def slug(self, world, drain):
        said = [
            Comparison(
                ChangeKind.AMENDED,
                "dieu-3.khoan-1",
                "Khoản 1 Điều 4 Nghị quyết 12",
                "1. Mỗi hộ được hỗ trợ một lần 2.000.000 đồng.",
                "Giá tăng.",
            ),
            Comparison(ChangeKind.NEW, "dieu-2"),
        ]
        consultation = world.consultation(compared=said)
        drain()
        return consultation.dossier.slug

    def test_words_in_force_and_those_of_the_draft_are_laid_over_each_other(self, client, slug):
        html = client.get(f"/en/consultations/{slug}/comparison").get_data(as_text=True)
        assert "2.000.000</" not in html.split("<del>")[0].split("wording")[-1]
        assert "<del>" in html
        assert "<ins>" in html
        assert "Giá tăng." in html
        assert "Khoản 1 Điều 4 Nghị quyết 12" in html
        assert "Hộ gia đình cư trú ở xã miền núi." in html

    def test_draft_and_article_lead_to_it(self, client, slug):
        for path in ("", "/articles/dieu-3"):
            html = client.get(f"/consultations/{slug}{path}").get_data(as_text=True)
            assert f"/consultations/{slug}/comparison" in html
        other = client.get(f"/consultations/{slug}/articles/dieu-1").get_data(as_text=True)
        assert "/comparison" not in other

    def test_where_there_is_none_there_is_no_page(self, client, world, drain):
        slug = world.consultation().dossier.slug
        drain()
        assert client.get(f"/consultations/{slug}/comparison").status_code == 404
        assert "/comparison" not in client.get(f"/consultations/{slug}").get_data(as_text=True)
