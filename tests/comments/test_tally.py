"""Each thing that happens moves the tallies of the whole and of its article by exactly so much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.comments.models import Tally
from app.comments.tally import NAMES, READERS, TOTAL, shift
from app.extensions import db
from app.ledger.verbs import Verb

CONSULTATION, ARTICLE, OTHER = 7, 31, 32
BEFORE = 100


@dataclass(frozen=True)
class Told:
    """As much of an entry as the tally reads."""

    verb: Verb
    facts: dict[str, Any] = field(default_factory=dict)
    consultation_id: int | None = CONSULTATION


@pytest.fixture
def consultation(world) -> int:
    return world.consultation().id


def read(*entries: Told) -> None:
    [reader] = READERS
    assert all(one.verb in reader.verbs for one in entries)
    reader.handle(entries)
    db.session.flush()


def at(place: int, consultation: int) -> dict[str, int]:
    tally = db.session.get(Tally, (consultation, place))
    return {name: getattr(tally, name) for name in NAMES if getattr(tally, name)} if tally else {}


MOVES = {
    "came": (Verb.COMMENT_SUBMITTED, {"status": "waiting"}, {"received": 1, "waiting": 1}),
    "came late": (Verb.COMMENT_SUBMITTED, {"status": "late"}, {"received": 1, "late": 1}),
    "published": (Verb.COMMENT_PUBLISHED, {}, {"waiting": -1, "published": 1}),
    "withheld": (Verb.COMMENT_WITHHELD, {}, {"waiting": -1, "withheld": 1}),
    "taken back": (
        Verb.COMMENT_WITHDRAWN,
        {"from_status": "published"},
        {"published": -1, "withdrawn": 1},
    ),
    "taken back early": (
        Verb.COMMENT_WITHDRAWN,
        {"from_status": "waiting"},
        {"waiting": -1, "withdrawn": 1},
    ),
    "undone": (Verb.COMMENT_RETURNED, {"from_status": "withheld"}, {"withheld": -1, "waiting": 1}),
    "given back": (Verb.COMMENT_REINSTATED, {}, {"withheld": -1, "published": 1}),
}


@pytest.mark.parametrize(("verb", "facts", "moved"), MOVES.values(), ids=MOVES)
def test_each_step_moves_the_whole_and_its_article(consultation, verb, facts, moved):
    read(Told(verb, {"lineage_id": ARTICLE, **facts}, consultation))
    assert at(TOTAL, consultation) == at(ARTICLE, consultation) == moved
    assert at(OTHER, consultation) == {}


def test_a_comment_on_the_whole_draft_counts_once(consultation):
    came = Told(Verb.COMMENT_SUBMITTED, {"lineage_id": None, "status": "waiting"}, consultation)
    read(came)
    read(came, came)
    assert at(TOTAL, consultation) == {"received": 3, "waiting": 3}


def test_an_answer_counts_at_each_place_it_names_and_goes_on_counting(consultation):
    places = {str(TOTAL): 3, str(ARTICLE): 2, str(OTHER): 1}
    submitted = {"lineage_id": ARTICLE, "status": "waiting"}
    read(
        Told(Verb.ANSWER_PUBLISHED, {"places": places}, consultation),
        Told(Verb.ANSWER_PUBLISHED, {}, consultation),
        Told(Verb.ANSWER_PUBLISHED, {"places": {str(ARTICLE): 4}}, consultation),
        Told(Verb.COMMENT_SUBMITTED, submitted, consultation),
    )
    assert at(TOTAL, consultation) == {"answered": 3, "received": 1, "waiting": 1}
    assert at(ARTICLE, consultation) == {"answered": 6, "received": 1, "waiting": 1}
    assert at(OTHER, consultation) == {"answered": 1}


def test_consultations_do_not_mix(world, consultation):
    other = world.consultation().id
    for number, times in ((consultation, 1), (other, 2)):
        facts = {"lineage_id": ARTICLE, "status": "waiting"}
        read(*[Told(Verb.COMMENT_SUBMITTED, facts, number)] * times)
    assert [at(TOTAL, number)["received"] for number in (consultation, other)] == [1, 2]


def test_every_name_begins_at_nothing_and_moves_alone(consultation):
    for name in NAMES:
        shift({(consultation, TOTAL): {name: BEFORE}})
        shift({(consultation, TOTAL): {name: -1}})
    assert at(TOTAL, consultation) == dict.fromkeys(NAMES, BEFORE - 1)
    assert set(NAMES) == {column.name for column in Tally.__table__.columns} - {
        "consultation_id",
        "article_lineage_id",
    }


def test_a_verb_that_moves_nothing_is_said_aloud(consultation):
    [reader] = READERS
    with pytest.raises(AssertionError, match=r"comment\.masked"):
        reader.handle([Told(Verb.COMMENT_MASKED, {"lineage_id": ARTICLE}, consultation)])


def test_the_reader_follows_every_verb_that_moves_a_comment():
    moving = {verb for verb, _facts, _moved in MOVES.values()} | {Verb.ANSWER_PUBLISHED}
    [reader] = READERS
    assert reader.verbs == moving
    assert reader.name == "tally"
