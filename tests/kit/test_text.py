"""Any string becomes safe text; Vietnamese comes through unharmed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.text import clean, clean_line, fold, slugify

NASTY = "aàằđກខ\u0300\u0301\u0323\u0489\u1dc4\u200b\u200c\u200d\u202e\u2066\ufeff\u0000\r\n\t\x85 \u00a0\u212b\u0915\u094d👩\ud800\udc00\ufe0f"
any_text = st.text() | st.text(alphabet=NASTY)
LAW = "Điều 12. Quyền và nghĩa vụ của người sử dụng đất nông nghiệp khi Nhà nước thu hồi đất.\n"


@given(any_text)
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(any_text)
def test_cleaned_text_can_be_stored_and_shown(text):
    cleaned = clean(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}
    assert "\n" not in clean_line(text)
    assert "\t" not in clean_line(text)


@given(any_text)
def test_folding_is_idempotent_and_bare(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert not [c for c in folded if unicodedata.category(c) in {"Mn", "Me"}]


@given(any_text, st.integers(1, 90))
def test_a_slug_is_short_ascii_kebab_case(text, length):
    slug = slugify(text, length)
    assert len(slug) <= length
    assert slug.strip("-").replace("--", "-") == slug
    assert all(c.isascii() and (c.isdigit() or c.islower() or c == "-") for c in slug)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("lời  \t\nkhuyên \n", "lời\nkhuyên\n"),
        ("cột\tgiữ", "cột\tgiữ"),
        ("\x00nu\x07l\x9b", "nul"),
        ("đất\u00a0đai", "đất đai"),
        ("thu\u200bế \ufeffđ\u2060ấ\u00adt", "thuế đất"),
        ("abc\u202efdp.exe\u2069\u200f\u061c", "abcfdp.exe"),
        (unicodedata.normalize("NFD", "Tiếng Việt"), "Tiếng Việt"),
        ("toa\u0302\u200b\u0300", "toầ"),
        ("x" + "\u0301\u0489" * 50, "x" + "\u0301\u0489" * 2),
        ("đ\u200dịnh", "định"),
        ("👩\u200d💻 ❤\ufe0f\u200d🔥", "👩\u200d💻 ❤\ufe0f\u200d🔥"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("ព្រៃ\u200bឈើ\u200b\u200bនេះ", "ព្រៃ\u200bឈើ\u200bនេះ"),
        ("ຄຳ\u200bເຫັນ", "ຄຳ\u200bເຫັນ"),
        ("\u200bខ្ញុំ\u200b\nយល់\u200b a\u200bb ไทย\u200b", "ខ្ញុំ\nយល់ ab ไทย"),
        ("a\ud83db", "ab"),
        ("", ""),
    ],
)
def test_what_cleaning_keeps(typed, kept):
    assert clean(typed) == kept


def test_the_mark_between_words_is_not_looked_for():
    assert fold("ព្រៃ\u200bឈើ") == fold("ព្រៃឈើ")


def test_one_line_has_single_spaces_and_no_ends():
    assert clean_line("  Góp ý\u3000 về \r\n\t Điều 5 ") == "Góp ý về Điều 5"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đất ĐAI", "dat dai"),
        ("Ưu đãi thuế, Ổn định", "uu dai thue, on dinh"),
        (unicodedata.normalize("NFD", "Nghị định 15/2020/NĐ-CP"), "nghi dinh 15/2020/nd-cp"),
        ("Ðiều", "dieu"),  # Icelandic eth, from old fonts
        ("ＡＢＣ ﬁ", "abc fi"),
        ("İ ı", "i ı"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("title", "length", "slug"),
    [
        ("Dự thảo Luật Đất đai (sửa đổi)", 80, "du-thao-luat-dat-dai-sua-doi"),
        ("Dự thảo Luật Đất đai", 15, "du-thao-luat"),
        ("Dự thảo Luật Đất đai", 12, "du-thao-luat"),
        ("Nghịđịnhdàilêthê", 5, "nghid"),
        ("日本語 — …", 80, ""),
    ],
)
def test_slugs(title, length, slug):
    assert slugify(title, length) == slug


@pytest.mark.parametrize("make", [clean, clean_line, fold])
@pytest.mark.parametrize(
    "text",
    [LAW * 12_000, " " * 1_000_000 + "x", "e\u0301" * 500_000, "a\u200d" * 500_000],
    ids=["law", "spaces", "decomposed", "joiners"],
)
def test_a_megabyte_comes_through(make, text):
    """Anything that took the square of the length would not come back for minutes."""
    assert isinstance(make(text), str)
