"""Looked for in a strict way, a thing holds all the words or is not found."""

from __future__ import annotations

import pytest

from app.search.finding import search
from tests.search.looking import ONE_DRAFT, document, keys

CORPUS = [
    document("comment:1", "", "Hỗ trợ nước sạch cho hộ nghèo."),
    document("comment:2", "", "Hỗ trợ giống lúa và nước tưới."),
    document("comment:3", "", "Đường xa, nước lên."),
    document("provision:4", "Điều 4. Giống lúa", "Hỗ trợ một lần."),
]


@pytest.fixture(scope="module")
def index(new_engine):
    index = new_engine()
    index.apply(CORPUS, [], 1)
    return index


def found(index, text: str, strict: bool) -> list[str]:
    return sorted(keys(search(index, text, ONE_DRAFT, strict=strict)))


@pytest.mark.parametrize(
    ("text", "all_of_them", "loosely"),
    [
        ("hỗ trợ nước sạch", ["comment:1"], ["comment:1", "comment:2"]),
        ("ho tro nuoc sach", ["comment:1"], ["comment:1", "comment:2"]),
        ("hỗ trợ giống lúa", ["comment:2", "provision:4"], ["comment:2", "provision:4"]),
        # no thing holds them all, or nobody ever wrote one of them
        ("nước sạch giống lúa", [], ["comment:2"]),
        ("hỗ trợ xyzzy", [], ["comment:1", "comment:2", "provision:4"]),
        ("xyzzy", [], []),
    ],
)
def test_all_the_words_or_nothing(index, text, all_of_them, loosely):
    assert found(index, text, strict=True) == all_of_them
    assert set(found(index, text, strict=False)) >= set(loosely)


def test_a_reference_and_no_words_at_all_are_as_ever(index):
    assert "provision:4" in found(index, "Điều 4", strict=True)
    assert len(found(index, "", strict=True)) == len(CORPUS)
