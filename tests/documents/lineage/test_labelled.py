"""The aligner gives the fate that a person gives; the document tells how often, and each error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.documents.lineage.pairs import Fate
from tests.documents.lineage.amending import amended
from tests.documents.lineage.figures import by_fate, by_part, errors, kept_rest
from tests.documents.lineage.labelled import (
    BY_HAND,
    Outcome,
    cases,
    changed,
    law,
    outcomes,
    untouched,
)

FLOOR = 0.95
DOCUMENT = Path(__file__).parents[3] / "docs" / "alignment.md"


def share(some: list[Outcome]) -> float:
    return sum(one.met for one in some) / len(some)


def real() -> list[Outcome]:
    return [one for one in changed() if one.label.part not in BY_HAND.values()]


def test_there_are_enough_labels_of_every_kind() -> None:
    assert len(real()) >= 300
    assert len(changed()) >= 400
    by_hand = [one.label.fate for one in changed() if one.label.part in BY_HAND.values()]
    assert sum(fate in (Fate.MOVED, Fate.SPLIT, Fate.MERGED) for fate in by_hand) >= 90
    assert {one.label.fate for one in changed()} == set(Fate)


def test_labels_speak_of_units_that_are_there_and_of_all_of_them() -> None:
    for case in cases():
        old, new = {unit.anchor for unit in case.old}, {unit.anchor for unit in case.new}
        labels = case.labels + case.rest
        assert {label.old for label in labels} - {""} == old
        assert {label.new for label in labels} - {""} == new
        assert len(set(labels)) == len(labels)


def test_nearly_all_changed_provisions_get_the_fate_a_person_gives() -> None:
    assert share(changed()) >= FLOOR
    assert share(real()) >= FLOOR


def test_what_nobody_touched_is_kept_and_next_to_never_doubted() -> None:
    assert all(one.met for one in untouched())
    assert sum(one.doubtful for one in untouched()) <= len(untouched()) / 1000


@pytest.mark.parametrize("fate", Fate)
def test_no_fate_is_given_up_for_the_others(fate: Fate) -> None:
    assert share([one for one in changed() if one.label.fate is fate]) >= 0.85


def test_the_published_figures_are_those_of_this_aligner() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    missing = [line for line in (*by_part(), *by_fate(), kept_rest()) if line not in said]
    assert not missing, "\n".join(["docs/alignment.md does not say:", *missing])


def test_each_error_is_published_and_no_other() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    published = re.findall(r"^- (\S+ → \S+ [a-z]+):", said, re.MULTILINE)
    assert sorted(published) == sorted(str(one.label) for one in outcomes() if not one.met)
    assert len(errors()) == len(published)


def test_the_amendments_were_carried_out() -> None:
    """Read in both laws: a phrase put in, one replaced, one dropped, a unit rewritten and added."""
    result = amended(law("luat-80-2015-qh13"), law("luat-63-2020-qh14"))
    texts = {}
    waiting = list(result.articles)
    while waiting:
        node = waiting.pop()
        texts[node.anchor] = node.text
        waiting += node.children
    assert "Thường trực Ủy ban pháp luật" in texts["dieu-48.khoan-3"]
    assert texts["dieu-37.khoan-1.diem-dd"].startswith("Dự kiến đề cương chi tiết")
    assert "Văn phòng Đoàn đại biểu Quốc hội," not in texts["dieu-33.khoan-3"]
    assert "Báo cáo thẩm định; báo cáo giải trình" in texts["dieu-140.khoan-2.diem-b"]
    assert texts["dieu-59.khoan-3a"].startswith("Báo cáo về rà soát các văn bản")
    assert texts["dieu-14.khoan-4"].startswith("Quy định thủ tục hành chính trong thông tư")
    assert [a.number for a in result.articles][67:70] == ["68", "68a", "69"]
    assert (len(result.reworded), len(result.added), len(result.replaced)) == (78, 18, 25)
