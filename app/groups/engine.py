"""All comments of a consultation grouped anew, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]


def regroup(consultation_id: int, progress: Progress = lambda done, of: None) -> None:
    """The groups that machines make are those of the texts as they stand; people's stay theirs.

    `progress` is told how much of how much is done. Commits in short transactions.
    """
    raise NotImplementedError


def recount(group_ids: set[int]) -> None:
    """The columns `messages` and `people` of these groups say what their members say."""
    raise NotImplementedError
