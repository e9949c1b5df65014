"""Every code that a drafter can meet has words, whole ones, with its facts in place."""

from __future__ import annotations

import pytest

from app.documents.models import Stage
from app.documents.nodes import DoubtCode
from app.documents.parsers.blocks import UnreadableCode, UnreadableError
from app.documents.words import DOUBTS, REFUSALS, STAGES, doubt, refusal, unit
from app.web.uploads import RefusalCode, Refused


@pytest.mark.parametrize("code", list(RefusalCode))
def test_each_refusal_has_a_sentence(app, code):
    words, status = refusal(Refused(code, size=31_457_280, limit=20_971_520))
    assert words.endswith(".")
    assert "%(" not in words
    assert status == 503 if code is RefusalCode.BUSY else status in (413, 415, 422)


@pytest.mark.parametrize("code", list(UnreadableCode))
def test_each_unreadable_file_has_a_sentence(app, code):
    words, status = refusal(UnreadableError(code))
    assert words.endswith(".")
    assert status == 422


def test_sizes_are_told_in_megabytes(app):
    words, _ = refusal(Refused(RefusalCode.TOO_LARGE, size=31_457_280, limit=20_971_520))
    assert "30 MB" in words
    assert "20 MB" in words


@pytest.mark.parametrize("code", list(DoubtCode))
def test_each_doubt_has_a_sentence(app, code):
    facts = {"kind": "article", "number": "7", "expected": "6", "text": "1. Hộ", "length": 400}
    assert "%(" not in doubt(code, facts)
    assert "%(" not in doubt(code, {})


def test_no_words_are_left_over():
    assert set(DOUBTS) == set(DoubtCode)
    assert set(REFUSALS) == set(RefusalCode) | set(UnreadableCode)
    assert set(STAGES) == set(Stage)


@pytest.mark.parametrize(
    ("kind", "number", "named"),
    [
        ("article", "7", "Điều 7"),
        ("clause", "2a", "khoản 2a"),
        ("point", "đ", "điểm đ"),
        ("chapter", "IV", "Chương IV"),
        ("part", "thứ nhất", "Phần thứ nhất"),
    ],
)
def test_units_are_named_as_the_law_names_them(app, kind, number, named):
    assert unit(kind, number) == named


def test_an_expected_chapter_is_written_like_its_neighbours(app):
    words = doubt("number_gap", {"kind": "chapter", "number": "IV", "expected": "3"})
    assert "Chương III" in words
