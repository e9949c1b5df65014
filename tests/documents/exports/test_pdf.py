"""PDF: every word is there as it was written, tagged, dated, with a way to each article."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pytest
from hypothesis import given, settings

from app.documents.exports.layout import heading_lines
from app.documents.exports.pdf import to_pdf
from app.documents.exports.source import Edition, edition_of_outline
from app.documents.nodes import Kind
from tests.documents.exports.editions import HOSTILE, any_editions, article, draft, of
from tests.documents.test_laws import law


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def pages(data: bytes) -> list[str]:
    with opened(data) as document:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
        return found


def flat(text: str) -> str:
    """The text without what a line break may change: spaces, and the mark PDFium puts there."""
    return "".join(text.replace("\ufffe", "").split())


def bookmarks(data: bytes) -> list[tuple[int, str]]:
    with opened(data) as document:
        return [(mark.level, mark.get_title()) for mark in document.get_toc()]


@pytest.mark.parametrize("name", ["luat-28-2023-qh15", "luat-63-2020-qh14"])
def test_every_word_of_a_law_is_in_it_composed(name: str) -> None:
    edition = edition_of_outline(law(name))
    text = "".join(pages(to_pdf(edition)))
    assert unicodedata.is_normalized("NFC", text.replace("\ufffe", ""))
    body = flat(text)
    for unit in edition.units:
        if unit.kind is Kind.ARTICLE:
            assert flat(unit.title) in body, unit.anchor
    assert flat("Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam") in body


def test_the_letters_of_vietnamese_come_out_one_by_one() -> None:
    letters = "".join(
        composed
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for mark in "\u0300\u0301\u0303\u0309\u0323"
        if len(composed := unicodedata.normalize("NFC", base + mark)) == 1
    )
    data = to_pdf(of(article(f"{letters}đĐ")))
    assert flat(f"{letters}đĐ") in flat("".join(pages(data)))
    assert b"pdfuaid" in data, "a letter without a glyph would have cost the standard"


def test_chapters_and_articles_are_bookmarks() -> None:
    edition = draft()
    assert bookmarks(to_pdf(edition)) == [
        (0, "Chương I QUY ĐỊNH CHUNG"),
        (1, "Điều 1. Phạm vi điều chỉnh"),
        (1, "Điều 2. Đối tượng áp dụng"),
        (1, "Điều 51a. Mức hỗ trợ"),
        (0, " ".join(heading_lines(edition.annexes()[0][0]))),
        (1, "Điều 1. Phạm vi"),
    ]


def test_it_says_what_it_is() -> None:
    data = to_pdf(draft())
    with opened(data) as document:
        facts = document.get_metadata_dict()
    assert (facts["Title"], facts["Author"]) == (draft().cover.title, "Sở Xây dựng")
    assert b"/Lang(vi-VN)" in data
    assert b"/MarkInfo" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    first, last = pages(data)[0], pages(data)[-1]
    assert flat("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") in flat(first)
    assert flat("đăng 02/03/2026 · https://gopy.example.vn/consultations/ho-tro") in flat(first)
    assert flat("Dự thảo lần 2") in flat(last)
    assert flat("Trang 2/2") in flat(last)


def test_equal_texts_are_equal_bytes() -> None:
    assert to_pdf(draft()) == to_pdf(draft())


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_is_words_like_any_other(words: str) -> None:
    data = to_pdf(of(article(words, heading=words)))
    body = flat("".join(pages(data)))
    assert body.count(flat(words)) == 2
    assert b"pdfuaid" in data


def test_a_sign_no_font_has_costs_the_standard_and_not_the_text() -> None:
    data = to_pdf(of(article("Trước 中文 sau.")))
    assert b"pdfuaid" not in data
    assert "Trước" in "".join(pages(data))


@settings(deadline=None, max_examples=40)
@given(any_editions())
def test_any_tree_under_any_words_is_set(edition: Edition) -> None:
    assert to_pdf(edition).startswith(b"%PDF-1.7")
