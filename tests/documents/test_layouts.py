"""What drafts really look like: mistyped, quoted, broken, attached, consolidated."""

from __future__ import annotations

import pytest

from app.documents.nodes import DoubtCode, Kind, Outline
from app.documents.outline import build
from app.documents.parsers.blocks import Block
from tests.documents.outlines import anchors, blocks_of, codes, flat, outline_of


def numbers(outline: Outline) -> list[str]:
    return [node.number for node in outline.articles()]


def text_at(outline: Outline, anchor: str) -> str:
    return next(node.text for node, _, _ in outline.walk() if node.anchor == anchor)


@pytest.mark.parametrize(
    "heading",
    [
        "Điều 2 : Tên", "ĐIỀU 2. TÊN", "Ðiều 2. Tên", "Đ iều 2. Tên", "Điều 2.Tên", "Điều  2 . Tên",
        "Điều2. Tên", "Điều 2 - Tên", "Điều 2 – Tên", "Điều 2.- Tên", "Điều 02. Tên",
        "Điều 2/ Tên", "Điều 2) Tên", "Điều 2, Tên", "Điều 2; Tên", "Điều 2 Tên", "điều 2. Tên",
        "Điêu 2. Tên", "Điền 2. Tên", "Điều thứ 2. Tên", "Điều thứ hai: Tên", "Điều 2[3]. Tên",
        "Điều 2.[3] Tên", "Điều 2\nTên", "Điều 2.\nTên",
    ],
)  # fmt: skip
def test_the_heading_of_an_article_is_known_however_it_is_typed(heading: str) -> None:
    outline = outline_of(f"Điều 1. Một\nNội dung.\n{heading}\nNội dung.\nĐiều 3. Ba\nNội dung.\n")
    assert numbers(outline) == ["1", "2", "3"]
    assert outline.articles()[1].heading.casefold() == "tên"
    assert outline.doubts == ()


def test_a_misread_number_is_the_one_that_is_missing_there() -> None:
    outline = outline_of(
        "Điều I. Một\nA.\nĐiều 2. Hai\nB.\nĐiều 9. Chín\nC.\nĐiều lO. Mười\nD.\nĐiều 11. E\n"
    )
    assert numbers(outline) == ["1", "2", "9", "10", "11"]


def test_articles_may_be_counted_in_roman_numerals() -> None:
    assert numbers(outline_of("Điều I. Một\nA.\nĐiều II. Hai\nB.\nĐiều III. Ba\nC.\n")) == [
        "1",
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    "mention", ["Điều 2 của Luật này", "Điều 2, Điều 3 Luật B.", "Điều 2 Luật Đất đai", "Điều 2."]
)
def test_a_broken_sentence_that_names_an_article_opens_none(mention: str) -> None:
    outline = outline_of(
        f"Điều 1. Một\n1. Theo quy định tại\n{mention}\n2. Hai.\nĐiều 2. Hai\nA.\nĐiều 3. Ba\nB.\n"
    )
    assert numbers(outline) == ["1", "2", "3"]
    assert text_at(outline, "dieu-1.khoan-1").endswith(mention)


def test_a_heading_or_a_sentence_broken_over_lines_stays_whole() -> None:
    outline = outline_of(
        "Điều 1. Áp dụng đối với người đứng đầu, cấp phó\ncủa người đứng đầu\n1. Một.\n"
        "Điều 2. Nghị định này có hiệu lực thi hành kể từ ngày\n01 tháng 7 năm 2026.\n"
    )
    first, second = outline.articles()
    assert first.heading == "Áp dụng đối với người đứng đầu, cấp phó của người đứng đầu"
    assert (second.heading, second.text.count("\n")) == ("", 1)


MARKS = [("“", "”"), ('"', '"'), ("„", "”"), ("«", "»"), ("“", "“"), ("”", "”")]


@pytest.mark.parametrize(("opening", "closing"), MARKS)
def test_quoted_units_are_words_of_the_article_that_quotes_them(opening: str, closing: str) -> None:
    outline = outline_of(
        "Điều 1. Sửa đổi, bổ sung một số điều của Luật A\n"
        f"1. Sửa đổi khoản 2 Điều 5 như sau: {opening}2. Cơ quan có trách nhiệm:\na) Một;\n"
        f"b) Hai.{closing}.\n"
        f"2. Bổ sung Chương IIa như sau:\n{opening}Chương IIa\nQUY ĐỊNH MỚI\nMục 1\nCHUNG\n"
        "Điều 20a. Một\n1. A.\nĐiều 20b. Hai\n"
        f"1. B.{closing}\n3. Bãi bỏ Điều 7.\nĐiều 2. Hiệu lực\nTừ năm sau.\n"
    )
    assert anchors(outline) == [
        "dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-1.khoan-3", "dieu-2",
    ]  # fmt: skip
    assert outline.doubts == ()


def test_a_quotation_inside_a_quotation_ends_nothing() -> None:
    outline = outline_of(
        "Điều 1. Sửa đổi Luật A\n1. Sửa đổi Điều 7 như sau:\n“Điều 7. Giải thích\n"
        "1. “Cơ quan” là tổ chức.\n2. Cụm từ “A” được thay bằng “B”.\nĐiều 8. Khác\nCó “c”.”.\n"
        "2. Bãi bỏ Điều 9.\nĐiều 2. Hiệu lực\nCó.\n"
    )
    assert anchors(outline) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-2"]


def test_quoted_articles_whose_marks_were_lost_are_still_quoted() -> None:
    outline = outline_of(
        "Điều 1. Sửa đổi Nghị định A\n1. Sửa đổi, bổ sung Điều 5 như sau:\nĐiều 5. Tên\n1. Một.\n"
        "2. Bổ sung Điều 2a vào sau Điều 2 như sau:\nĐiều 2a. Tên\nNội dung.\n"
        "Điều 2. Hiệu lực\nCó.\nĐiều 3. Trách nhiệm\nCó.\n"
    )
    assert numbers(outline) == ["1", "2", "3"]
    assert set(codes(outline)) == {DoubtCode.UNCLOSED_QUOTE}


def test_letters_go_on_doubled_behind_y() -> None:
    letters = [*"abcdđeghiklmnopqrstuvxy", "aa", "bb", "cc", "dd", "đđ"]
    points = "\n".join(f"{letter}) Chữ {letter};" for letter in letters)
    outline = outline_of(f"Điều 1. Chữ\n1. Gồm:\n{points}\n2. Hai.\n")
    found = [node.number for node, _, _ in outline.walk() if node.kind is Kind.POINT]
    assert found == letters
    assert outline.doubts == ()


def test_measures_dashes_and_bracketed_items_are_no_points() -> None:
    outline = outline_of(
        "Điều 1. Đường\n1. Khổ đường:\na) Rộng 1.435\nmm. Trừ đường cũ;\n- gạch;\n+ cộng;\n"
        "1) trong điểm;\nb) B.\nĐoạn không số.\n"
    )
    assert anchors(outline)[2:] == ["dieu-1.khoan-1.diem-a", "dieu-1.khoan-1.diem-b"]


def test_clauses_of_old_laws_stand_before_a_bracket() -> None:
    outline = outline_of(
        "Điều 1\nCó:\n1) Một:\na) A;\n2) Hai.\nĐiều 2\n1. Một:\n1) Trong;\n2) Trong.\n"
    )
    assert anchors(outline) == [
        "dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-1.diem-a", "dieu-1.khoan-2", "dieu-2",
        "dieu-2.khoan-1",
    ]  # fmt: skip


CONTENTS = (
    "Chương I QUY ĐỊNH CHUNG 1\nĐiều 1. Phạm vi điều chỉnh 1\nĐiều 2. Đối tượng ......2\n"
    "Điều 3. Giải thích từ ngữ dùng trong\nvăn bản này\t3\nChương II QUYỀN 4\nĐiều 4. Quyền 4\n"
)
BODY = (
    "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\nLuật này.\nĐiều 2. Đối tượng\n1. Một.\n"
    "Điều 3. Giải thích từ ngữ dùng trong văn bản này\nTrong.\nChương II\nQUYỀN\nĐiều 4. Quyền\nCó.\n"
)


@pytest.mark.parametrize("named", ["MỤC LỤC\n", ""])
def test_a_table_of_contents_is_set_aside(named: str) -> None:
    head = f"LUẬT\nĐẤT ĐAI\n{named}{CONTENTS}Căn cứ Hiến pháp;\n"
    outline = outline_of(head + BODY)
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert outline.title == "LUẬT ĐẤT ĐAI"
    assert codes(outline) == [DoubtCode.CONTENTS_SKIPPED]
    assert flat(outline.words()) == flat(head + BODY)


def test_a_table_of_contents_may_stand_at_the_end() -> None:
    outline = outline_of(f"{BODY}Nơi nhận:\n- Lưu.\nMỤC LỤC\n{CONTENTS}")
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert "Đối tượng ......2" in outline.closing


def test_short_articles_without_a_twin_are_no_table_of_contents() -> None:
    outline = outline_of(
        "Điều 1. Bãi bỏ A.\nĐiều 2. Bãi bỏ B.\nĐiều 3. Bãi bỏ C.\nĐiều 4. Bãi bỏ D.\n"
    )
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert outline.doubts == ()


def test_two_versions_of_one_article_are_both_kept_and_doubted() -> None:
    outline = outline_of(
        "DỰ THẢO lần 3\nQUYẾT ĐỊNH\nVề A\nĐiều 1. Một\nA.\n[Phương án 1]\nĐiều 2. Hai\nB.\n"
        "[Phương án 2]\nĐiều 2. Hai\nC.\nĐiều 3. Ba\nD.\n"
    )
    assert anchors(outline) == ["dieu-1", "dieu-2", "dieu-2-2", "dieu-3"]
    assert codes(outline) == [DoubtCode.NUMBER_REPEATED]


END = "Nơi nhận:\n- Lưu: VT.\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nNguyễn Văn A\n"


def test_annexes_and_forms_are_known_by_many_names() -> None:
    outline = outline_of(
        f"Điều 1. Một\nTheo Phụ lục I.\nĐiều 2. Hai\nCó.\n{END}"
        "PHỤ LỤC I\nDANH MỤC\n(Ban hành kèm theo Quyết định số 1/QĐ-UBND)\n"
        "Mục 1. Nhóm A\n1. Một\nMục 2. Nhóm B\n1. Hai\n"
        "Phụ lục số 02\nBIỂU MẪU\nMẫu số 01\nĐƠN ĐỀ NGHỊ\n1. Họ tên:\nBiểu số 02A\nTỜ KHAI\n"
        "Phụ lục III: Mức phí\nPhí.\nPHỤ LỤC IV - GIÁ\nGiá.\n"
    )
    assert anchors(outline)[2:] == [
        "phu-luc-1", "phu-luc-1.muc-1", "phu-luc-1.muc-1.khoan-1", "phu-luc-1.muc-2",
        "phu-luc-1.muc-2.khoan-1", "phu-luc-2", "mau-1", "mau-02a", "phu-luc-3", "phu-luc-4",
    ]  # fmt: skip
    assert outline.closing == END.strip()
    assert outline.doubts == ()


def test_an_annex_that_is_only_named_in_an_article_is_none() -> None:
    outline = outline_of(
        f"Điều 1. Ban hành\nPhụ lục I: Mức phí\nPhụ lục II: Giá\nĐiều 2. Hai\nCó.\n{END}"
    )
    assert anchors(outline) == ["dieu-1", "dieu-2"]


@pytest.mark.parametrize(
    "title",
    ["QUY ĐỊNH\nVề ban hành văn bản\n", "QUY CHẾ HOẠT ĐỘNG CỦA QUỸ\n(Kèm theo Quyết định số 1)\n"],
)
def test_an_attached_regulation_is_a_text_of_its_own(title: str) -> None:
    outline = outline_of(
        f"QUYẾT ĐỊNH\nBan hành A\nĐiều 1. Ban hành kèm theo.\nĐiều 2. Có.\n{END}{title}"
        "Chương I\nCHUNG\nĐiều 1. Phạm vi\nA.\nĐiều 2. Đối tượng\nB.\n"
    )
    assert anchors(outline)[2:] == [
        "phu-luc-1", "phu-luc-1.chuong-i", "phu-luc-1.dieu-1", "phu-luc-1.dieu-2",
    ]  # fmt: skip
    assert outline.nodes[-1].heading == " ".join(title.split("\n")).strip()
    assert outline.doubts == ()


def test_an_attached_plan_has_sections_and_clauses() -> None:
    outline = outline_of(
        "QUYẾT ĐỊNH\nBan hành Kế hoạch\nĐiều 1. Ban hành.\nĐiều 2. Có.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n"
        "KẾ HOẠCH\nChuyển đổi số\n(Kèm theo Quyết định số 1)\nI. MỤC ĐÍCH\n1. Một\na) A\nII. NỘI DUNG\n1. Hai\n"
    )
    assert anchors(outline)[3:] == [
        "phu-luc-1.muc-i", "phu-luc-1.muc-i.khoan-1", "phu-luc-1.muc-i.khoan-1.diem-a",
        "phu-luc-1.muc-ii", "phu-luc-1.muc-ii.khoan-1",
    ]  # fmt: skip
    assert outline.closing == "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"


def test_the_notes_of_a_consolidated_text_are_no_units() -> None:
    text = (
        "VĂN PHÒNG QUỐC HỘI\nSố: 01/VBHN-VPQH\nLUẬT\nAN NINH\nCăn cứ Hiến pháp[1];\n"
        "Điều 1. Phạm vi\nLuật này.\nĐiều 2.[2] Đối tượng\n1.[3] Một:\na)[4] A;\nb) B.\n2[5]. Hai.\n"
        "Điều 3[6]. Hiệu lực\n1. Một.\nXÁC THỰC VĂN BẢN HỢP NHẤT\nCHỦ NHIỆM\n"
        "[1] Luật số 2 có căn cứ:\n“Căn cứ Hiến pháp;”.\n[2] Điều này được sửa theo\nĐiều 1 của Luật số 2.\n"
        "[6] Luật số 2 quy định:\nĐiều 4. Hiệu lực\n1. Có.\n"
    )
    outline = outline_of(text)
    assert anchors(outline) == [
        "dieu-1", "dieu-2", "dieu-2.khoan-1", "dieu-2.khoan-1.diem-a", "dieu-2.khoan-1.diem-b",
        "dieu-2.khoan-2", "dieu-3", "dieu-3.khoan-1",
    ]  # fmt: skip
    assert (outline.number, outline.issuer) == ("01/VBHN-VPQH", "VĂN PHÒNG QUỐC HỘI")
    assert flat(outline.words()) == flat(text)


def test_two_columns_on_one_line_are_read_as_two() -> None:
    outline = outline_of(
        "CHÍNH PHỦ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n—\tĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 267/2026/NĐ-CP\tHà Nội, ngày 01 tháng 7 năm 2026\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Một\nA.\n"
    )
    assert (outline.issuer, outline.number, outline.issued) == (
        "CHÍNH PHỦ", "267/2026/NĐ-CP", "2026-07-01",
    )  # fmt: skip


def test_a_table_that_only_frames_articles_is_no_table() -> None:
    frame = Block(text="", rows=(("Điều 1. Một\nA.",), ("Điều 2. Hai\n1. B.",)), line=1)
    table = Block(text="", rows=(("Tên", "Điều 1. Một"),), line=2)
    assert anchors(build([frame])) == ["dieu-1", "dieu-2", "dieu-2.khoan-1"]
    assert anchors(build([*blocks_of("Điều 1. Một\nA.\n"), table])) == ["dieu-1", "dieu-1.bang-1"]


def test_a_number_typed_by_hand_that_was_lost_is_the_one_missing() -> None:
    outline = outline_of(
        "**Điều 1. Một**\n1. A.\n**Hai**\n1. B.\n2. C.\n**Điều 3. Ba**\n1. D.\n**Bốn**\n1. E.\n"
    )
    assert numbers(outline) == ["1", "2", "3"]
    assert outline.articles()[1].heading == "Hai"
    assert [(d.code, d.line) for d in outline.doubts] == [
        (DoubtCode.SUPPLIED_NUMBER, 3),
        (DoubtCode.LOST_NUMBER, 8),
        (DoubtCode.NUMBER_REPEATED, 9),
    ]


def automatic(references: str) -> Outline:
    """Four headings of which Word numbers three, and what the last says of the others."""
    words = [("Điều 1.", "Một"), ("", "1. A."), ("-", "Hai"), ("", "1. B."), ("Điều 2.", "Ba")]
    words += [("", f"{n}. C.") for n in range(1, 5)] + [("Điều 3.", "Bốn"), ("", references)]
    return build(
        [
            Block(text=text, number=number.strip("-"), bold=bool(number), line=line)
            for line, (number, text) in enumerate(words, start=1)
        ]
    )


def test_automatic_numbers_are_raised_only_where_the_text_cites_them_so() -> None:
    raised = "Theo khoản 2 Điều 3 Luật này, khoản 3 Điều 3 Luật này và khoản 4 Điều 3 của Luật này."
    assert numbers(automatic(raised)) == ["1", "2", "3", "4"]
    assert codes(automatic(raised))[:2] == [DoubtCode.SUPPLIED_NUMBER, DoubtCode.NUMBERS_RAISED]
    for otherwise in ("Không dẫn chiếu.", raised.replace("Điều 3", "Điều 2"), raised[:50]):
        assert numbers(automatic(otherwise)) == ["1", "2", "3"]
        assert DoubtCode.LOST_NUMBER in codes(automatic(otherwise))


def test_converted_text_is_pointed_out_once() -> None:
    blocks = [
        Block(text=f"Điều {n}. Tên", line=n, legacy="" if n == 1 else "TCVN3") for n in range(1, 4)
    ]
    assert [
        (d.code, d.line, d.facts) for d in build(blocks).doubts if d.code is DoubtCode.CONVERTED
    ] == [(DoubtCode.CONVERTED, 2, {"text": "TCVN3"})]


def test_articles_quoted_without_marks_may_bear_the_numbers_of_their_neighbours() -> None:
    """As in decree 281/2026, whose Điều 5 quotes a Điều 6 and is followed by its own."""
    outline = outline_of(
        "Điều 3\nBãi bỏ Điều 2.\nĐiều 4\nBổ sung khoản 2 Điều 4 với nội dung như sau:\n"
        "Điều 4. Các hình thức xử phạt\n1. Phạt:\na) Tiền.\nĐiều 5\n"
        "Bổ sung khoản 1 Điều 6 của Nghị định số 123/2024/NĐ-CP với nội dung như sau:\n"
        "Điều 6. Xác định\n1. Số lợi.\nTrường hợp.\nĐiều 6\nBãi bỏ điểm c.\n"
    )
    assert numbers(outline) == ["3", "4", "5", "6"]
