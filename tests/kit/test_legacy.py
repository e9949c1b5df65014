"""Vietnamese from before Unicode comes back letter by letter, and other text is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit import legacy
from app.kit.legacy import Legacy, decoded, from_font, from_tcvn3, from_vni, of_font, repaired
from app.kit.spelling import is_syllable, share_of_syllables
from tests.kit.legacy_letters import TCVN3, VNI, to_tcvn3, to_vni

LAW = (
    "Điều 12. Quyền và nghĩa vụ của người sử dụng đất nông nghiệp khi Nhà nước thu hồi đất.\n"
    "Người lao động được hưởng lương ngừng việc; kỹ thuật, thủy lợi, hằng năm, giữa kỳ.\n"
)
LETTERS = sorted(letter for letter in VNI)
words = st.lists(st.sampled_from(LAW.split()), min_size=1).map(" ".join)


def to_windows_1258(text: str) -> bytes:
    """Letters with their accent, tones behind them, as Windows-1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    apart = unicodedata.normalize("NFD", text)
    pieces = []
    for letter in apart:
        if letter in tones or not unicodedata.combining(letter):
            pieces.append(letter)
        else:
            at = len(pieces) - 1
            while pieces[at] in tones:  # a dot below comes before the accent in decomposed text
                at -= 1
            pieces[at] = unicodedata.normalize("NFC", pieces[at] + letter)
    return "".join(pieces).encode("cp1258")


def test_all_letters_are_there():
    assert len(LETTERS) == 134
    assert {letter.lower() for letter in LETTERS} == set(LETTERS) & {c.lower() for c in LETTERS}


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_in_every_encoding(letter):
    assert from_vni(VNI[letter]) == letter
    small = letter.lower()
    assert from_tcvn3(TCVN3[small]) == small
    assert from_tcvn3(TCVN3[small], capitals=True) == small.upper()
    assert unicodedata.normalize("NFC", to_windows_1258(letter).decode("cp1258")) == letter


@pytest.mark.parametrize("letter", "ĂÂÊÔƠƯĐ")
def test_the_seven_capitals_tcvn3_has_of_its_own(letter):
    assert from_tcvn3(TCVN3[letter]) == letter


@settings(deadline=None, max_examples=50)
@given(words)
def test_text_goes_there_and_back(text):
    assert from_vni(to_vni(text)) == text
    assert from_tcvn3(to_tcvn3(text.lower())) == text.lower()


def test_a_capital_may_bear_a_small_sign():
    assert from_vni("Ñieàu, ÑIEÀU, Aâm, AÂM") == "Điều, ĐIỀU, Âm, ÂM"


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", Legacy.TCVN3),
        (" '.VnArial NarrowH'", Legacy.TCVN3),
        ("VNI-Times", Legacy.VNI),
        ("vni-helve-condense", Legacy.VNI),
        ("Times New Roman", None),
        ("VNtimes new roman", None),
        ("", None),
    ],
)
def test_fonts_give_encodings_away(font, encoding):
    assert of_font(font) == encoding


def test_the_font_decides_and_its_capitals_too():
    assert from_font(to_tcvn3("chương i"), ".VnTimeH") == "CHƯƠNG I"
    assert from_font(to_tcvn3("Điều 1"), ".VnTime") == "Điều 1"
    assert from_font(to_vni("CHƯƠNG I"), "VNI-Times") == "CHƯƠNG I"
    assert from_font("µ-ray", "Arial") == "µ-ray"


def test_a_font_left_over_on_unicode_text_changes_nothing():
    assert from_font(LAW, ".VnTime") == LAW


@pytest.mark.parametrize(
    ("stored", "encoding"),
    [
        (to_tcvn3(LAW).encode("cp1252"), Legacy.TCVN3),
        (to_vni(LAW).encode("cp1252"), Legacy.VNI),
        (to_windows_1258(LAW), Legacy.WINDOWS_1258),
    ],
)
def test_bytes_are_told_apart_by_spelling(stored, encoding):
    assert decoded(stored) == (LAW, encoding)


@pytest.mark.parametrize("stored", [to_tcvn3(LAW), to_vni(LAW)])
def test_text_that_was_only_copied_into_unicode_is_told_too(stored):
    assert repaired(stored)[0] == LAW


@pytest.mark.parametrize(
    "text",
    [
        LAW,
        "",
        "plain ASCII",
        "La société générale a été créée à Paris; où êtes-vous? Très bientôt, près du théâtre.",
        "Größe, Maß, Übermut und Änderung; schöne Grüße über alle Straßen",
        "µm, ©, ®, 25 °C ± 1, ½ § 5",
    ],
)
def test_other_text_is_left_alone(text):
    assert repaired(text) == (text, None)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_decode(data):
    text, _ = decoded(data)
    text.encode()


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text_is_read(text):
    for encoding in Legacy:
        assert isinstance(encoding.read(text), str)
    assert repaired(repaired(text)[0])[0] == repaired(text)[0]


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng",
        "khuỷu",
        "ngoằn",
        "quốc",
        "Giữ",
        "XOÈN",
        "đường",
        "oóc",
        "quyết",
        "yểu",
        "gìn",
        "huỳnh",
    ],
)
def test_syllables_of_vietnamese(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["cap", "màt", "®Êt", "ñaát", "société", "strasse", "ngx", "ầầ"])
def test_what_cannot_be_spoken_is_none(word):
    assert not is_syllable(word)


def test_the_share_counts_only_words_that_bear_marks():
    assert share_of_syllables("Đất đai strasse Größe") == (2 / 3, 3)
    assert share_of_syllables("plain") == (1.0, 0)


def test_only_the_first_pages_are_weighed(monkeypatch):
    monkeypatch.setattr(legacy, "SAMPLE", len(LAW))
    assert repaired(to_vni(LAW * 3)) == (LAW * 3, Legacy.VNI)
