"""How well the screens notice, on texts that say what is to be noticed in them.

`python -m tests.moderation.labelled held_out` prints the figures that docs/flags.md gives.
"""

from __future__ import annotations

import pytest

from tests.moderation.labelled import PERSONAL, WHOLE, figures, labelled

BOTH = ("held_out", "tuned")


def test_the_set_is_large_and_half_of_it_was_not_tuned_on():
    sizes = [len(labelled(name)) for name in BOTH]
    assert sum(sizes) >= 300
    assert min(sizes) * 2 >= sum(sizes) * 0.8
    assert not {one.text for one in labelled("held_out")} & {one.text for one in labelled("tuned")}


@pytest.mark.parametrize("name", BOTH)
def test_personal_data_is_noticed_and_little_else(name):
    told = figures(name)
    assert told.recall(*PERSONAL) >= 0.95, "\n".join(told.faults)
    assert told.precision(*PERSONAL) >= 0.9, "\n".join(told.faults)


def test_no_kind_of_personal_data_is_overlooked():
    told = figures(*BOTH)
    assert {what: told.recall(what) >= 0.9 for what in PERSONAL} == dict.fromkeys(PERSONAL, True)
    assert all(told.precision(what) >= 0.85 for what in PERSONAL)


@pytest.mark.parametrize("what", ["link", "abuse", *WHOLE])
def test_everything_else_is_noticed_too(what):
    told = figures(*BOTH)
    assert told.recall(what) >= 0.95, "\n".join(told.faults)
    assert told.precision(what) >= 0.85, "\n".join(told.faults)
