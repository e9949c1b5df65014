"""Planted campaigns are found whole, and nobody else is put among them."""

from __future__ import annotations

from functools import cache

import pytest

from app.groups import child
from app.groups.answer import Answer
from app.groups.prints import Quotable, take
from bench.campaigns import DRAFT, SHORT, Mix, comments
from bench.judged import Judged, judge

SMALL = Mix(2000, 12, (4, 40), 0.3)


@cache
def grouped(reworded: float) -> tuple[dict[int, int], Answer]:
    said = list(comments(Mix(SMALL.comments, SMALL.campaigns, SMALL.sizes, reworded)))
    answer = child.group(
        ((n, one.text, "") for n, one in enumerate(said)), Quotable([DRAFT.read_text("utf-8")])
    )
    return {n: one.campaign for n, one in enumerate(said)}, answer


@pytest.mark.parametrize("reworded", [0.3, 1.0], ids=["some reworded", "all reworded"])
def test_campaigns_are_found_and_nobody_is_called_a_copy(reworded: float) -> None:
    truth, answer = grouped(reworded)
    judged = judge(truth, [list(members) for members in answer.near])
    assert judged.precision >= 0.98
    assert judged.recall >= 0.95
    assert judged.least_precision >= 0.98
    assert judged.honest <= len(truth) // 100
    assert judged.short == 0


def test_short_comments_stand_together_as_formulae_only() -> None:
    truth, answer = grouped(0.3)
    formulaic = [
        members for members, formula in zip(answer.exact, answer.formulaic, strict=True) if formula
    ]
    short = {one for one, campaign in truth.items() if campaign == SHORT}
    together = {one for members in formulaic for one in members}
    assert len(short & together) >= 0.95 * len(short)
    telling = [
        members
        for members, formula in zip(answer.exact, answer.formulaic, strict=True)
        if not formula
    ]
    assert not short.intersection(one for members in telling for one in members)


def test_suggestions_are_pairs_of_different_groups() -> None:
    _, answer = grouped(0.3)
    home = {one: place for place, members in enumerate(answer.near) for one in members}
    pairs = list(zip(answer.likely, answer.likely_others, strict=True))
    assert pairs
    assert len(set(pairs)) == len(pairs)
    for one, other in pairs:
        assert one < other
        assert home.get(one, -one) != home.get(other, -other)


@pytest.mark.parametrize(
    "formula",
    [
        "Tôi đồng ý.",
        "NHẤT TRÍ với dự thảo",
        "đồng ý với nội dung của dự thảo, không có ý kiến gì thêm",
        "👍👍",
        "I agree.",
    ],
)
def test_what_anybody_says_is_a_formula(formula: str) -> None:
    assert take(formula).is_formula


def test_quoting_the_draft_proves_nothing() -> None:
    law = (
        "Hộ gia đình ở xã có đất vườn được tự ủ chất thải thực phẩm làm phân bón và không phải nộp."
    )
    quoting = f'Tôi đồng ý với câu "{law}"'
    assert not take(quoting).is_formula
    assert take(quoting, Quotable([law])).is_formula


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà bình là quý", "hòa  bình, LÀ QUÝ!"),
        ("Hòa bình", "Hòa bình"),
        ("1. Thủy lợi.", "1 thuỷ lợi"),
    ],
)
def test_case_stops_spaces_and_places_of_tones_make_no_difference(one: str, other: str) -> None:
    assert take(one).exact == take(other).exact


def test_other_tones_are_other_words() -> None:
    assert take("má tôi").exact != take("mạ tôi").exact


def test_a_formula_says_something_else_of_each_article() -> None:
    long = "Nhà máy xả nước thải đen xuống mương tưới của ba xóm suốt mùa cấy mà xã chẳng hề xử lý."
    assert take("Giữ nguyên", place="1").exact != take("Giữ nguyên", place="2").exact
    assert take(long, place="1").exact == take(long, place="2").exact


def test_the_judge_sees_what_is_wrong() -> None:
    truth = {1: 0, 2: 0, 3: 0, 4: -1, 5: SHORT, 6: 1, 7: 1}
    right = judge(truth, [[1, 2, 3], [6, 7]])
    assert (right.precision, right.recall, right.made_up, right.honest) == (1, 1, 0, 0)
    wrong = judge(truth, [[1, 2, 4], [5, 4]])
    assert wrong == Judged(
        precision=1 / 4,
        recall=1 / 4,
        least_precision=2 / 3,
        least_recall=0,
        groups=2,
        made_up=1,
        honest=3,
        short=1,
    )
