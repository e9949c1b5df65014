"""Many at once: each in the version seen, who is left out is told, many withheld need two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Officer, Role
from app.comments.models import Comment, Tally
from app.comments.publish import withdraw
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import bulk, decide, lease
from app.moderation.bulk import ALONE, Deed, IncompleteError, Order, Skip, TooManyError
from app.moderation.models import Decision, Flag, Outcome
from app.moderation.reasons import Reason

NOW = clock.now()
PUBLISH, CONFIRM = Order(Deed.PUBLISH), Order(Deed.CONFIRM)
SPAM = Order(Deed.WITHHOLD, Reason.SPAM, "Đây là quảng cáo.")


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def people(world, consultation) -> tuple[Officer, Officer]:
    agency = consultation.dossier.agency
    one, other = (world.officer(agency, Role.MODERATOR) for _ in range(2))
    return one, other


@pytest.fixture
def make(world, consultation):
    def make(many: int) -> dict[int, int]:
        made = [world.comment(consultation, f"Ý kiến {n}") for n in range(many)]
        return {comment.id: comment.row_version for comment in made}

    return make


def states() -> dict[str, int]:
    return dict(
        db.session.execute(select(Comment.status, func.count()).group_by(Comment.status)).all()
    )


def why(skipped) -> dict[int, Skip]:
    return {one.comment_id: one.why for one in skipped}


def test_all_are_published_as_if_each_had_been(world, consultation, make, people, drain):
    seen = make(bulk.BATCH // 40)
    alone = world.comment(consultation, "Một mình")
    world.publish(alone, people[0], NOW)
    done = bulk.carry_out(seen, PUBLISH, people[0], NOW)
    db.session.commit()
    drain()
    assert (done.outcome, set(done.decided), done.skipped) == (Outcome.PUBLISHED, set(seen), ())
    assert states() == {"published": len(seen) + 1}
    # the same rows and entries as one by one
    entries = db.session.scalars(select(Entry).where(Entry.verb == "comment.published")).all()
    assert {entry.facts["comment_id"] for entry in entries} == {*seen, alone.id}
    assert len({(e.actor_id, e.consultation_id, e.at, e.facts["lineage_id"]) for e in entries}) == 1
    rows = db.session.scalars(select(Decision)).all()
    assert {(row.officer_id, row.outcome, row.reason, row.at) for row in rows} == {
        (people[0].id, "published", "", NOW)
    }
    versions = set(db.session.scalars(select(Comment.row_version)))
    assert versions == {2}
    tally = db.session.get(Tally, (consultation.id, 0))
    assert (tally.waiting, tally.published) == (0, len(seen) + 1)
    assert not lease.holders(seen, NOW)


def test_more_than_one_batch_is_one_decision(make, people, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 4)
    monkeypatch.setattr(lease, "CHUNK", 3)
    seen = make(10)
    assert len(bulk.carry_out(seen, PUBLISH, people[0], NOW).decided) == 10
    db.session.rollback()
    assert states() == {"waiting": 10}


def test_who_is_left_out_is_told_beforehand_and_afterwards(world, make, people, consultation):
    one, other = people
    seen = make(6)
    free, held, done, taken_back, proposed, own = seen
    lease.take(held, other, NOW)
    lease.take(own, one, NOW)
    world.publish(db.session.get(Comment, done), other, NOW)
    withdraw(db.session.get(Comment, taken_back), NOW)
    lease.take(proposed, other, NOW)
    decide.withhold(db.session.get(Comment, proposed), 1, Reason.UNLAWFUL, "Điều 1.", other, NOW)
    seen[proposed] = 2  # seen with its proposal
    seen[10**6] = 1
    far = world.comment(world.consultation())
    seen[far.id] = 1
    expected = {
        held: Skip.LEASED,
        done: Skip.DECIDED,
        taken_back: Skip.DECIDED,
        proposed: Skip.PROPOSED,
        10**6: Skip.OUT_OF_REACH,
        far.id: Skip.OUT_OF_REACH,
    }
    shown = bulk.preview(seen, PUBLISH, one, NOW)
    assert (set(shown.taken), why(shown.skipped)) == ({free, own}, expected)
    assert {one.holder for one in shown.skipped} == {"", other.name}
    found = bulk.carry_out(seen, PUBLISH, one, NOW)
    assert (set(found.decided), why(found.skipped)) == ({free, own}, expected)
    assert far.status == "waiting"


def test_a_preview_changes_nothing_and_tells_the_flags(make, people, consultation):
    seen = make(3)
    first = next(iter(seen))
    for kind, is_open in (("link", True), ("abuse", False)):
        db.session.add(
            Flag(
                comment_id=first,
                kind=kind,
                open=is_open,
                consultation_id=consultation.id,
                submitted_at=NOW,
            )
        )
    db.session.commit()
    shown = bulk.preview(seen, SPAM, people[0], NOW)
    assert (shown.outcome, shown.taken, shown.flags) == (Outcome.WITHHELD, seen, {"link": 1})
    assert not db.session.new | db.session.dirty
    assert states() == {"waiting": 3}


def test_a_few_are_withheld_alone_and_more_only_by_two(make, people):
    one, other = people
    few, many = make(ALONE), make(ALONE + 1)
    assert bulk.carry_out(few, SPAM, one, NOW).outcome is Outcome.WITHHELD
    assert states() == {"withheld": ALONE, "waiting": ALONE + 1}
    proposed = bulk.carry_out(many, SPAM, other, NOW)
    assert proposed.outcome is Outcome.PROPOSED
    assert states() == {"withheld": ALONE, "waiting": ALONE + 1}
    assert (
        len(db.session.scalars(select(Flag).where(Flag.kind == "second_person", Flag.open)).all())
        == ALONE + 1
    )
    seen = {comment_id: 2 for comment_id in many}
    assert set(why(bulk.carry_out(seen, CONFIRM, other, NOW).skipped).values()) == {
        Skip.SAME_PERSON
    }
    assert bulk.preview(seen, CONFIRM, one, NOW).taken == seen
    assert len(bulk.carry_out(seen, CONFIRM, one, NOW).decided) == ALONE + 1
    assert states() == {"withheld": 2 * ALONE + 1}
    assert not db.session.scalars(select(Flag).where(Flag.open)).all()
    reasons = set(db.session.execute(select(Decision.reason, Decision.sentence)).all())
    assert reasons == {("spam", "Đây là quảng cáo.")}


def test_small_bites_do_not_get_around_the_second_person(make, people):
    bites = [make(ALONE // 2) for _ in range(3)]
    outcomes = [bulk.carry_out(bite, SPAM, people[0], NOW).outcome for bite in bites]
    assert outcomes == [Outcome.WITHHELD, Outcome.WITHHELD, Outcome.PROPOSED]
    later = NOW + bulk.WINDOW + timedelta(seconds=1)
    assert bulk.preview(make(1), SPAM, people[0], later).outcome is Outcome.WITHHELD


@pytest.mark.parametrize(
    "order",
    [
        Order(Deed.WITHHOLD, Reason.OFF_TOPIC, "Không về dự thảo."),
        Order(Deed.WITHHOLD, Reason.SPAM, "Có lẽ là quảng cáo.", borderline=True),
    ],
)
def test_what_needs_two_of_one_needs_two_of_many(make, people, order):
    seen = make(2)
    assert bulk.carry_out(seen, order, people[0], NOW).outcome is Outcome.PROPOSED
    assert states() == {"waiting": 2}


def test_what_nobody_proposed_is_not_confirmed(make, people):
    seen = make(2)
    assert set(why(bulk.carry_out(seen, CONFIRM, people[0], NOW).skipped).values()) == {
        Skip.NOT_PROPOSED
    }


def test_a_whole_group_is_what_of_it_waits(world, make, people, consultation):
    seen = make(4)
    decided, *rest = seen
    group = CommentGroup(
        consultation_id=consultation.id, tier="exact", representative_id=decided, made_at=NOW
    )
    db.session.add(group)
    db.session.flush()
    db.session.add_all(GroupMember(comment_id=one, tier="exact", group_id=group.id) for one in seen)
    world.publish(db.session.get(Comment, decided), people[0], NOW)
    assert bulk.members(group.id) == {one: 1 for one in rest}
    assert list(bulk.members(group.id, after=rest[0])) == rest[1:]


def test_too_many_and_too_little_said_are_refused(people):
    with pytest.raises(TooManyError):
        bulk.preview(dict.fromkeys(range(bulk.MOST + 1), 1), PUBLISH, people[0], NOW)
    for reason, sentence in ((None, "Vì sao?"), (Reason.SPAM, " ")):
        with pytest.raises(IncompleteError):
            Order(Deed.WITHHOLD, reason, sentence)
