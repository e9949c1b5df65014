"""What stands in the way of handing in or signing an answer; every room of the answer adds its own.

A check looks at the answer as it is in the database and gives the sentence that tells an officer
what to do first, or nothing. The page lists the sentences before anybody presses the button.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.responses import changes
from app.responses.models import Answer
from app.responses.selecting import speaks_to_somebody

Check = Callable[[Answer], LazyString | str | None]


class ObstacleError(Exception):
    """Raised when an answer is not ready for its next step; `sentences` say what to do first."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def _nobody_left(answer: Answer) -> LazyString | None:
    if speaks_to_somebody(answer.id):
        return None
    return _l("Every comment it speaks to was taken back, so there is nothing to answer.")


CHECKS: tuple[Check, ...] = (_nobody_left, changes.check)


def obstacles(answer: Answer) -> list[str]:
    """The sentences of all checks that the answer does not pass."""
    return [str(said) for said in (check(answer) for check in CHECKS) if said is not None]


def clear(answer: Answer) -> None:
    """Nothing stands in the way; raises ObstacleError."""
    found = obstacles(answer)
    if found:
        raise ObstacleError(found)
