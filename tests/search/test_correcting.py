"""Another way to write what was typed is offered where it finds more, and only there."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.correcting import did_you_mean
from app.search.engine import IndexUnavailable
from app.search.finding import NOTHING
from app.search.query import parse
from app.web import locale
from tests.search.looking import document, look

CORPUS = [
    document("provision:1", "Điều 1. Quyền sử dụng đất", "Người sử dụng đất được bồi thường."),
    document("provision:2", "Điều 2. Tranh chấp đất đai", "Hòa giải tranh chấp đất đai ở xã."),
    document("provision:3", "Điều 3. Hợp đồng ủy quyền", "Bên được ủy quyền báo cáo bên ủy quyền."),
    document("provision:4", "Điều 4. Xuất khẩu", "Sản xuất, xuất khẩu lúa gạo do Bộ quy định."),
    document("comment:1", "", "Lãi suất cho vay quá cao, xin hạ lãi suất."),
    document("comment:2", "", "Please publish the rainwater figures."),
    document("comment:3", "", "Chấp nhận mọi ý kiến về chăn nuôi."),
]


@pytest.fixture(scope="module")
def index(new_engine):
    index = new_engine()
    index.apply(CORPUS, [], 1)
    return index


def meant(index, text: str) -> str:
    return did_you_mean(index, text, look(index, text))


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("quyền xử dụng đất", "quyền sử dụng đất"),  # sounds alike
        ("chanh chấp đất đai", "tranh chấp đất đai"),
        ("hop dong uy qyuen", "hợp đồng ủy quyền"),  # two letters changed places
        ("sử dujng đất", "sử dụng đất"),  # a letter too much
        ("bồi thườn", "bồi thường"),  # one missing
        ("lai xuat cho vay", "lãi suất cho vay"),
        ("rainwatr", "rainwater"),
        ("Điều 3: hợp đồnng ủy quyền?", "Điều 3: hợp đồng ủy quyền?"),
    ],
)
def test_a_slip_is_seen_and_its_accents_are_those_of_the_texts(index, typed, better):
    assert meant(index, typed) == better


@pytest.mark.parametrize(
    "typed",
    [
        "quyền sử dụng đất",
        "hop dong uy quyen",  # finds without accents as it is
        "hợp đồng",
        "sản xuất",
        "UBND xã",
        "Điều 99",
        "15/2020/NĐ-CP",
        "xyzzy",
        "ddaats ddai",  # read as it was meant already
        "chăn nuôi lãi suất",  # real words that merely never met
        "",
        "?!",
        "đất " * 100,
    ],
)
def test_what_is_right_or_beyond_help_is_left_alone(index, typed):
    assert meant(index, typed) == ""


words = st.sampled_from(
    [
        "quyền",
        "sử",
        "dụng",
        "đất",
        "xử",
        "dụg",
        "hop",
        "uy",
        "qyuen",
        "Điều",
        "3",
        "lãi",
        "UBND",
        "rainwatr",
    ]
)
typed = st.text(max_size=60) | st.lists(words, max_size=8).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(typed)
def test_what_is_offered_always_finds_and_is_always_the_same(index, text):
    offered = meant(index, text)
    assert offered == meant(index, text)
    if offered:
        assert parse(offered) != parse(text)
        assert look(index, offered).total > 0


def test_without_an_index_nothing_is_offered():
    class Lost:
        def words(self, *_):
            raise IndexUnavailable("no index")

    assert did_you_mean(Lost(), "quyền xử dụng", NOTHING) == ""


@pytest.mark.parametrize("text", ["Grundstücke", "straße", "토지", "zemlá ž", "ກຳ"])
def test_foreign_letters_are_no_slip_in_vietnamese(index, text):
    assert meant(index, text) == ""


def test_on_a_page_in_another_language_only_vietnamese_words_are_asked_about(index, app):
    assert meant(index, "quyền xử dụng") != ""
    with locale.speaking(locale.called("en")):
        assert meant(index, "quyen xu dung") == ""
        assert meant(index, "quyền xử dụng") != ""
