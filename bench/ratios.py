"""What was measured, its target, and whether it holds: pure arithmetic and one table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

HEAD = ("", "measure", "is", "target", "", "")


@dataclass(frozen=True)
class Figure:
    """One line of the table; `target` None is a figure to know, with nothing promised."""

    number: str
    measure: str
    value: float
    target: float | None = None
    unit: str = "×"
    at_least: bool = False
    remark: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the target is met, None when there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def cells(self) -> tuple[str, ...]:
        """The line of the table, one string per column."""
        target = ""
        if self.target is not None:
            target = f"{'≥' if self.at_least else '≤'} {self.target:g} {self.unit}"
        verdict = {True: "ok", False: "OVER", None: ""}[self.holds]
        if self.holds is False and self.at_least:
            verdict = "UNDER"
        return (
            self.number,
            self.measure,
            shown(self.value, self.unit),
            target,
            verdict,
            self.remark,
        )


def shown(value: float, unit: str) -> str:
    """The value with as many digits as can be trusted."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {unit}"


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios within each round; raises ValueError when rounds are missing.

    Both sides of a round were measured next to each other, so that a busy moment touches both.
    """
    return statistics.median([a / b for a, b in zip(over, under, strict=True)])


def interleave(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each subject measured once a round, A B C A B C …; the values by subject."""
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _round in range(rounds):
        for name, measure in subjects.items():
            found[name].append(measure())
    return found


def table(figures: Sequence[Figure]) -> str:
    """The figures under each other in aligned columns."""
    lines = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if n == 2 else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def verdict(figures: Sequence[Figure]) -> str:
    """One sentence: how many targets hold."""
    judged = [figure for figure in figures if figure.holds is not None]
    held = sum(1 for figure in judged if figure.holds)
    return f"{held} of {len(judged)} targets hold."
