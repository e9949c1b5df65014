"""Word files: what is visible is read, what is computed is computed, the rest is left alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.documents.parsers import read
from app.documents.parsers.blocks import UnreadableCode, UnreadableError
from app.documents.parsers.numbering import Numbering, formatted

LEVELS = """
  <w:abstractNum w:abstractNumId="1">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
    <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
    <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%4"/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="1"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="51"/></w:lvlOverride></w:num>
"""


def numbering(levels: str = LEVELS) -> Numbering:
    return Numbering(parse_xml(f"<w:numbering {nsdecls('w')}>{levels}</w:numbering>"))


def saved(write: Callable[[Document], None]) -> bytes:
    document = docx.Document()
    write(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_body(xml: str) -> bytes:
    def write(document: Document) -> None:
        for element in parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"):
            document.element.body.insert_element_before(element, "w:sectPr")

    return saved(write)


def test_levels_count_like_word() -> None:
    count = numbering()
    steps = [
        ("1", 0),
        ("1", 1),
        ("1", 1),
        ("1", 2),
        ("1", 0),
        ("1", 1),
        ("1", 3),
        ("2", 0),
        ("1", 0),
    ]
    assert [count.next(*step) for step in steps] == [
        "Điều 1.", "1.", "2.", "a)", "Điều 2.", "1.", "2.I", "Điều 51.", "Điều 52.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        (4, "lowerRoman", "iv"),
        (1999, "upperRoman", "MCMXCIX"),
        (27, "lowerLetter", "aa"),
        (5, "upperLetter", "E"),
        (3, "decimalZero", "03"),
        (9, "chicken", "9"),
        (0, "lowerLetter", "0"),
        (9, "none", ""),
    ],
)
def test_number_formats(number: int, style: str, shown: str) -> None:
    assert formatted(number, style) == shown


def test_a_bullet_of_a_symbol_font_becomes_a_real_one() -> None:
    bullet = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        '<w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert numbering(bullet).next("1", 0) == "•"


def test_an_unknown_list_prints_nothing() -> None:
    assert numbering().next("9", 0) == ""
    assert Numbering(None).next("1", 0) == ""


def test_numbers_come_from_paragraph_styles_too() -> None:
    def write(document: Document) -> None:
        document.add_paragraph("Một", style="List Number")
        document.add_paragraph("Hai", style="List Number")

    assert [block.number for block in read(saved(write), "x.docx")] == ["1.", "2."]


def test_soft_breaks_stay_and_blank_paragraphs_only_count() -> None:
    def write(document: Document) -> None:
        document.add_paragraph("")
        document.add_paragraph("Chương I\nNHỮNG QUY ĐỊNH CHUNG").alignment = 1
        document.add_paragraph().add_run("Điều 1.").bold = True

    first, second = read(saved(write), "x.docx")
    assert (first.text, first.centered, first.line) == ("Chương I\nNHỮNG QUY ĐỊNH CHUNG", True, 2)
    assert (second.text, second.bold, second.line) == ("Điều 1.", True, 3)


def test_only_what_a_reader_sees_is_read() -> None:
    data = with_body(
        "<w:p><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>chuyển</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>mới</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t>e\u0302\u0323\u200b</w:t><w:noBreakHyphen/><w:tab/><w:t>x</w:t></w:r></w:p>"
    )
    assert [block.text for block in read(data, "x.docx")] == ["mớiệ-\tx"]


def test_a_paragraph_whose_end_was_deleted_joins_the_next_and_counts_in_no_list() -> None:
    def paragraph(words: str, mark: str = "") -> str:
        return (
            f'<w:p><w:pPr><w:pStyle w:val="ListNumber"/><w:rPr>{mark}</w:rPr></w:pPr>{words}</w:p>'
        )

    deleted = "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
    data = with_body(
        paragraph("<w:r><w:t>một</w:t></w:r>")
        + paragraph(deleted, "<w:del/>")
        + paragraph("<w:moveFrom><w:r><w:t>đi</w:t></w:r></w:moveFrom>", "<w:moveFrom/>")
        + paragraph("<w:r><w:t>hai </w:t></w:r>", "<w:del/>")
        + paragraph("<w:r><w:t>và ba</w:t></w:r>")
        + paragraph("<w:r><w:t>cuối</w:t></w:r>", "<w:vanish/>")
    )
    found = [(block.number, block.text) for block in read(data, "x.docx")]
    assert found == [("1.", "một"), ("2.", "hai và ba"), ("", "cuối")]


def test_a_table_keeps_its_cells_and_counts_as_one_line() -> None:
    data = with_body(
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p>"
        "</w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>sau</w:t></w:r></w:p>"
    )
    table, after = read(data, "x.docx")
    assert (table.rows, table.line) == ((("a\nb", "c"),), 1)
    assert (after.text, after.line) == ("sau", 2)


def test_an_entity_is_never_resolved() -> None:
    plain = with_body("<w:p><w:r><w:t>an toàn</w:t></w:r></w:p>")
    hostile = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(
                    b"<w:document",
                    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:document',
                    1,
                ).replace("an toàn".encode(), b"|&e;")
            target.writestr(name, content)
    assert [block.text for block in read(hostile.getvalue(), "x.docx")] == ["|"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 and then nothing", UnreadableCode.DAMAGED),
        (b"\xff\xfe\x00\xd8", UnreadableCode.NOT_A_DOCUMENT),
        (b"text with\x00zero", UnreadableCode.NOT_A_DOCUMENT),
    ],
)
def test_what_is_no_document_is_said_so(data: bytes, code: UnreadableCode) -> None:
    with pytest.raises(UnreadableError) as refusal:
        read(data, "x.docx")
    assert refusal.value.code is code


def test_plain_text_has_paragraphs_and_tables() -> None:
    first, table, last = read("\ufeffmột\n\n| a | b |\n| c | d |\nhai".encode(), "x.txt")
    assert (first.text, first.line) == ("một", 1)
    assert (table.rows, table.line) == ((("a", "b"), ("c", "d")), 3)
    assert (last.text, last.line) == ("hai", 5)
