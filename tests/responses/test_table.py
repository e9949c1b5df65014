"""The official table holds all that is public, in order, and its totals are those of the database."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from datetime import timedelta
from typing import Any

import lxml.etree
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Role
from app.comments.models import Comment, CommenterKind, CommentStatus, CriticismForm
from app.consultations.lifecycle import close_due
from app.extensions import db
from app.kit import clock
from app.responses.models import Answer, AnswerComment, Disposition
from app.responses.tables import FORMATS, flat, form, reading, xlsx
from tests.responses.many import answer, say

NOW = clock.now()
ADDRESS = "https://gopy.example.vn/consultations/nuoc-sach/answers"
HARM = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =cmd|'/c calc'!A0", "＝1+1", "\n=1"]
PLACES = ["", "dieu-1", "dieu-2", "dieu-2.khoan-2.diem-dd", "dieu-3.khoan-1", "dieu-3.khoan-2"]


@pytest.fixture
def consultation(world):
    return world.consultation(opened_at=NOW - timedelta(days=40))


@pytest.fixture
def officer(world, consultation):
    return world.officer(consultation.dossier.agency, Role.APPROVER)


def written(consultation, form_of: str, now=NOW) -> bytes:
    file = io.BytesIO()
    with reading.table(consultation, ADDRESS, now) as made:
        FORMATS[form_of].write(made, file)
    return file.getvalue()


def as_json(consultation, now=NOW) -> dict[str, Any]:
    return json.loads(written(consultation, "json", now))


def as_rows(consultation) -> list[list[str]]:
    text = written(consultation, "csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def spoken(table: dict[str, Any]) -> list[str]:
    return [one["id"] for row in table["rows"] for one in row["comments"]]


class TestOrder:
    def test_the_whole_draft_first_then_by_provision_answers_once_where_they_begin(
        self, consultation, officer
    ):
        anchors = ["dieu-3.khoan-1", "", "dieu-2", "dieu-1", "dieu-3.khoan-1", "dieu-2"]
        ids = say(consultation, [{"anchor": anchor} for anchor in anchors])
        answer(consultation, officer, [ids[0], ids[3]], NOW)
        db.session.commit()
        rows = as_json(consultation)["rows"]
        told = [[int(one["id"][3:]) for one in row["comments"]] for row in rows]
        assert told == [[ids[1]], [ids[3], ids[0]], [ids[2]], [ids[5]], [ids[4]]]
        cells = as_rows(consultation)
        assert [row[0] for row in cells] == [
            form.COLUMNS[0],
            "Toàn bộ dự thảo",
            "Điều 1; Khoản 1 Điều 3",
            "Điều 2",
            "Điều 2",
            "Khoản 1 Điều 3",
        ]
        assert [row[3] == "Chưa có trả lời" for row in cells[1:]] == [True, False, True, True, True]

    def test_criticism_is_marked_and_in_its_own_section(self, consultation, officer):
        ids = say(
            consultation,
            [
                {
                    "criticism": CriticismForm.WRITTEN.value,
                    "commenter_kind": CommenterKind.ORGANISATION.value,
                    "display_name": "Ủy ban Mặt trận Tổ quốc tỉnh",
                    "anchor": "dieu-1",
                },
                {"anchor": "dieu-3"},
            ],
        )
        answer(consultation, officer, ids, NOW)
        db.session.commit()
        table = as_json(consultation)
        assert [row["social_criticism"] for row in table["rows"]] == [False, True]
        assert as_rows(consultation)[2][1] == (
            f"Ủy ban Mặt trận Tổ quốc tỉnh (mã GY-{ids[0]}; Phản biện xã hội, bằng văn bản)"
        )
        assert table["totals"]["criticisms"] == 1
        text = words_of(written(consultation, "docx"), "word/document.xml")
        assert text.index("I. Ý KIẾN GÓP Ý") < text.index("II. PHẢN BIỆN XÃ HỘI")

    def test_without_criticism_there_are_no_sections(self, consultation):
        say(consultation, [{}])
        db.session.commit()
        assert "II. PHẢN" not in words_of(written(consultation, "docx"), "word/document.xml")


class TestWords:
    def test_who_said_it(self, consultation):
        ids = say(
            consultation,
            [
                {},
                {"commenter_kind": CommenterKind.EXPERT.value},
                {"display_name": "Trần Thị Bình"},
                {
                    "commenter_kind": CommenterKind.BUSINESS.value,
                    "display_name": "Công ty Cấp nước",
                    "members": 1200,
                },
                {"commenter_kind": CommenterKind.AGENCY.value},
            ],
        )
        db.session.commit()
        assert [row[1] for row in as_rows(consultation)[1:]] == [
            f"Cá nhân (mã GY-{ids[0]})",
            f"Cá nhân (mã GY-{ids[1]})",
            f"Trần Thị Bình (mã GY-{ids[2]})",
            f"Công ty Cấp nước (mã GY-{ids[3]}; thay mặt 1.200 thành viên)",
            f"Cơ quan (mã GY-{ids[4]})",
        ]

    def test_equal_texts_of_one_answer_once_under_all_their_numbers(self, consultation, officer):
        words = [{"body": "Tăng mức."}, {"body": "Giảm mức."}, {"body": "Tăng mức."}]
        ids = say(consultation, words)
        reason = "Đã có ở văn bản khác."
        changes = ["dieu-3.khoan-2", "dieu-1"]
        answer(consultation, officer, ids, NOW, no_change_reason=reason, changes=changes)
        db.session.commit()
        assert as_rows(consultation)[1][2:] == [
            f"GY-{ids[0]}, GY-{ids[2]}:\nTăng mức.\nGY-{ids[1]}:\nGiảm mức.",
            "Tiếp thu.\nCơ quan soạn thảo đã nghiên cứu và giải trình như sau.\n"
            "Nội dung được chỉnh lý tại: Điều 1; khoản 2 Điều 3.\n"
            "Lý do không sửa lời văn dự thảo: Đã có ở văn bản khác.",
        ]

    def test_a_comment_with_its_quote_and_the_wording_it_proposes(self, consultation):
        quote = {"exact": "một lần", "prefix": "", "suffix": ""}
        say(consultation, [{"quote": quote, "body": "Quá ít.", "proposed_wording": "hai lần"}])
        db.session.commit()
        assert (
            as_rows(consultation)[1][2]
            == "Về đoạn: “một lần”\nQuá ít.\nĐề nghị viết lại: “hai lần”"
        )

    def test_only_what_is_public(self, consultation, officer):
        hidden = [state for state in CommentStatus if state != CommentStatus.PUBLISHED]
        say(consultation, [{"status": state.value, "body": "Ẩn này."} for state in hidden])
        ids = say(
            consultation,
            [
                {"body": "Gọi 0912345678.", "masked_body": "Gọi █████.", "display_name": "Lê Văn Kín", "masked_name": "█████"},
                {"body": "Khác."},
            ],
        )  # fmt: skip
        answer(
            consultation, officer, ids, NOW, published=False, explanation="Bản nháp chưa công bố."
        )
        db.session.commit()
        for name in FORMATS:
            text = everything(written(consultation, name))
            for secret in ("Ẩn này", "0912345678", "Lê Văn Kín", "Bản nháp"):
                assert secret not in text, (name, secret)
            assert "Gọi █████." in text

    def test_unfinished_is_said_and_finished_is_not(self, consultation, officer):
        ids = say(consultation, [{}, {}])
        db.session.commit()
        early = NOW - timedelta(days=35)
        assert "Đang lấy ý kiến" in words_of(
            written(consultation, "docx", early), "word/document.xml"
        )
        close_due(NOW)
        for name, part in (("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml"), ("ods", "content.xml")):  # fmt: skip
            text = words_of(written(consultation, name), part)
            assert "BẢN CHƯA HOÀN THÀNH" in text
            assert "2 ý kiến chưa có trả lời." in text
        answer(consultation, officer, ids, NOW)
        db.session.commit()
        assert as_json(consultation)["finished"]
        assert "CHƯA HOÀN THÀNH" not in words_of(written(consultation, "docx"), "word/document.xml")

    def test_the_form_of_the_law(self, consultation):
        say(consultation, [{}])
        db.session.commit()
        table = as_json(consultation)
        name = consultation.dossier.title.upper()
        assert table["title"] == (
            "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI "
            f"ĐỐI VỚI DỰ THẢO {name}"
        )
        assert table["columns"] == [
            "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
            "CHỦ THỂ GÓP Ý",
            "NỘI DUNG GÓP Ý",
            "Ý KIẾN TIẾP THU, GIẢI TRÌNH",
        ]
        first, second = table["preamble"]
        assert first.startswith("1. Tổng số 1 cơ quan, tổ chức, cá nhân đã gửi ý kiến")
        assert "tổng số 1 ý kiến nhận được" in first
        assert second == "2. Kết quả cụ thể như sau:"


kinds = st.sampled_from(list(CommenterKind))
names = st.sampled_from(["", "Hội Nông dân", "HỘI NÔNG DÂN", "Công ty A", "Sở B"])
states = st.sampled_from([*CommentStatus, *[CommentStatus.PUBLISHED] * 4])
comments = st.fixed_dictionaries(
    {
        "anchor": st.sampled_from(PLACES),
        "commenter_kind": kinds,
        "display_name": names,
        "status": states,
        "criticism": st.sampled_from(["", "", "", "written"]),
        "body": st.text(min_size=1, max_size=8),
        "answer": st.sampled_from([None, None, 0, 1, 2]),
    }
)


class TestTotals:
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(drawn=st.lists(comments, max_size=25))
    def test_they_are_those_of_the_database(self, world, drawn):
        consultation = world.consultation(opened_at=NOW - timedelta(days=40))
        officer = world.officer(consultation.dossier.agency, Role.APPROVER)
        drawn = [{**one, "body": one["body"].replace("\0", "")} for one in drawn]
        said = [{key: value for key, value in one.items() if key != "answer"} for one in drawn]
        ids = say(consultation, said) if said else []
        for number in range(3):
            chosen = [n for n, one in zip(ids, drawn, strict=True) if one["answer"] == number]
            if chosen:
                answer(consultation, officer, chosen, NOW, published=number != 2)
        db.session.commit()
        table = as_json(consultation)
        public = select(Comment.id).where(
            Comment.consultation_id == consultation.id, Comment.status == "published"
        )
        expected = Counter(f"GY-{n}" for n in db.session.scalars(public))
        assert Counter(spoken(table)) == expected
        totals = table["totals"]
        assert totals["comments"] == len(expected)
        answered = db.session.scalar(
            select(func.count())
            .select_from(AnswerComment)
            .join(Answer, Answer.id == AnswerComment.answer_id)
            .where(AnswerComment.comment_id.in_(public), Answer.published_at.is_not(None))
        )
        assert totals["answered"] == answered
        assert answered == sum(len(r["comments"]) for r in table["rows"] if r["answer"])
        self.senders(totals, [one for one in drawn if one["status"] == CommentStatus.PUBLISHED])
        self.lines(table, consultation)

    def senders(self, totals: dict[str, int], public: list[dict[str, Any]]) -> None:
        for kind, name in (("agency", "agencies"), ("organisation", "organisations"), ("business", "businesses")):  # fmt: skip
            own = [
                one["display_name"].casefold() for one in public if one["commenter_kind"] == kind
            ]
            assert totals[name] == len({one for one in own if one}) + own.count("")
        bodies = totals["agencies"] + totals["organisations"] + totals["businesses"]
        assert totals["senders"] == totals["people"] + bodies
        assert totals["criticisms"] == sum(bool(one["criticism"]) for one in public)

    def lines(self, table: dict[str, Any], consultation) -> None:
        """Every format has as many lines, each in the same order."""
        cells = as_rows(consultation)
        assert len(cells) == 1 + len(table["rows"])
        text = words_of(written(consultation, "docx"), "word/document.xml")
        order = re.findall(r"mã (GY-\d+)", text)
        assert order == spoken(table)


class TestHarm:
    def test_no_cell_is_a_formula(self, consultation):
        harmful = [{"body": text, "display_name": text} for text in HARM]
        say(consultation, harmful)
        db.session.commit()
        for row in as_rows(consultation)[1:]:
            assert all(cell.lstrip(" \n")[:1] not in flat.FORMULA for cell in row)
        sheet = part(written(consultation, "xlsx"), "xl/worksheets/sheet1.xml")
        assert sheet.count(b"<f>") == 0
        assert set(re.findall(rb' t="(\w+)"', sheet)) == {b"inlineStr"}
        content = part(written(consultation, "ods"), "content.xml")
        assert b"table:formula" not in content
        assert set(re.findall(rb'office:value-type="(\w+)"', content)) == {b"string"}

    def test_the_csv_begins_with_its_mark_and_ends_lines_as_the_rfc_says(self, consultation):
        say(consultation, [{"body": 'Một "hai"\nba, bốn'}])
        db.session.commit()
        data = written(consultation, "csv")
        assert data.startswith(b"\xef\xbb\xbf")
        assert b'"M\xe1\xbb\x99t ""hai""\nba, b\xe1\xbb\x91n"' in data
        assert data.endswith(b"\r\n")
        assert data.count(b"\r\n") == 2

    def test_letters_that_xml_cannot_hold(self, consultation):
        say(consultation, [{"body": "a\x01\ufffe<b>&amp;"}])
        db.session.commit()
        for name, inside in (("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml"), ("ods", "content.xml")):  # fmt: skip
            assert "a\ufffd\ufffd<b>&amp;" in words_of(written(consultation, name), inside)

    def test_a_text_too_long_for_a_cell_goes_on_in_the_next_row(self, consultation, officer):
        long = "Dài " * 12_000 + "😀" * 20_000
        ids = say(consultation, [{"body": long.strip()}])
        answer(consultation, officer, ids, NOW)
        db.session.commit()
        data = written(consultation, "xlsx")
        rows = [row for row in sheet_rows(data) if "Dài" in row[2] or "😀" in row[2]]
        assert len(rows) > 2
        assert all(len(cell.encode("utf-16-le")) // 2 <= 32_767 for row in rows for cell in row)
        assert "".join(row[2] for row in rows) == long.strip()
        assert [bool(row[3]) for row in rows] == [True, *[False] * (len(rows) - 1)]

    def test_an_answer_to_thousands_goes_on_in_further_lines(self, consultation, officer):
        ids = say(consultation, [{"body": f"Góp ý {n}"} for n in range(450)])
        answer(consultation, officer, ids, NOW, disposition=Disposition.NOTED.value)
        db.session.commit()
        rows = as_rows(consultation)[1:]
        assert [row[3].split("\n")[0] for row in rows] == ["Ghi nhận.", form.ABOVE, form.ABOVE]
        (row,) = as_json(consultation)["rows"]
        assert len(row["comments"]) == 450

    def test_a_sheet_that_is_full_is_followed_by_another(self, consultation, monkeypatch):
        monkeypatch.setattr(xlsx, "MOST_ROWS", 12)
        say(consultation, [{"body": f"Góp ý {n}"} for n in range(20)])
        db.session.commit()
        with zipfile.ZipFile(io.BytesIO(written(consultation, "xlsx"))) as package:
            sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
            texts = b"".join(map(package.read, sheets)).decode()
        assert len(sheets) > 1
        assert [int(n) for n in re.findall(r">Góp ý (\d+)<", texts)] == list(range(20))


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return package.read(name)


def words_of(data: bytes, name: str) -> str:
    return "\n".join(lxml.etree.fromstring(part(data, name)).itertext())


def sheet_rows(data: bytes) -> list[list[str]]:
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    root = lxml.etree.fromstring(part(data, "xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row] for row in root.iter(f"{space}row")]


def everything(data: bytes) -> str:
    """All the words of a file, whatever its format."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist())
