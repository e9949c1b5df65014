"""Words of the law are found in a text, whole, the longest first, and explained in plain words."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.terms import find, terms
from app.kit.syllables import tokens
from app.kit.text import slugify

NAMES = [name for term in terms().values() for name in term.names]
SENTENCE_END = re.compile(r"[.](?:\s|$)")
# never said to readers: words that mean another thing than ours
RESERVED = ("tham vấn chính sách", "kiểm duyệt", "policy consultation", "censor")


def found(text: str) -> list[str]:
    return [text[place.start : place.end] for place in find(text)]


def test_there_are_enough_terms_and_every_code_can_end_an_address():
    assert len(terms()) >= 60
    for code in terms():
        assert slugify(code) == code


def test_no_name_belongs_to_two_terms():
    names = [tuple(token.exact for token in tokens(name)) for name in NAMES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("term", terms().values(), ids=lambda term: term.code)
def test_each_is_explained_in_one_or_two_sentences_of_both_languages(term):
    for told in (term.vi, term.en):
        assert told == unicodedata.normalize("NFC", told.strip())
        assert told.endswith(".")
        assert 1 <= len(SENTENCE_END.findall(told)) <= 2
        assert 25 < len(told) < 220
        assert not any(word in told.lower() for word in RESERVED)
    assert term.name_en


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_found_whole(name):
    assert found(f"Theo {name} thì") == [name]


def test_the_longest_counts():
    assert found("Văn bản quy phạm pháp luật của tỉnh") == ["Văn bản quy phạm pháp luật"]
    assert found("Quy phạm pháp luật của tỉnh") == ["Quy phạm pháp luật"]
    assert found("bị xử phạt vi phạm hành chính theo luật") == ["xử phạt vi phạm hành chính"]


@pytest.mark.parametrize("written", ["ủy quyền", "uỷ quyền", "ỦY QUYỀN", "Ủy  quyền", "ủy\nquyền"])
def test_spellings_of_one_term_are_found(written):
    assert found(f"Việc {written} này") == [written]
    decomposed = unicodedata.normalize("NFD", written)
    assert found(f"Việc {decomposed} này") == [decomposed]


@pytest.mark.parametrize(
    "text",
    [
        "hộ, nghèo",  # two words of a list
        "hộ nghẽo",  # another tone
        "ho ngheo",
        "xã hộ nghèođói",  # a part of a longer word
        "thẩm. Quyền",
        "15/2020/NQ-HĐND-A",  # inside a number
        "",
    ],
)
def test_what_only_resembles_a_term_is_none(text):
    assert found(text) == []


def test_a_comma_that_belongs_to_a_name_is_asked_for():
    assert found("cán bộ, công chức, viên chức xã") == ["cán bộ, công chức, viên chức"]
    assert found("cán bộ công chức viên chức xã") == []


PIECES = st.sampled_from(
    [*NAMES, "hộ", "văn bản", "quy phạm", ",", ".", "xã", "5", "<b>", "&", "\n"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map(" ".join)


@given(TEXTS)
def test_places_come_in_order_apart_and_on_whole_syllables(text):
    ends = {token.end for token in tokens(text)}
    starts = {token.start for token in tokens(text)}
    last = 0
    for place in find(text):
        assert last <= place.start < place.end
        assert place.start in starts
        assert place.end in ends
        last = place.end
        keys = [token.exact for token in tokens(text[place.start : place.end])]
        assert keys in [[token.exact for token in tokens(name)] for name in place.term.names]


@given(TEXTS)
def test_no_term_begins_where_a_longer_one_stands(text):
    for place in find(text):
        after = text[place.start :]
        for name in NAMES:
            longer = len(tokens(name)) > len(tokens(text[place.start : place.end]))
            assert not (longer and after.startswith(f"{name} "))
