"""The words that changed because of an answer, from the text commented on to a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.citation import citation
from app.documents.passage import Words
from app.documents.redline import Op, Run, redline
from app.responses.models import AnswerChange

LONGEST = 6_000  # letters of one side that are compared; of an annex the beginning says enough


@dataclass(frozen=True)
class Reworded:
    """One named provision: how it is cited, where it stands now, and its words as they changed.

    `anchor` is empty where the provision is no longer there; `runs` where nothing differs.
    """

    place: str
    anchor: str
    runs: list[Run]


def reworded(
    changes: Sequence[AnswerChange], old: Words | None, new: Words | None
) -> list[Reworded]:
    """What became of each named provision; without a later text, its name alone."""
    found = []
    for change in changes:
        if new is None:
            found.append(Reworded(citation(change.anchor), "", []))
            continue
        after = new.anchor_of(change.lineage_id)
        before = old.anchor_of(change.lineage_id) if old is not None else ""
        if not (after or before) and new.knows(change.anchor):
            # its lineage went with a text that was never posted; it is a new one at its place
            after = change.anchor
        was = old.under(before)[:LONGEST] if old is not None and before else ""
        runs = redline(was, new.under(after)[:LONGEST] if after else "")
        differs = any(run.op is not Op.SAME for run in runs)
        found.append(Reworded(citation(after or change.anchor), after, runs if differs else []))
    return found
