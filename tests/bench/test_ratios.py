"""The arithmetic under the table of `make bench`."""

from __future__ import annotations

import pytest

from bench.ratios import Figure, interleave, ratio, table, verdict


def test_a_ratio_is_taken_within_each_round_so_that_a_busy_one_does_not_count() -> None:
    hello = [1.0, 10.0, 1.0]
    assert ratio([2.0, 20.0, 2.0], hello) == 2
    assert ratio([2.0, 20.0, 500.0], hello) == 2


def test_a_missing_round_is_no_ratio() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0], [1.0, 2.0])


def test_subjects_take_turns() -> None:
    order: list[str] = []
    subjects = {name: lambda name=name: order.append(name) or len(order) for name in "ab"}
    assert interleave(subjects, 2) == {"a": [1, 3], "b": [2, 4]}
    assert order == ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    ("value", "at_least", "holds", "word"),
    [
        (1.25, False, True, "ok"),
        (1.26, False, False, "OVER"),
        (1.25, True, True, "ok"),
        (1.24, True, False, "UNDER"),
    ],
)
def test_a_target_is_met_at_its_very_edge(
    value: float, at_least: bool, holds: bool, word: str
) -> None:
    figure = Figure("P1", "page", value, 1.25, at_least=at_least)
    assert figure.holds is holds
    assert word in figure.cells()


def test_a_figure_without_target_is_not_judged() -> None:
    known = Figure("", "hello", 1.0)
    assert known.holds is None
    assert verdict([known, Figure("P1", "page", 1, 2), Figure("P2", "cold", 3, 2)]) == (
        "1 of 2 targets hold."
    )


def test_columns_stand_under_each_other() -> None:
    lines = table([Figure("P1", "page", 1, 2), Figure("P10", "a longer one", 123, 2, "KB")])
    edges = {line.index("≤") for line in lines.splitlines()[1:]}
    assert len(edges) == 1
    assert "123 KB" in lines
    assert "1.00 ×" in lines
