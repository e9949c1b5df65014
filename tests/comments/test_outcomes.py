"""Each way out of the queue leads from its own states only, to one state, and says so once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb

NOW = clock.now()
LATER = NOW + timedelta(hours=1)
FROM = {"from_status": "published"}


@dataclass(frozen=True)
class Way:
    """An act, the states it leads from, the one it leads to, and what the ledger says then."""

    act: Callable[[Comment, int, int], object]
    starts: str
    ends: str
    # verb → facts besides the number and the place of the comment
    told: dict[str, dict[str, str]]
    decides: bool = True
    seen: bool = True
    named: bool = True


WAYS = {
    "publish": Way(
        lambda c, seen, who: outcomes.publish(c, seen, who, LATER),
        "waiting",
        "published",
        {"comment.published": {}},
    ),
    "withhold": Way(
        lambda c, seen, who: outcomes.withhold(c, seen, "spam", who, LATER),
        "waiting",
        "withheld",
        {"comment.withheld": {"reason": "spam"}},
    ),
    "hold": Way(
        lambda c, seen, who: outcomes.hold(c, seen, "unlawful", who, LATER),
        "waiting",
        "waiting",
        {"withholding.proposed": {"reason": "unlawful"}},
        decides=False,
    ),
    "take down": Way(
        lambda c, _seen, who: outcomes.take_down(c, "unlawful", who, LATER),
        "published",
        "withheld",
        {"comment.returned": FROM, "comment.withheld": {"reason": "unlawful"}},
        seen=False,
    ),
    "give back": Way(
        lambda c, seen, who: outcomes.give_back(c, seen, who, LATER),
        "published withheld",
        "waiting",
        {"comment.returned": FROM},
        decides=False,
    ),
    "reinstate": Way(
        lambda c, seen, who: outcomes.reinstate(c, seen, who, LATER),
        "withheld",
        "published",
        {"comment.reinstated": {}},
    ),
    "withdraw": Way(
        lambda c, _seen, _who: outcomes.withdraw(c, LATER),
        "waiting published",
        "withdrawn",
        {"comment.withdrawn": FROM},
        seen=False,
        named=False,
    ),
}


class Scene:
    """A comment in each state, on one clause of one draft, and an officer."""

    def __init__(self, world) -> None:
        self.world, self.consultation = world, world.consultation()
        self.who = world.officer(self.consultation.dossier.agency, Role.MODERATOR).id

    def one(self, state: str = "waiting", anchor: str = "dieu-3.khoan-1") -> Comment:
        late = state == "late"
        at = self.consultation.closes_at + timedelta(hours=1) if late else NOW
        comment = self.world.comment(self.consultation, anchor=anchor, at=at)
        if state == "published":
            outcomes.publish(comment, 1, self.who, NOW)
        if state == "withheld":
            outcomes.withhold(comment, 1, "insult", self.who, NOW)
        if state == "withdrawn":
            outcomes.withdraw(comment, NOW)
        db.session.commit()
        assert comment.status == state
        return comment


@pytest.fixture
def scene(world) -> Scene:
    return Scene(world)


def told(comment: Comment, after: int = 0) -> list[tuple[str, Any, Any, Any, dict[str, Any]]]:
    """What the ledger says of the comment since that entry."""
    about = select(Entry).where(Entry.subject == f"comment:{comment.id}", Entry.id > after)
    rows = db.session.scalars(about.order_by(Entry.id))
    return [(row.verb, row.actor_id, row.consultation_id, row.at, row.facts) for row in rows]


def newest() -> int:
    return db.session.scalars(select(Entry.id).order_by(Entry.id.desc())).first() or 0


def looks(comment: Comment) -> tuple[str, int, object]:
    return comment.status, comment.row_version, comment.decided_at


def refused(comment: Comment, way: Way, seen: int, officer: int) -> None:
    before, entry = looks(comment), newest()
    with pytest.raises(outcomes.StaleError):
        way.act(comment, seen, officer)
    assert (looks(comment), told(comment, entry)) == (before, [])


@pytest.mark.parametrize("name", WAYS)
def test_it_leads_from_its_states_and_is_on_record(scene, name):
    way = WAYS[name]
    for state in way.starts.split():
        comment = scene.one(state)
        version, entry = comment.row_version, newest()
        way.act(comment, version, scene.who)
        assert looks(comment) == (way.ends, version + 1, LATER if way.decides else None)
        place = {"lineage_id": comment.article_lineage_id} if name != "hold" else {}
        always = {"comment_id": comment.id, **place}
        who = scene.who if way.named else None
        assert told(comment, entry) == [
            (verb, who, scene.consultation.id, LATER, {**always, **facts, **before})
            for verb, facts in way.told.items()
            for before in [{"from_status": state} if facts is FROM else {}]
        ]


@pytest.mark.parametrize("name", WAYS)
def test_from_no_other_state_and_no_other_version_it_leads_anywhere(scene, name):
    way = WAYS[name]
    for state in CommentStatus:
        comment = scene.one(state)
        if state not in way.starts.split():
            refused(comment, way, comment.row_version, scene.who)
        elif way.seen:
            refused(comment, way, comment.row_version - 1, scene.who)
            refused(comment, way, comment.row_version + 1, scene.who)


def test_another_comment_stays_as_it_is(scene):
    comment, other = scene.one(), scene.one()
    before = looks(other)
    outcomes.publish(comment, 1, scene.who, NOW)
    db.session.expire(other)
    assert looks(other) == before


def test_who_looked_before_another_decided_is_too_late(scene):
    comment = scene.one()
    moved = Comment.__table__.update().where(Comment.id == comment.id)
    # by another officer, whose hand this one's session has not seen
    db.session.connection().execute(moved.values(status="withheld"))
    with pytest.raises(outcomes.StaleError):
        outcomes.publish(comment, 1, scene.who, NOW)


def test_what_is_shown_instead_is_kept_apart_and_gone_once_it_waits_again(scene):
    comment = scene.one("published")
    outcomes.cover(comment, "thân", "lời", "tên")
    assert not db.session.dirty
    assert (comment.masked_body, comment.masked_wording, comment.masked_name) == (
        "thân",
        "lời",
        "tên",
    )
    outcomes.give_back(comment, comment.row_version, scene.who, LATER)
    assert (comment.masked_body, comment.masked_wording, comment.masked_name) == (None,) * 3


@pytest.mark.parametrize("state", ["waiting", "published"])
def test_an_author_takes_it_back_until_the_last_moment_and_not_from_the_end_on(scene, state):
    ends, moment = scene.consultation.closes_at, timedelta(microseconds=1)
    early, late = scene.one(state), scene.one(state)
    outcomes.withdraw(early, ends - moment)
    assert early.status == "withdrawn"
    with pytest.raises(outcomes.PeriodOverError):
        outcomes.withdraw(late, ends)
    assert late.status == state


MANY = {
    Verb.COMMENT_PUBLISHED: ("publish", {}),
    Verb.COMMENT_WITHHELD: ("withhold", {"reason": "spam"}),
    Verb.WITHHOLDING_PROPOSED: ("hold", {"reason": "unlawful"}),
}


@pytest.mark.parametrize("verb", MANY)
def test_many_at_once_are_as_one_by_one(scene, verb):
    name, facts = MANY[verb]
    way = WAYS[name]
    alone, on_clause, on_whole = scene.one(), scene.one(), scene.one(anchor="")
    assert on_clause.article_lineage_id != on_whole.article_lineage_id
    entry = newest()
    way.act(alone, 1, scene.who)
    reasons = dict.fromkeys([on_whole.id, on_clause.id], facts.get("reason", ""))
    seen = {on_whole.id: 1, on_clause.id: 1}
    moved = outcomes.many(verb, seen, reasons if facts else {}, scene.who, LATER)
    assert moved == sorted(seen)
    db.session.expire_all()
    [expected] = told(alone, entry)
    for comment in (on_clause, on_whole):
        assert looks(comment) == looks(alone)
        [entered] = told(comment, entry)
        assert entered[:4] == expected[:4]
        place = {"lineage_id": comment.article_lineage_id} if name != "hold" else {}
        assert entered[4] == {"comment_id": comment.id, **place, **facts}
        assert entered[4].keys() == expected[4].keys()


def test_of_many_those_no_longer_as_seen_are_left_alone(scene):
    comments = {state: scene.one(state) for state in CommentStatus}
    stale = scene.one()
    seen = {one.id: one.row_version for one in comments.values()} | {stale.id: 2}
    waiting = comments[CommentStatus.WAITING].id
    before = {number: looks(db.session.get(Comment, number)) for number in seen}
    entry = newest()
    assert outcomes.many(Verb.COMMENT_PUBLISHED, seen, {}, scene.who, LATER) == [waiting]
    db.session.expire_all()
    after = {number: looks(db.session.get(Comment, number)) for number in seen}
    assert after == {**before, waiting: ("published", 2, LATER)}
    assert newest() == entry + 1
    assert outcomes.many(Verb.COMMENT_PUBLISHED, {stale.id: 2}, {}, scene.who, LATER) == []
