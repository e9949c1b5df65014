"""PDF files: paragraphs and tables as a reader of the printed page sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.nodes import DoubtCode
from app.documents.outline import build
from app.documents.parsers import pdf as reader
from app.documents.parsers import pdf_ink
from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.documents.parsers.docx import read_docx
from app.documents.parsers.pdf import read_pdf, spans
from tests.pdf import Sheet, pdf, rc4

LAWS = Path(__file__).parent / "laws"
FULL = "Luật này quy định về quyền tiếp cận thông tin của công dân, nguyên tắc bảo đảm"


def texts(*sheets: Sheet) -> list[str]:
    return [block.text for block in read_pdf(pdf(*sheets))]


def refusal(data: bytes) -> tuple[UnreadableCode, dict[str, str | int]]:
    with pytest.raises(UnreadableError) as refused:
        read_pdf(data)
    return refused.value.code, refused.value.facts


# The same law, typeset by others


def units(blocks: list[Block]) -> Iterator[tuple[str, ...]]:
    outline = build(blocks)
    yield outline.title, outline.number, outline.issued, flat(outline.preamble)
    for node, _, _ in outline.walk():
        yield node.anchor, flat(node.label), flat(node.heading), flat(node.text)


def flat(text: str) -> str:
    return " ".join(text.split())


def printed(blocks: list[Block]) -> bytes:
    """The blocks set by typst: justified, indented, numbered pages, running heads."""
    pieces = [
        '#set page("a4", margin: 2.5cm, numbering: "1", header: align(right)[DỰ THẢO 2])',
        '#set text(font: "Libertinus Serif", size: 13pt, lang: "vi", hyphenate: false)',
        "#set par(justify: true, first-line-indent: (amount: 1cm, all: true), spacing: 0.9em)",
    ]
    for block in blocks:
        if block.rows:
            cells = ", ".join(f"align(center, {content(c)})" for row in block.rows for c in row)
            pieces.append(f"#grid(columns: (2fr, 3fr), {cells})")
            continue
        shown = content(f"{block.number} {block.text}".strip())
        shown = f"strong({shown})" if block.bold else shown
        pieces.append(f"#align(center, {shown})" if block.centered else f"#par({shown})")
    return typst.compile("\n\n".join(pieces).encode(), ignore_system_fonts=True)


def content(text: str) -> str:
    lines = [line.replace("\\", "\\\\").replace('"', '\\"') for line in text.splitlines()]
    return "{" + "; linebreak(); ".join(f'text("{flat(line)}")' for line in lines) + "}"


@pytest.mark.parametrize("name", ["luat-63-2020-qh14", "luat-69-2014-qh13", "luat-66-2006-qh11"])
def test_a_law_as_pdf_has_the_tree_it_has_as_word_file(name: str) -> None:
    source = read_docx((LAWS / f"{name}.docx").read_bytes())
    assert list(units(read_pdf(printed(source)))) == list(units(source))


def test_a_law_saved_as_pdf_by_libreoffice_has_the_same_tree() -> None:
    saved = read_pdf((LAWS / "luat-102-sl-l.004.pdf").read_bytes())
    source = read_docx((LAWS / "luat-102-sl-l.004.docx").read_bytes())
    assert list(units(saved)) == list(units(source))
    assert build(saved).closing == build(source).closing


def test_a_number_lost_on_paper_is_doubted_where_it_was() -> None:
    blocks = read_pdf(printed(read_docx((LAWS / "luat-84-2015-qh13.docx").read_bytes())))
    (lost,) = [doubt for doubt in build(blocks).doubts if doubt.code is DoubtCode.LOST_NUMBER]
    assert lost.facts == {"text": "Giải thích từ ngữ"}
    assert next(block.text for block in blocks if block.line == lost.line) == lost.facts["text"]


# Lines and paragraphs


def test_lines_are_joined_to_the_paragraphs_they_were_broken_from() -> None:
    sheet = Sheet().text(90, 100, "Điều 1. Phạm vi điều chỉnh", bold=True)
    sheet.text(90, 120, "1. " + FULL[:70]).text(60, 136, FULL[70:] + " thực hiện.")
    sheet.text(90, 152, "2. Luật này không áp dụng với doanh nghiệp.")
    first, second, third = read_pdf(pdf(sheet))
    assert (first.text, first.bold) == ("Điều 1. Phạm vi điều chỉnh", True)
    assert second.text == f"1. {FULL} thực hiện."
    assert third.text == "2. Luật này không áp dụng với doanh nghiệp."
    assert [block.line for block in (first, second, third)] == [1, 2, 3]


def test_a_sentence_goes_on_over_the_page_and_page_numbers_and_heads_are_gone() -> None:
    sheets = []
    for page in range(1, 5):
        sheet = Sheet().text(60, 40, f"CÔNG BÁO/Số {page + 10}").text(296, 780, str(page))
        sheets.append(sheet.lines(120, FULL, FULL))
    assert texts(*sheets) == [" ".join([FULL] * 8)]


def test_a_number_that_belongs_to_the_text_stays() -> None:
    assert texts(Sheet().lines(100, FULL, "15", "16.")) == [f"{FULL} 15", "16."]


def test_centered_lines_are_known_by_where_they_stand() -> None:
    sheet = Sheet().text(270, 80, "Chương I").lines(100, FULL, FULL, FULL)
    first, second = read_pdf(pdf(sheet))
    assert (first.text, first.centered, second.centered) == ("Chương I", True, False)


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("e\u0302\u0323 ﬁ \ufb00", "ệ fi ff"),
        ("một   hai\u00a0ba", "một hai ba"),
        ("\uf0b7 điểm", "• điểm"),
        ("quyết\u200b định", "quyết định"),
    ],
)
def test_letters_are_those_people_type(drawn: str, read: str) -> None:
    assert texts(Sheet().text(60, 100, drawn)) == [read]


def test_text_in_an_old_font_is_read_as_it_looks() -> None:
    (block,) = read_pdf(pdf(Sheet().text(60, 100, "§iÒu 1. LuËt"), font="ABCDEF+.VnTime"))
    assert (block.text, block.legacy) == ("Điều 1. Luật", "tcvn3")


def test_words_are_parted_by_room_where_no_space_was_set() -> None:
    assert texts(Sheet().text(60, 100, "Điều").text(88, 100, "1.")) == ["Điều 1."]


def test_letters_set_twice_to_look_bold_are_read_once() -> None:
    assert texts(Sheet().text(60, 100, "LUẬT").text(60.4, 100, "LUẬT")) == ["LUẬT"]


def test_letters_of_two_fonts_are_read_in_the_order_of_the_eye() -> None:
    sheet = Sheet().text(60, 100, "QU").text(78, 100, "C").text(72, 100, "Ô", bold=True)
    assert texts(sheet) == ["QUÔC"]


def test_a_soft_hyphen_at_the_end_of_a_line_joins_its_word() -> None:
    assert texts(Sheet().lines(100, f"{FULL} thông\u00ad", "tin")) == [f"{FULL} thôngtin"]


@pytest.mark.parametrize(
    ("rotate", "turned", "x", "y"), [(90, "0 1 -1 0", 116, 700), (180, "-1 0 0 -1", 100, 684)]
)
def test_a_page_turned_on_its_side_is_read_upright(
    rotate: int, turned: str, x: int, y: int
) -> None:
    sheet = Sheet(rotate=rotate).text(100, 700, "1. Một.", turned=turned)
    assert texts(sheet.text(x, y, "2. Hai.", turned=turned)) == ["1. Một.", "2. Hai."]


def test_a_footnote_comes_last_and_its_mark_leads_to_it() -> None:
    sheet = Sheet().lines(100, FULL, FULL).text(60, 140, "Diện tích 5 m")
    sheet.text(138, 134, "2", size=7).text(60, 170, "Nước").text(84, 164, "1", size=7)
    sheet.text(60, 760, "1 Xem Điều 5.", size=9)
    *_, area, water, note = read_pdf(pdf(sheet))
    assert (area.text, water.text) == ("Diện tích 5 m2", "Nước[1]")
    assert (note.text, note.number, note.style) == ("Xem Điều 5.", "[1]", "footnote")


# Tables


def ruled(top: float, *rows: tuple[str, ...]) -> Sheet:
    sheet = Sheet()
    for x in (60, 200, 400):
        sheet.rule(x, top, x, top + 30 * len(rows))
    for n, row in enumerate([*rows, ()]):
        sheet.rule(60, top + 30 * n, 400, top + 30 * n)
        for x, cell in zip((70, 210), row, strict=False):
            sheet.text(x, top + 30 * n + 18, cell)
    return sheet


def test_a_ruled_table_is_rows_of_cells_between_its_paragraphs() -> None:
    sheet = ruled(100, ("STT", "Tên"), ("1", "Luật")).text(60, 80, "Trước:").text(60, 190, "Sau.")
    before, table, after = read_pdf(pdf(sheet))
    assert (before.text, after.text) == ("Trước:", "Sau.")
    assert table.rows == (("STT", "Tên"), ("1", "Luật"))


def test_a_table_goes_on_over_the_page_without_its_head() -> None:
    first = ruled(600, ("STT", "Tên"), ("1", "Luật"))
    second = ruled(60, ("STT", "Tên"), ("2", "Nghị định"))
    (table,) = read_pdf(pdf(first, second))
    assert table.rows == (("STT", "Tên"), ("1", "Luật"), ("2", "Nghị định"))


def test_a_heading_block_is_a_row_of_two_cells() -> None:
    sheet = Sheet().text(96, 60, "QUỐC HỘI").text(84, 76, "Luật số: 1/2025")
    sheet.text(300, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA").text(300, 76, "Độc lập - Tự do - Hạnh phúc")
    sheet.text(288, 120, "LUẬT").lines(150, FULL, FULL)
    head, title, *_ = read_pdf(pdf(sheet))
    assert head.rows == (
        ("QUỐC HỘI\nLuật số: 1/2025", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA\nĐộc lập - Tự do - Hạnh phúc"),
    )
    assert title.text == "LUẬT"


def test_a_number_set_off_by_a_tab_is_no_column() -> None:
    sheet = Sheet().text(60, 100, "a)").text(110, 100, "một;").text(60, 116, "b)")
    assert texts(sheet.text(110, 116, "hai.")) == ["a) một;", "b) hai."]


# Stamps, and what stands on its side

UPWARDS, DOWNWARDS, SLANTED = "0 1 -1 0", "0 -1 1 0", "0.707 0.707 -0.707 0.707"


def test_a_slanted_stamp_is_left_out_and_slanted_letters_are_not() -> None:
    sheet = Sheet().lines(100, FULL, FULL).text(200, 140, "DỰ THẢO", size=60, turned=SLANTED)
    sheet.text(60, 160, "chữ nghiêng.", turned="1 0 0.33 1")
    assert texts(sheet) == [f"{FULL} {FULL}", "chữ nghiêng."]


def test_a_large_stamp_on_every_page_is_left_out_and_a_large_title_is_not() -> None:
    sheets = [
        Sheet().lines(120, FULL, FULL, FULL).text(200, 400, "DỰ THẢO", size=48) for _ in "abc"
    ]
    sheets[0].text(200, 60, "LUẬT", size=48)
    title, text = texts(*sheets)
    assert (title, text) == ("LUẬT", " ".join([FULL] * 9))


@pytest.mark.parametrize(
    ("turned", "y", "step"), [(UPWARDS, 195, 16), (DOWNWARDS, 115, -16)], ids=["up", "down"]
)
def test_a_turned_head_of_a_column_is_read_along_its_own_direction(
    turned: str, y: int, step: int
) -> None:
    sheet = Sheet().lines(60, FULL, FULL, FULL)
    for x in (60, 130, 400):
        sheet.rule(x, 110, x, 230)
    for across in (110, 200, 230):
        sheet.rule(60, across, 400, across)
    for n, words in enumerate(("Số giấy", "phép cấp")):
        sheet.text(90 + n * step, y, words, turned=turned)
    sheet.text(140, 150, "Tên dự án").text(70, 220, "15").text(140, 220, "Cầu Đất")
    _, table = read_pdf(pdf(sheet))
    assert table.rows == (("Số giấy phép cấp", "Tên dự án"), ("15", "Cầu Đất"))


def test_words_up_the_margin_stand_behind_the_text_unless_they_repeat() -> None:
    sheets = [Sheet().lines(100, FULL, FULL) for _ in "ab"]
    for sheet in sheets:
        sheet.text(40, 600, "Bản điện tử", turned=UPWARDS)
    sheets[0].text(570, 300, "Mật độ cao", turned=DOWNWARDS)
    assert texts(*sheets) == [" ".join([FULL] * 4), "Mật độ cao"]


# What is refused, and what does no harm


def test_a_page_that_is_a_picture_is_named() -> None:
    written = Sheet().lines(100, FULL)
    data = pdf(written, Sheet().picture(), Sheet().picture(), written)
    assert refusal(data) == (UnreadableCode.SCANNED, {"pages": "2-3"})
    assert refusal(pdf(Sheet())) == (UnreadableCode.SCANNED, {"pages": "1"})
    assert texts(written, Sheet()) == [FULL]


def test_fonts_that_do_not_say_their_letters_are_refused() -> None:
    assert refusal(pdf(Sheet().text(60, 100, "\ue041\ue042\ue043")))[0] is UnreadableCode.GARBLED


def test_a_password_to_open_is_refused_and_one_to_change_is_not_asked() -> None:
    sheet = Sheet().lines(100, FULL)
    assert refusal(pdf(sheet, locked="user"))[0] is UnreadableCode.ENCRYPTED
    assert [block.text for block in read_pdf(pdf(sheet, locked="owner"))] == [FULL]
    assert rc4(b"Key", b"Plaintext").hex() == "bbf316e8d940af0ad3"


def test_more_than_any_law_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf(*[Sheet().lines(100, FULL)] * 3)
    monkeypatch.setattr(reader, "PAGES", 2)
    assert refusal(data) == (UnreadableCode.TOO_LONG, {"pages": 3, "limit": 2})
    monkeypatch.setattr(reader, "PAGES", 3)
    monkeypatch.setattr(reader, "LETTERS", 100)
    assert refusal(data)[0] is UnreadableCode.TOO_LONG


def test_a_broken_table_of_objects_is_mended_and_a_broken_file_refused() -> None:
    data = pdf(Sheet().lines(100, FULL))
    mended = data.replace(b"startxref", b"startxxxx").replace(b"0000000", b"9999999")
    assert [block.text for block in read_pdf(mended)] == [FULL]
    assert refusal(b"%PDF-1.7\nnothing")[0] is UnreadableCode.DAMAGED
    assert refusal(data[:200])[0] is UnreadableCode.DAMAGED


def test_actions_and_scripts_are_no_part_of_the_text() -> None:
    action = "/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /AA << /WC << /S /Launch >> >>"
    data = pdf(Sheet().lines(100, FULL), catalog=action)
    assert [block.text for block in read_pdf(data)] == [FULL]


def test_pages_inside_of_themselves_end() -> None:
    data = pdf(Sheet().lines(100, FULL)).replace(b"/Kids [10 0 R]", b"/Kids [ 2 0 R]")
    assert refusal(data)[0] in (UnreadableCode.DAMAGED, UnreadableCode.SCANNED)


def test_rules_without_end_do_not_stop_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_ink, "RULES_A_PAGE", 20)
    sheet = Sheet().lines(100, FULL)
    for n in range(50):
        sheet.rule(60, 200 + n, 400, 200 + n)
    assert texts(sheet) == [FULL]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["Điều", "1.", "quyền", "a)", "công", "dân;", "Luật"]), min_size=1))
def test_every_word_is_read_once_and_in_order(words: list[str]) -> None:
    sheet = Sheet()
    for n, word in enumerate(words):
        sheet.text(60 + 80 * (n % 6), 60 + 16 * (n // 6), word)
    read = [block.text or "\t".join(block.rows[0]) for block in read_pdf(pdf(sheet))]
    assert sorted(" ".join(read).split()) == sorted(words)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1200), st.binary(min_size=1, max_size=40))
def test_damage_is_read_or_refused(at: int, junk: bytes) -> None:
    data = bytearray(pdf(Sheet().lines(100, FULL)))
    data[at : at + len(junk)] = junk
    with suppress(UnreadableError):
        assert all(block.text or block.rows for block in read_pdf(bytes(data)))


def test_numbers_are_listed_in_spans() -> None:
    assert spans([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
