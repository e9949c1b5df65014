"""What is typed becomes words and places; short forms are read, mere questions left out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.query import MAX_TOKENS, parse


def folded(text):
    return [syllable.folded for syllable in parse(text).syllables]


def test_a_word_typed_with_marks_is_meant_so():
    assert [(s.exact, s.marked) for s in parse("đất dai").syllables] == [
        ("đât2", True),
        ("dai", False),
    ]


@pytest.mark.parametrize(
    ("typed", "places", "named", "words"),
    [
        ("Điều 12 khoản 3", ["dieu 12", "khoan 3"], ["dieu 12"], []),
        ("khoan 3 dieu 12 luat nuoc", ["khoan 3", "dieu 12"], ["dieu 12"], ["luat", "nuoc"]),
        ("Phụ lục II bể nước", ["luc ii", "luc 2"], ["luc ii", "luc 2"], ["be", "nuoc"]),
        ("phụ lục 1", ["luc 1", "luc i"], ["luc 1", "luc i"], []),
        ("article 5", ["article 5", "dieu 5"], ["article 5", "dieu 5"], []),
        ("chương II", ["chuong ii"], [], []),
        ("mức 5 triệu", [], [], ["muc", "5", "trieu"]),  # no "mục 5"
        ("phân a", [], [], ["phan", "a"]),
        ("muc 5", ["muc 5"], [], []),  # perhaps
    ],
)
def test_places_are_told_from_words(typed, places, named, words):
    query = parse(typed)
    assert list(query.references) == places
    assert list(query.named) == named
    assert folded(typed) == words


@pytest.mark.parametrize(
    ("typed", "words", "also"),
    [
        ("UBND xã", ["uy", "ban", "nhan", "dan", "xa"], "ubnd"),
        ("ubnd xa", ["uy", "ban", "nhan", "dan", "xa"], "ubnd"),
        ("ủy ban nhân dân xã", ["uy", "ban", "nhan", "dan", "xa"], "ubnd"),
        ("uy ban nhan dan", ["uy", "ban", "nhan", "dan"], "ubnd"),
        ("quyền của NLĐ", ["quyen", "cua", "nguoi", "lao", "dong"], "nld"),
        ("NQ của HĐND", ["nghi", "quyet", "cua", "hoi", "dong", "nhan", "dan"], "hdnd"),
        ("máy bay", ["may", "bay"], "tau bay"),
        ("tàu bay", ["tau", "bay"], "may bay"),
    ],
)
def test_long_and_short_forms_find_each_other(typed, words, also):
    assert folded(typed) == words
    assert any(also in syllable.also for syllable in parse(typed).syllables)


@pytest.mark.parametrize("typed", ["tt nha", "hd nd", "15/2020/NĐ-CP", "01/QĐ-UBND", "Nq"])
def test_small_letters_and_numbers_of_documents_shorten_nothing(typed):
    assert not any(syllable.also for syllable in parse(typed).syllables)


def test_the_reading_of_a_short_form_keeps_its_marks():
    words = {s.folded: s.marked for s in parse("UBND").syllables}
    assert words == {"uy": True, "ban": False, "nhan": True, "dan": True}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("lãi suất bao nhiêu", ["lai", "suat"]),
        ("lai suat bao nhieu", ["lai", "suat"]),
        ("di chúc miệng có giá trị bao lâu", ["di", "chuc", "mieng", "co", "gia", "tri"]),
        ("bao nhiêu", ["bao", "nhieu"]),  # nothing else to look for
        ("ở đâu có đất", ["co", "dat"]),
        ("bảo nhiệm", ["bao", "nhiem"]),  # other marks, another word
    ],
)
def test_what_only_asks_is_left_out(typed, words):
    assert folded(typed) == words


def test_keys_typed_raw_are_read():
    assert folded("ddaats ddai, boofi thuwowngf") == ["dat", "dai", "boi", "thuong"]
    assert parse("ddaats ddai") == parse("đất đai")


@pytest.mark.parametrize("text", ["hoà giải", "hòa giải", unicodedata.normalize("NFD", "hòa giải")])
def test_however_the_tone_is_written_it_is_one_query(text):
    assert parse(text) == parse("hòa giải")


def test_the_ends_of_a_title_are_one_word_of_it():
    assert parse("Luật Tài nguyên nước").edges == ("^ luat nuoc", "^ tai nuoc")
    assert parse("quyền bề mặt").edges == ("^ quyen mat",)
    assert parse("Điều 5 đất đai").edges == ()


@given(st.text() | st.text("ĐdđuUBNnhữ 12/-–'\"*()~:", max_size=200))
def test_any_text_is_a_bounded_query_and_always_the_same(text):
    query = parse(text)
    assert query == parse(text)
    assert len(query.syllables) <= MAX_TOKENS
    assert len(query.pairs) <= 3 * MAX_TOKENS


@pytest.mark.parametrize(
    "text", ["UBND " * 500, "a1" * 5000, "w" * 10_000, "ddaats " * 2000, "phụ lục 1 " * 300]
)
def test_a_long_text_is_read_in_part(text):
    assert len(parse(text).syllables) <= MAX_TOKENS
