"""The one command tells the truth: counts, failures, and journeys that could not be made."""

from __future__ import annotations

import sys

import pytest

from tests import all as everything


def _step(code: str) -> everything.Step:
    step = everything.Step("a step", [sys.executable, "-c", code])
    step.run()
    return step


def test_counts_come_from_the_last_line_of_pytest(capsys: pytest.CaptureFixture[str]) -> None:
    good = _step("print('2 warnings are no result'); print('3 passed, 1 skipped in 0.12s')")
    bad = _step("print('1 failed, 2 passed, 1 error in 3.4s (0:00:03)'); raise SystemExit(1)")
    assert everything.summary([good]) == 0
    assert capsys.readouterr().out.strip().endswith("=")
    assert everything.summary([good, bad]) == 1
    told = capsys.readouterr().out
    assert "1 failed, 5 passed, 1 skipped, 1 error in" in told.splitlines()[-1]
    assert "Failed: a step" in told


def test_a_step_that_fails_without_a_count_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert everything.summary([_step("raise SystemExit(2)")]) == 1
    assert "1 failed in" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(("ci", "failed"), [("", False), ("true", True)])
def test_missing_journeys_are_said_aloud_and_fail_where_all_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, failed: bool
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.setenv("CI", ci)
    assert everything.summary([everything.journeys()]) == failed
    assert "SKIPPED. CHROMIUM names /nowhere/chromium" in capsys.readouterr().out
