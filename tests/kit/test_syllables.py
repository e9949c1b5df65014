"""Syllables keep their place in the text and meet under the keys readers expect."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kit.syllables import pairs, tokens, tokens_among

any_text = st.text() | st.text(alphabet="aàằđĐyỳ15/-–_ .\u0300\u0301\u0323\u200b\ud800日本é")


def nfd(text):
    return unicodedata.normalize("NFD", text)


def exact(text):
    return [token.exact for token in tokens(text)]


def folded(text):
    return [token.folded for token in tokens(text)]


@given(any_text)
def test_tokens_are_where_they_say(text):
    last = 0
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= last
        assert tokens(text[token.start : token.end])[0].folded == token.folded
        last = token.start


@given(any_text, any_text)
@example("số 15/2020/NĐ-CP, 2020", "2020 nd")
def test_the_tokens_among_some_words_are_those_of_all(text, wanted):
    keys = {token.folded for token in tokens(wanted)} | set(folded(text)[::3])
    some = [pair for pair in enumerate(tokens(text)) if pair[1].folded in keys]
    assert tokens_among(text, keys) == some


# Beyond the basic plane the regular expression would fall off its fast path: no marks there.
basic_text = st.text(st.characters(max_codepoint=0xFFFF))


@given(basic_text | st.text(alphabet="aàằđĐyỳ15/-–_ .\u0300\u0301\u0323\u200b\ud800日本éが"))
@example("\u0622")
@example("0/À")
@example("が0/0")
def test_composed_and_decomposed_text_have_the_same_keys(text):
    composed = unicodedata.normalize("NFC", text)
    assert exact(composed) == exact(nfd(composed))
    assert folded(composed) == folded(nfd(composed))


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("hoà", nfd("hòa")), ("thuỷ", "thủy"), ("ĐẤT", "đất"), ("khoẻ", "khỏe")],
)
def test_where_the_tone_is_written_does_not_matter(one, other):
    assert exact(one) == exact(other)


@pytest.mark.parametrize(
    ("one", "other"), [("hoa", "hòa"), ("đất", "dất"), ("an", "ăn"), ("mơ", "mở"), ("lý", "ly")]
)
def test_another_vowel_or_tone_is_another_exact_key(one, other):
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("lý", "lí"), ("đất", "DAT"), ("kỹ", "kĩ"), ("Ưu", "uu"), (nfd("điều"), "dieu")],
)
def test_folded_keys_meet(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("tay", "tai"), ("quyết", "quiet"), ("y", "i")])
def test_y_is_i_only_at_the_end_of_an_open_syllable(one, other):
    assert folded(one) != folded(other)


def test_offsets_are_those_of_decomposed_text_too():
    text = nfd("Luật Đất đai")
    assert [text[t.start : t.end] for t in tokens(text)] == [nfd("Luật"), nfd("Đất"), "đai"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("15/2020/NĐ-CP", ["15/2020/nd-cp", "15", "2020", "nd", "cp"]),
        ("số 123/QĐ-UBND.", ["so", "123/qd-ubnd", "123", "qd", "ubnd"]),
        ("12-NQ/TW", ["12-nq/tw", "12", "nq", "tw"]),
        ("2020-2025 và/hoặc", ["2020", "2025", "va", "hoac"]),
        ("日本語 web_site", ["日", "本", "語", "web", "site"]),
    ],
)
def test_numbers_of_documents_are_found_whole_and_in_parts(text, keys):
    assert folded(text) == keys


def test_pairs_are_neighbours_and_skip_the_whole_number():
    found = tokens("Nghị định 15/2020/NĐ-CP về đất")
    assert list(pairs(found)) == [
        "nghi dinh", "dinh 15", "15 2020", "2020 nd", "nd cp", "cp ve", "ve dat",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["1-" * 250_000, "1/" * 250_000, "a\u0301" * 250_000, "9" * 500_000]
)
def test_a_long_text_of_one_sign_comes_through(text):
    """Anything that took the square of the length would not come back for minutes."""
    assert tokens(text)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("토지를", "토 지 를"),
        ("土地第12条", "土 地 第 12 条"),
        ("ທີ່ດິນ", "ທີ່ ດິ ນ"),
        ("ເຂົ້າ", "ເຂົ້າ"),
        ("ដីធ្លី", "ដី ធ្លី"),
        ("เด็กน้อย", "เด็ ก น้ อ ย"),
        ("မြေယာ", "မြေ ယာ"),
        ("ｶﾞス", "ガ ス"),
        ("ມາດຕາ໑໒", "ມາ ດ ຕາ 12"),
    ],
)
def test_scripts_that_part_no_words_are_cut_into_their_signs(text, signs):
    for way in (text, unicodedata.normalize("NFD", text)):
        assert [token.folded for token in tokens(way)] == signs.split()


def test_a_mark_of_a_sign_is_part_of_it():
    assert [token.folded for token in tokens("か が 나 너 ດິ ດີ")] == [
        "か",
        "が",
        "나",
        "너",
        "ດິ",
        "ດີ",
    ]


@pytest.mark.parametrize(
    "words", ["земля земли землю землёй", "закон закона законом", "статья статьи статьёй статью"]
)
def test_a_russian_word_is_the_same_in_every_case(words):
    assert len({token.folded for token in tokens(words)}) == 1
