"""Keys of Telex and VNI are read as what they were meant for; English and numbers are let alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.keystrokes import read
from app.kit.syllables import keys
from bench.variants import telex, vni

SAMPLE = """
đất nước người thuỷ lợi nghiêng quyết định hợp đồng uỷ quyền giữ gìn khuya ngoằn ngoèo
thuở xưa hoặc được hưởng cấp cứu ưu tiên mượn rượu khuỷu yêu yểu đỗ ước
"""


def reading(text: str) -> str:
    return " ".join(read(text.split()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaats ddai", "đất đai"),
        ("ddieeuf kieenj hoox trowj", "điều kiện hỗ trợ"),
        ("dduwowngf daay ddieenj", "đường dây điện"),
        ("nguwowif", "người"),
        ("nguoiwf daan", "người dân"),  # marks after the letters, as many type
        ("quyeets ddinhj UBND", "quyết định UBND"),
        ("d9a61t d9ai", "đất đai"),
        ("thu7a2 ke61", "thừa kế"),
        ("nuo71c sa5ch", "nước sạch"),
        ("NGUWOWIF", "người"),
        ("tieepf", "tieepf"),  # no syllable has this tone
    ],
)
def test_keys_are_read_as_the_syllables_they_make(typed, meant):
    assert reading(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "tax", "tree", "too", "see", "more trees", "water for schools", "need more trees",
        "publish the free book", "hop dong uy quyen", "dat dai", "đất đai", "dieu 12 khoan 3",
        "d12 k3", "khoan3 dieu5", "muc1", "15/2020", "co2", "UBND", "", "x", "w", "a6", "123456",
    ],
)  # fmt: skip
def test_english_plain_words_and_references_stay(typed):
    assert reading(typed) == typed


@pytest.mark.parametrize("keys_of", [telex, vni])
@pytest.mark.parametrize("word", SAMPLE.split())
def test_each_syllable_comes_back_from_its_keys(keys_of, word):
    [_, found] = read(["ddaats" if keys_of is telex else "d9a61t", keys_of(word)])
    assert keys(found) == keys(word)


@given(st.lists(st.text(max_size=14) | st.text("aeouwdfsrxj0123456789", max_size=14)))
def test_any_words_come_back_as_many(words):
    found = read(words)
    assert len(found) == len(words)
    assert read(found) == read(found)
