"""The same law in another format has the same tree."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from app.documents.nodes import DoubtCode, Outline
from app.documents.outline import build
from app.documents.parsers import child
from app.documents.parsers.blocks import Block
from app.documents.parsers.docx import read_docx
from app.documents.parsers.html import read_html
from app.documents.parsers.odt import read_odt
from app.documents.parsers.plain import read_text
from tests.documents.renderings import as_markdown, as_page, as_text, shape
from tests.odt import odt_of

Write = Callable[[list[Block]], bytes]
LAWS = Path(__file__).parent / "laws"
CIVIL_CODE = "bo-luat-91-2015-qh13"
NUMBERS_COMPUTED = ["luat-69-2014-qh13", "luat-84-2015-qh13"]
OTHERS = [
    "luat-06-2003-qh11",
    "luat-102-sl-l.004",
    "luat-24-2012-qh13",
    "luat-28-2023-qh15",
    "luat-63-2020-qh14",
]
# Its third article has lost its number, and only automatic numbers can be counted anew.
WRITTEN_OUT = [CIVIL_CODE, "luat-69-2014-qh13", *OTHERS]


@cache
def blocks(name: str) -> list[Block]:
    return read_docx((LAWS / f"{name}.docx").read_bytes())


@cache
def law(name: str) -> Outline:
    return build(blocks(name))


def same(name: str, found: list[Block]) -> bool:
    """Compared one by one, so that a failure names the first unit that differs."""
    expected, got = shape(law(name)), shape(build(found))
    for one, other in zip(expected, got, strict=False):
        assert one == other
    return len(expected) == len(got)


@pytest.mark.parametrize("name", [CIVIL_CODE, *NUMBERS_COMPUTED, *OTHERS])
def test_open_document(name: str) -> None:
    found = read_odt(odt_of(blocks(name)))
    assert same(name, found)
    looks = [(block.number, block.bold, block.centered) for block in blocks(name)]
    assert [(block.number, block.bold, block.centered) for block in found] == looks


@pytest.mark.parametrize("name", [CIVIL_CODE, *NUMBERS_COMPUTED, *OTHERS])
def test_page(name: str) -> None:
    assert same(name, read_html(as_page(blocks(name))))


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_markdown(name: str) -> None:
    assert same(name, read_text(as_markdown(blocks(name))))
    assert same(name, read_text(as_markdown(blocks(name), width=72)))


@pytest.mark.parametrize("name", [n for n in WRITTEN_OUT if n != "luat-102-sl-l.004"])
def test_plain_text(name: str) -> None:
    """The law of 1957 ends with a bare name, which only its table tells from text."""
    assert same(name, read_text(as_text(blocks(name))))
    assert same(name, read_text(as_text(blocks(name), width=72, between="\n\n")))


@pytest.mark.parametrize("width", [70, 72, 79])
def test_wrapped_text_without_blank_lines_keeps_every_article(width: int) -> None:
    """Where a paragraph ends at the margin nothing says so: a few clauses in a thousand join."""
    expected, got = (
        shape(law(CIVIL_CODE)),
        shape(build(read_text(as_text(blocks(CIVIL_CODE), width)))),
    )
    assert [one[0] for one in expected] == [other[0] for other in got]
    differing = sum(one != other for one, other in zip(expected, got, strict=True))
    assert differing <= len(expected) // 100


@pytest.mark.parametrize("name", ["luat-69-2014-qh13.odt", "luat-24-2012-qh13.html"])
def test_files_that_libreoffice_wrote(name: str) -> None:
    """Converted by LibreOffice 7.4 from the .docx of the same name, fonts taken out."""
    data = (LAWS.parent / "saved" / name).read_bytes()
    reader = read_odt if name.endswith(".odt") else read_html
    assert same(name.rpartition(".")[0], reader(data))


@pytest.mark.parametrize("write", [as_text, as_markdown])
def test_a_text_tells_where_the_file_lost_the_number_of_an_article(write: Write) -> None:
    told = build(read_text(write(blocks("luat-84-2015-qh13")))).doubts
    assert [(doubt.code, doubt.facts.get("text")) for doubt in told] == [
        (DoubtCode.LOST_NUMBER, "Giải thích từ ngữ"),
        (DoubtCode.NUMBER_REPEATED, None),
    ]


PLAIN = """\
Điều 1. Đối tượng áp dụng
1. Người nộp phí.
2. Cơ quan thu phí.
Giải thích từ ngữ
Trong Nghị quyết này, các từ ngữ dưới đây được hiểu như sau:
1. Phí là khoản tiền.
2. Mức thu là số tiền.
Điều {}. Mức phí
Mức phí là một nghìn đồng.
"""


@pytest.mark.parametrize("number", [2, 3])
def test_a_heading_without_number_and_without_layout_is_told_and_left(number: int) -> None:
    tree = build(read_text(PLAIN.format(number).encode()))
    assert [article.number for article in tree.articles()] == ["1", str(number)]
    assert [(doubt.code, doubt.line) for doubt in tree.doubts][:2] == [
        (DoubtCode.LOST_NUMBER, 4),
        (DoubtCode.NUMBER_REPEATED, 6),
    ]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("từ ngữ\n", "từ ngữ.\n"),
        ("1. Phí", "3. Phí"),
        ("Giải", "giải"),
        ("1. Người nộp phí.\n2. ", ""),
    ],
)
def test_a_line_between_clauses_that_go_on_is_no_heading(said: str, instead: str) -> None:
    tree = build(read_text(PLAIN.format(2).replace(said, instead, 1).encode()))
    assert DoubtCode.LOST_NUMBER not in {doubt.code for doubt in tree.doubts}


LIST = """\
<p>Nghị quyết này được thông qua.</p>
<ol><li><p><b>Phạm vi điều chỉnh</b></p></li></ol><p>Nghị quyết này quy định mức phí.</p>
<ol start="2"><li><p><b>Đối tượng áp dụng</b></p></li></ol>
<ol><li><p>Người nộp phí.</p><li><p>Cơ quan thu phí.</p></li></ol>
<ol start="3"><li><p><b>Mức phí</b></p></li></ol><p>1. Mức phí là:</p><p>2. Miễn phí.</p>
"""


def test_a_list_that_lost_the_words_of_its_numbers_is_one_doubt() -> None:
    """LibreOffice saves "Điều 3." of a Word file as the third item of a list."""
    page = f"<!DOCTYPE html><meta charset=utf-8>{LIST}".encode()
    assert [(doubt.code, doubt.line) for doubt in child.tree(page, "a.html").doubts] == [
        (DoubtCode.NUMBERS_LOST, 1)
    ]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("Nghị quyết này", "Kế hoạch này"),
        ("<li><p>Người nộp phí.</p>", "<li><p><b>Người nộp phí</b></p>"),
        ("<p>1. Mức phí là:</p>", "<p>Mức phí là:</p>"),
        ("Nghị quyết này được", "Điều 1. Nghị quyết này được"),
    ],
)
def test_other_lists_are_read_as_they_stand(said: str, instead: str) -> None:
    page = f"<!DOCTYPE html><meta charset=utf-8>{LIST.replace(said, instead)}".encode()
    assert DoubtCode.NUMBERS_LOST not in {doubt.code for doubt in child.tree(page, "a.html").doubts}
