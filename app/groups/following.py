"""The groups follow the ledger: a comment that came finds its like, one that was taken back goes."""

from __future__ import annotations

from collections.abc import Sequence

from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb

NAME = "groups"


def _follow(entries: Sequence[Entry]) -> None:
    pass


READERS = (
    Reader(
        NAME,
        frozenset({Verb.COMMENT_SUBMITTED, Verb.COMMENT_WITHDRAWN}),
        _follow,
        batch=100,
    ),
)
