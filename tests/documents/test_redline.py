"""What changed between two wordings, as runs that a person can read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.redline import LONGEST, Op, Run, redline

SYLLABLES = st.lists(
    st.sampled_from(["hỗ", "trợ", "nước", "sạch", "ở", ",", ".", ";", "3.000", "đồng\n", "Điều"]),
    max_size=40,
)


def shown(old: str, new: str) -> str:
    marks = {Op.SAME: "{}", Op.DEL: "[-{}-]", Op.INS: "[+{}+]"}
    return "".join(marks[run.op].format(run.text) for run in redline(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Giữ nguyên.", "Giữ nguyên.", "Giữ nguyên."),
        ("", "Mới.", "[+Mới.+]"),
        ("Cũ.", "", "[-Cũ.-]"),
        ("", "", ""),
        (
            "Mỗi hộ được hỗ trợ 3.000.000 đồng.",
            "Mỗi hộ được hỗ trợ 5.000.000 đồng.",
            "Mỗi hộ được hỗ trợ [-3.000.000-][+5.000.000+] đồng.",
        ),
        (
            "trong thời hạn 05 ngày làm việc",
            "trong thời hạn 10 ngày làm việc",
            "trong thời hạn [-05-][+10+] ngày làm việc",
        ),
        (
            "do Ủy ban nhân dân cấp xã quyết định",
            "do Chủ tịch Ủy ban nhân dân cấp xã quyết định",
            "do [+Chủ tịch +]Ủy ban nhân dân cấp xã quyết định",
        ),
        # "hoán" and "hoàn" are two syllables, not one with another sign
        ("hoán đổi", "hoàn đổi", "[-hoán-][+hoàn+] đổi"),
    ],
)
def test_a_drafter_reads_what_changed(old, new, expected):
    assert shown(old, new) == expected


def test_two_wordings_without_kinship_are_not_shredded():
    old = "Người vi phạm bị phạt tiền theo quy định của pháp luật"
    new = "Chủ rừng được chi trả dịch vụ môi trường của Quỹ"
    assert [run.op for run in redline(old, new)] == [Op.DEL, Op.INS]


def test_a_wording_beyond_measure_is_replaced_as_a_whole():
    old = "a " * LONGEST
    assert redline(old, old) == [Run(Op.SAME, old)]
    assert [run.op for run in redline(old, old + "b")] == [Op.DEL, Op.INS]


@settings(deadline=None, max_examples=200)
@given(SYLLABLES.map(" ".join), SYLLABLES.map(" ".join))
def test_nothing_is_lost_on_either_side(old, new):
    runs = redline(old, new)
    assert "".join(run.text for run in runs if run.op is not Op.INS) == old
    assert "".join(run.text for run in runs if run.op is not Op.DEL) == new
    assert all(run.text for run in runs)
    assert all(one.op is not two.op for one, two in pairwise(runs))
    if old == new:
        assert all(run.op is Op.SAME for run in runs)
