"""The tallies: how many comments are where, moved by the ledger and never counted on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.comments.models import Tally
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb

TOTAL = 0
NAMES = ("received", "waiting", "published", "withheld", "withdrawn", "late", "answered")
Moves = dict[tuple[int, int], Counter[str]]


def _steps(entry: Entry) -> list[tuple[str, int]]:
    facts = entry.facts
    match Verb(entry.verb):
        case Verb.COMMENT_SUBMITTED:
            return [("received", 1), (facts["status"], 1)]
        case Verb.COMMENT_PUBLISHED:
            return [("waiting", -1), ("published", 1)]
        case Verb.COMMENT_WITHHELD:
            return [("waiting", -1), ("withheld", 1)]
        case Verb.COMMENT_WITHDRAWN:
            return [(facts["from_status"], -1), ("withdrawn", 1)]
        case Verb.COMMENT_RETURNED:
            return [(facts["from_status"], -1), ("waiting", 1)]
        case Verb.COMMENT_REINSTATED:
            return [("withheld", -1), ("published", 1)]
    raise AssertionError(f"the tally does not follow {entry.verb}")


def _move(entries: Sequence[Entry]) -> None:
    moves: Moves = {}
    for entry in entries:
        # the cursor moves in the same transaction, so no entry is ever counted twice
        if entry.verb == Verb.ANSWER_PUBLISHED:
            for lineage, many in entry.facts.get("places", {}).items():
                where = (entry.consultation_id or 0, int(lineage))
                moves.setdefault(where, Counter())["answered"] += many
            continue
        places = {TOTAL, entry.facts["lineage_id"] or TOTAL}
        for place in places:
            counter = moves.setdefault((entry.consultation_id or 0, place), Counter())
            for name, by in _steps(entry):
                counter[name] += by
    shift(moves)


def shift(moves: Moves) -> None:
    """The tallies have moved by so much: (consultation, lineage or TOTAL) to each of NAMES."""
    for (consultation_id, place), counter in moves.items():
        tally = db.session.get(Tally, (consultation_id, place))
        if tally is None:
            tally = Tally(consultation_id=consultation_id, article_lineage_id=place)
            for name in NAMES:
                setattr(tally, name, 0)
            db.session.add(tally)
        for name, by in counter.items():
            setattr(tally, name, getattr(tally, name) + by)


READERS = (
    Reader(
        "tally",
        frozenset(
            {
                Verb.COMMENT_SUBMITTED,
                Verb.COMMENT_PUBLISHED,
                Verb.COMMENT_WITHHELD,
                Verb.COMMENT_WITHDRAWN,
                Verb.COMMENT_RETURNED,
                Verb.COMMENT_REINSTATED,
                Verb.ANSWER_PUBLISHED,
            }
        ),
        _move,
    ),
)
