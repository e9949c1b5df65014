"""What screens promise of any text: passages within it, apart, in bounded work."""

from __future__ import annotations

import unicodedata
from cProfile import Profile
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.comments.submit import MAX_BODY
from app.moderation.masks import MOST, Asked, Field, MaskError, Problem, lay
from app.moderation.models import FlagKind
from app.moderation.reasons import Reason
from app.moderation.screen import Words, screen
from app.moderation.screening.seen import Span, apart, see

PIECES = (
    *(
        "0912345678",
        "001085012345",
        "an@example.com",
        "STK 0123456789",
        "29A-123.45",
        "sinh ngày 1/2/1970",
    ),
    *(
        "số nhà 5, ngõ 7, phường Trúc Bạch",
        "https://a.vn/b",
        "t.me/x",
        "địt mẹ",
        "đ.m",
        "l ồ n",
        "đ*m",
    ),
    *(
        " ",
        "\n",
        ", ",
        ".",
        "/",
        "-",
        "a còng",
        "chấm",
        "không",
        "chín",
        "ở",
        "tôi",
        "tổ 5",
        "xã",
        "Đông",
        "0",
        "84",
    ),
    *(
        "ê\u0323",
        "\u0301",
        "👩🏽\u200d🌾",
        "\u200b",
        "ﬃ",
        "½",
        "٣٤",
        "０９",
        "İ",
        "đồng",
        "@",
        "ß",
        "\u0e33",
        "(a)",
    ),
)
texts = st.one_of(
    st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
)


def found(text: str, **more: str) -> dict[FlagKind, list[dict[str, Any]]]:
    fields = {Field.BODY: text} | {Field(name): words for name, words in more.items()}
    return screen(Words(fields, placed=True))


def passages(text: str, kind: FlagKind) -> list[str]:
    return [text[span["start"] : span["end"]] for span in found(text).get(kind, ())]


def problem(fields: dict[Field, str], asked: list[Asked]) -> Problem | None:
    try:
        lay(fields, asked)
    except MaskError as refused:
        return refused.problem
    return None


@given(texts, texts, texts)
@example("", "", "0 A0:¼")  # a sign that folds to more than itself
def test_passages_lie_in_their_field_and_can_all_be_covered_at_once(body, wording, name):
    fields = {Field.BODY: body, Field.WORDING: wording, Field.NAME: name}
    flags = screen(Words(fields, placed=False))
    every = [span for spans in flags.values() for span in spans]
    for field, text in fields.items():
        mine = sorted((one["start"], one["end"]) for one in every if one["field"] == field.value)
        assert all(0 <= start < end <= len(text) for start, end in mine)
        assert all(before[1] <= after[0] for before, after in pairwise(mine))
    asked = [
        Asked(one["field"], one["start"], one["end"], Reason.PERSONAL_DATA.value) for one in every
    ]
    # all of them at once may leave nothing; but none is empty, outside or within a letter
    assert problem(fields, asked) in (None, Problem.NOTHING_LEFT)


@given(texts)
def test_decomposed_letters_hide_nothing(text):
    composed = unicodedata.normalize("NFC", text)
    kinds = {FlagKind.PERSONAL_DATA, FlagKind.ABUSE, FlagKind.LINK}
    apart_ = unicodedata.normalize("NFD", composed)
    assert kinds & found(composed).keys() == kinds & found(apart_).keys()


spans = st.builds(
    lambda start, size, what: Span(start, start + size, what),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from("ab"),
)


@given(st.lists(spans, max_size=12), st.lists(spans, max_size=4))
def test_apart_keeps_every_letter_once_for_who_came_first(given_spans, others):
    text = "x" * 50
    taken = apart(others, text)
    kept = apart(given_spans, text, taken)
    owner: dict[int, str] = {}
    for one in given_spans:
        for n in range(one.start, one.end):
            if not any(start <= n < end for start, end, _ in taken):
                owner.setdefault(n, one.what)
    told = [(n, what) for start, end, what in kept for n in range(start, end)]
    assert sorted(told) == sorted(owner.items())


HEAVY = [
    *(
        "1 ",
        "0 ",
        "84 ",
        "0912345678 ",
        "a.",
        "a-",
        "đ ",
        "đm ",
        "số 1 ",
        "tổ 5, ",
        "tôi a a a ở ",
        "(0",
        "@a",
        " at gmail chấm",
    ),
    *(
        "ngày sinh a a a a ",
        "stk 1 ",
        "không ",
        "29A 1",
        "http://",
        "đ* ",
        "*",
        ".",
        "\u0301a",
        "👩\u200d🌾",
        "www.",
        "Xã A ",
    ),
]


@pytest.mark.parametrize("piece", HEAVY)
def test_work_grows_no_faster_than_the_text(piece):
    """Counted in calls: no clock, no luck. Expressions are bounded one by one."""
    steps = []
    for size in (MAX_BODY // 4, MAX_BODY):
        text = (piece * size)[:size]
        steps.append(_calls(text))
        assert all(len(spans) <= MOST for spans in found(text).values())
    assert steps[1] <= 5 * steps[0] + 2000


def _calls(text: str) -> int:
    """How many functions the screens call, C's own among them, while they look at the text."""
    found("tôi ở tổ 5, gọi 0912345678")  # what is read once is not counted
    profile = Profile()
    profile.runcall(found, text)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(
    ("text", "what", "passage"),
    [
        ("Gọi 0912 345 678 nhé", "phone", "0912 345 678"),
        (
            "Gọi không chín một hai ba bốn năm sáu bảy tám.",
            "phone",
            "không chín một hai ba bốn năm sáu bảy tám",
        ),
        ("CMND: 012 345 678 (cũ)", "id_number", "012 345 678"),
        ("thư an.nguyen a còng gmail chấm com", "email", "an.nguyen a còng gmail chấm com"),
        ("xe 30-F1 123.45 đi qua", "plate", "30-F1 123.45"),
        ("ở số nhà 5, ngõ 7 phố Vọng, từ lâu", "address", "số nhà 5, ngõ 7 phố Vọng"),
        ("sinh ngày mùng 5 tháng 6 năm 1970", "birth_date", "mùng 5 tháng 6 năm 1970"),
        ("STK: 0011004233445, VCB", "bank_account", "0011004233445"),
    ],
)
def test_a_passage_ends_where_the_data_end(text, what, passage):
    (span,) = found(text)[FlagKind.PERSONAL_DATA]
    assert (span["what"], text[span["start"] : span["end"]]) == (what, passage)


def test_every_field_is_looked_at():
    flags = found("Tôi đồng ý với quy định này.", wording="gọi 0912345678", name="An 0987654321")
    assert [(one["field"], one["what"]) for one in flags[FlagKind.PERSONAL_DATA]] == [
        ("wording", "phone"),
        ("name", "phone"),
    ]


def test_an_e_mail_is_no_link_and_a_link_keeps_what_is_left_of_it():
    assert FlagKind.LINK not in found("viết cho an@example.com")
    text = "vào zalo.me/0912345678 ngay"
    assert passages(text, FlagKind.PERSONAL_DATA) == ["0912345678"]
    assert passages(text, FlagKind.LINK) == ["zalo.me/"]


def test_invisible_signs_hide_nothing():
    assert passages("09\u200b12 3\u00ad45 678", FlagKind.PERSONAL_DATA) == [
        "09\u200b12 3\u00ad45 678"
    ]
    assert passages("đị\u2060t mẹ", FlagKind.ABUSE) == ["đị\u2060t mẹ"]


def test_what_says_where_it_belongs_is_not_too_short():
    for texts_, placed, short in (
        ({Field.BODY: "Đồng ý"}, False, True),
        ({Field.BODY: "Đồng ý"}, True, False),
        ({Field.BODY: "Đồng ý", Field.WORDING: "Bỏ điểm a."}, False, False),
        ({Field.BODY: "Tôi đồng ý với điều này"}, False, False),
    ):
        assert (FlagKind.TOO_SHORT in screen(Words(texts_, placed))) is short


def test_folding_knows_where_each_letter_came_from():
    one = see("Ngõ\u0323 ﬃ ½")
    assert [one.text[one.at[n]] for n in range(len(one.folded))] == list(
        "Ngo ﬃﬃﬃ ½½½".replace("o", "õ")
    )
