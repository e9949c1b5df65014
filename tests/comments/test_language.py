"""The language of a comment is told from its words, whatever page it was written on."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.comments.language import told

SET = tomllib.loads((Path(__file__).parent / "data" / "languages.toml").read_text("utf-8"))
CHINESE = {"zh_hans": "zh-Hans", "zh_hant": "zh-Hant"}
FLOOR = 0.98
INTERFACE = ("vi", "en", "fr", "de", "cs", "ru", "ko", "ja", "zh-Hans", "zh-Hant", "lo", "km")


def labelled() -> list[tuple[str, str]]:
    """Every comment of the set with the language that most of it is in."""
    plain = [
        (CHINESE.get(part, part.split("_")[0]), text)
        for part, texts in SET.items()
        if isinstance(texts, list)
        for text in texts
    ]
    return plain + [(code, text) for code, texts in SET["quoting"].items() for text in texts]


def test_the_set_is_large_enough_to_say_something():
    many = Counter(code for code, _text in labelled())
    assert sum(many.values()) >= 240
    assert {code for code in INTERFACE if many[code] < 15} == set()


def test_nearly_every_comment_of_the_set_is_told_right():
    wrong = [(code, told(text, "vi"), text) for code, text in labelled()]
    wrong = [one for one in wrong if one[0] != one[1]]
    confusion = Counter((code, found) for code, found, _text in wrong)
    right = 1 - len(wrong) / len(labelled())
    assert right >= FLOOR, f"{right:.3f}, confused: {confusion}, namely {wrong}"


@pytest.mark.parametrize("page", INTERFACE)
def test_the_page_sways_hardly_any_of_them(page):
    wrong = [text for code, text in labelled() if told(text, page) != code]
    # a character that both Chinese scripts have says nothing, and é alone is of many languages
    assert len(wrong) <= 0.05 * len(labelled()), wrong


@pytest.mark.parametrize(
    ("page", "text"), [(page, text) for page, texts in SET["untold"].items() for text in texts]
)
def test_what_is_too_short_is_in_the_language_of_its_page(page, text):
    assert told(text, page) == page


def test_the_longer_part_of_a_mixed_comment_counts():
    korean, thanks = "이 조항은 그대로 유지해 주세요. 수수료가 너무 비쌉니다.", "Xin cảm ơn!"
    assert told(f"{korean} {thanks}", "vi") == "ko"
    assert told(f"감사합니다. {' '.join(SET['vi'][:4])}", "ko") == "vi"


def test_marks_may_come_apart():
    assert told("Đo\u031bn vi\u0323 na\u0300o ki\u00ea\u0309m tra?", "en") == "vi"


@given(st.text(), st.sampled_from(INTERFACE))
def test_any_text_has_a_language_and_always_the_same(text, page):
    code = told(text, page)
    assert code.split("-")[0].isalpha()
    assert len(code) <= 12
    assert told(text, page) == code


@pytest.mark.parametrize("sign", ["@", "“", "«", "a.", "www.", "a-", "\u200b", "字", "\ud800", "ẹ"])
def test_a_long_run_of_one_sign_is_told_at_once(sign):
    assert told(sign * 20_000, "vi")


@given(st.sampled_from([text for _code, text in labelled()]), st.sampled_from("🙂👍,.! \n123"))
def test_signs_around_it_change_nothing(text, sign):
    assert told(f"{sign} {text} {sign}", "vi") == told(text, "vi")
