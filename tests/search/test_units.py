"""Places of a law are found by the names that other languages have for them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import units
from app.search.query import parse
from app.search.units import in_vietnamese, named_place
from app.web.locale import LANGUAGES


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        ("Article 12 clause 3", "dieu-12.khoan-3"),
        ("제12조 제3항", "dieu-12.khoan-3"),
        ("제12조제3항", "dieu-12.khoan-3"),
        ("12조 3항", "dieu-12.khoan-3"),
        ("第12条第3款", "dieu-12.khoan-3"),
        ("第１２条第３項", "dieu-12.khoan-3"),
        ("第十二條", "dieu-12"),
        ("第一百二十三条第五款", "dieu-123.khoan-5"),
        ("第二十條", "dieu-20"),
        ("第二章", "chuong-ii"),
        ("Artikel 12 Absatz 3", "dieu-12.khoan-3"),
        ("Artikel 12 Absatz 3 Buchstabe b", "dieu-12.khoan-3.diem-b"),
        ("Art. 12 Abs. 3", "dieu-12.khoan-3"),
        ("article 12, paragraphe 3", "dieu-12.khoan-3"),
        ("článek 12 odst. 3", "dieu-12.khoan-3"),
        ("čl. 12 odst. 3 písm. b", "dieu-12.khoan-3.diem-b"),
        ("статья 12 пункт 3", "dieu-12.khoan-3"),
        ("пункт 3 статьи 12", "dieu-12.khoan-3"),
        ("п. 3 ст. 12", "dieu-12.khoan-3"),
        ("ມາດຕາ 12", "dieu-12"),
        ("ມາດຕາ ໑໒ ຂໍ້ ໓", "dieu-12.khoan-3"),
        ("មាត្រា ១២", "dieu-12"),
        ("មាត្រា១២ កថាខណ្ឌ ៣", "dieu-12.khoan-3"),
        ("annexe II", "phu-luc-2"),
        ("附件 1", "phu-luc-1"),
    ],
)
def test_a_place_is_found_by_its_name_in_any_language(typed, anchor):
    place = named_place(typed)
    assert place.anchor in (anchor, anchor.replace("chuong-ii", "chuong-2"))
    assert place.rest == ""
    article = anchor.partition(".")[0].replace("-", " ").removeprefix("phu ")
    named = parse(typed).references
    assert article in named


@pytest.mark.parametrize(
    ("typed", "rest"),
    [("제12조 토지법", "토지법"), ("статья 12 закона", "закона"), ("土地法第12条", "土地法")],
)
def test_the_words_beside_a_place_stay(typed, rest):
    assert named_place(typed) == units.Typed("dieu-12", rest)


@pytest.mark.parametrize(
    "typed",
    ["10 조건", "10条件", "Artikel", "статья", "12", "第", "조 12", "Điều 12", "Absatz b", "一条"],
)
def test_other_words_and_numbers_are_no_place(typed):
    assert in_vietnamese(typed) == typed


def test_every_language_of_the_interface_names_an_article():
    table = tomllib.loads(Path(units.__file__).with_name("units.toml").read_text("utf-8"))
    written = {language.code for language in LANGUAGES} - {"vi"}
    assert set(table) == written
    for language in written - {"fr", "zh-Hans"}:  # they write it as English and Japanese do
        assert table[language]["dieu"]


@given(st.text(alphabet="제第Điều조条百十一 ст.ມາດຕາArtkel항", max_size=40))
def test_without_a_number_there_is_no_place(text):
    assert in_vietnamese(text) == text or any(sign in text for sign in "百十一")


@given(st.text(alphabet="제第조条百十一 ст.ມາດຕາArtkel312", max_size=60))
def test_any_text_is_read_and_what_is_no_place_stays(text):
    told = in_vietnamese(text)
    assert told == text or any(unit in told for unit in ("điều", "khoản", "điểm"))
    assert len(parse(text).references) <= 2 * 64
