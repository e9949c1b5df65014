"""How many of the labels the aligner meets, as docs/alignment.md has it.

.venv/bin/python -m tests.documents.lineage.figures
"""

from __future__ import annotations

from collections.abc import Iterable

from app.documents.lineage.pairs import Fate
from tests.documents.lineage.labelled import (
    BY_HAND,
    Outcome,
    Part,
    changed,
    outcomes,
    untouched,
)


def main() -> None:
    print("\n".join((*by_part(), "", *by_fate(), "", kept_rest(), "", *errors())))


def by_part() -> list[str]:
    """A line for each source of labels, and for all."""
    lines = ["| labels from | labels | met | share |", "|---|---|---|---|"]
    for part in Part:
        lines.append(_row(part.value, [one for one in changed() if one.label.part is part]))
    real = [one for one in changed() if one.label.part not in BY_HAND.values()]
    made = [one for one in changed() if one.label.part in BY_HAND.values()]
    lines.append(_row("**real changes**", real))
    lines.append(_row("**made by hand**", made))
    return [*lines, _row("**together**", changed())]


def by_fate() -> list[str]:
    """A line for each fate."""
    lines = ["| a person says | labels | met | share |", "|---|---|---|---|"]
    return lines + [
        _row(fate.value, [one for one in changed() if one.label.fate is fate]) for fate in Fate
    ]


def kept_rest() -> str:
    """What became of the provisions that nobody touched."""
    rest = untouched()
    return f"Of {len(rest):,} provisions that nobody touched, {_met(rest):,} are kept."


def errors() -> list[str]:
    """Each label that is not met, with what the aligner says instead."""
    return [
        f"- {one.label}: {', '.join(one.instead)}{' (doubtful)' if one.doubtful else ''}"
        for one in outcomes()
        if not one.met
    ]


def _met(some: Iterable[Outcome]) -> int:
    return sum(one.met for one in some)


def _row(name: str, some: list[Outcome]) -> str:
    return f"| {name} | {len(some)} | {_met(some)} | {_met(some) / len(some):.1%} |"


if __name__ == "__main__":
    main()
