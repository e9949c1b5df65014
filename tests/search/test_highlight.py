"""What a result shows of a text: every word asked for, wherever and however it stands there."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kit.syllables import tokens
from app.search.highlight import EARLY, PASSAGE, Wanted, mark, passage
from app.search.query import parse

words = st.lists(
    st.sampled_from(["hỗ", "trợ", "ho", "tro", "lý", "li", "ly", "Đất", "dat", "15/2020/NĐ-CP"]),
    min_size=1,
    max_size=4,
).map(" ".join)
texts = st.text(alphabet="hHoồỗtTrRợơ lLyýiíđĐdạaấ 15/20-NCP_.,日第", max_size=80) | st.lists(
    st.sampled_from(["hỗ", "trợ", "lý", "li", "đất", "dat", "15/2020/NĐ-CP", "web_ho", "第15条"])
).map(" ".join)


def wanted(asked: str) -> Wanted:
    query = parse(asked)
    return Wanted.of(dict.fromkeys(query.syllables, 1.0), query.references)


def marked(html: str) -> list[str]:
    return [piece.partition("</mark>")[0] for piece in html.split("<mark>")[1:]]


@given(words, texts)
@example("ly", "lý lịch, li ti, cấp lÝ")
@example("15", "第15条 15/2020/NĐ-CP x15")
@example("ho", "web_ho ho_web Hộ")
def test_the_words_sought_are_those_of_reading_every_word(asked, text):
    """To look for a word is quick; to read the whole text is what it stands for."""
    meant = wanted(asked)
    read = [token for token in tokens(text) if token.folded in meant.keys]
    exact = {token.exact for token in read}
    expected = [
        token
        for token in read
        if token.exact in meant.exact
        or token.folded in meant.folded
        or (token.folded in meant.loose and meant.loose[token.folded] not in exact)
    ]
    assert [token for token, _ in meant.found_in(text)] == expected


@pytest.mark.parametrize(
    ("asked", "text", "shown"),
    [
        ("hỗ trợ", "Mức hỗ trợ là", ["hỗ trợ"]),
        ("ho tro", "Mức hỗ trợ là", ["hỗ trợ"]),
        ("hỗ trợ", unicodedata.normalize("NFD", "Mức hỗ trợ"), ["hỗ trợ"]),
        ("hỗ trợ", "Mức ho tro", ["ho tro"]),
        ("hòa", "Hoà bình", ["Hoà"]),
        ("Điều 12", "Theo Điều 12 và điều 13", ["Điều 12"]),
        ("土地", "关于土地法", ["土地"]),
    ],
)
def test_marks_stand_where_the_words_do(asked, text, shown):
    found = [unicodedata.normalize("NFC", piece) for piece in marked(mark(text, wanted(asked)))]
    assert found == shown


def test_a_passage_shows_all_words_together_though_each_stands_alone_before():
    early = "hỗ " + "và " * 200 + "trợ " + "hay " * 1000
    body = early + "Mỗi hộ được hỗ trợ một lần."
    assert "được <mark>hỗ trợ</mark> một lần" in passage(body, wanted("hỗ trợ"))


def test_a_long_text_is_read_no_further_than_a_passage_with_every_word():
    body = "Mỗi hộ được hỗ trợ. " + "khác " * EARLY + "hỗ trợ hỗ trợ hỗ trợ"
    shown = passage(body, wanted("hỗ trợ"))
    assert shown.startswith("Mỗi hộ được <mark>hỗ trợ</mark>")
    assert len(shown) < 2 * PASSAGE


@given(words, texts)
def test_a_passage_is_escaped_and_no_longer_than_it_may_be(asked, text):
    shown = passage(f"{text} <script>&", wanted(asked))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert len(bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) <= PASSAGE + 4
