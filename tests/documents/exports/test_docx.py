"""Word files: the layout of an official document, and the same bytes for the same text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given, settings

from app.documents.exports.docx import EPOCH, to_docx
from app.documents.exports.source import Edition
from tests.documents.exports.editions import any_editions, draft


def opened(edition: Edition) -> Document:
    return docx.Document(io.BytesIO(to_docx(edition)))


def test_headings_are_headings_at_the_level_the_tree_gives() -> None:
    found = [
        (p.style.name, p.text)
        for p in opened(draft()).paragraphs
        if p.style.name.startswith("Heading")
    ]
    assert found == [
        ("Heading 1", "Chương I\nQUY ĐỊNH CHUNG"),
        ("Heading 2", "Điều 1. Phạm vi điều chỉnh"),
        ("Heading 2", "Điều 2. Đối tượng áp dụng"),
        ("Heading 2", "Điều 51a. Mức hỗ trợ"),
        (
            "Heading 1",
            "QUY ĐỊNH\nMức hỗ trợ nước sạch trên địa bàn tỉnh\n(Kèm theo Nghị quyết số 12/2026/NQ-HĐND)",
        ),
        ("Heading 2", "Điều 1. Phạm vi"),
    ]


def test_the_heading_block_the_table_and_the_signature_are_tables() -> None:
    block, fees, signed = opened(draft()).tables
    left, right = block.rows[0].cells
    assert left.text.split("\n") == [
        "SỞ XÂY DỰNG", "(Cơ quan chủ trì soạn thảo)", "DỰ THẢO", "Lần 2",
    ]  # fmt: skip
    assert right.text.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    assert fees.style.name == "Table Grid"
    assert [cell.paragraphs[0].runs[0].bold for cell in fees.columns[0].cells] == [True, None]
    assert fees.cell(1, 1).text == "3.000.000 đồng"
    assert signed.cell(0, 0).text == "Nơi nhận:\n- Lưu: VT."
    assert signed.cell(0, 1).text.endswith("CHỦ TỊCH\nNguyễn Văn Bình")


def test_paper_face_language_and_footer_follow_the_decree() -> None:
    document = opened(draft())
    section, body = document.sections[0], document.styles["Body Text"]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (body.font.name, body.font.size.pt) == ("Times New Roman", 14)
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"vi-VN"}
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith(
        "Dự thảo lần 2 · đăng 02/03/2026 · https://gopy.example.vn/consultations/"
    )
    fields = [e.get(qn("w:instr")) for e in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    core = document.core_properties
    assert (core.title, core.author) == (draft().cover.title, "Sở Xây dựng")
    assert core.created == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_equal_texts_are_equal_bytes_with_no_clock_in_them() -> None:
    data = to_docx(draft())
    assert data == to_docx(draft())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {EPOCH}
    later = replace(draft(), cover=replace(draft().cover, version=3))
    assert to_docx(later) != data


@settings(deadline=None, max_examples=15)
@given(any_editions())
def test_any_tree_can_be_opened(edition: Edition) -> None:
    opened(edition)


def test_a_title_longer_than_word_keeps_of_a_file_is_cut_in_what_the_file_says_of_itself() -> None:
    edition = draft()
    title = "Nghị quyết " * 36  # a title may have 400 letters
    made = opened(replace(edition, cover=replace(edition.cover, title=title)))
    assert made.core_properties.title == title[:255]
