"""Leases: one person at a time, freed on leaving and by the clock, taken over only on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry, Revision
from app.moderation import lease
from app.moderation.lease import LEASE, LeasedError, NotLeasedError
from app.moderation.models import Lease

NOW = clock.now()
SECOND = timedelta(seconds=1)


@pytest.fixture
def comment(world):
    return world.comment(world.consultation())


@pytest.fixture
def people(world, comment) -> tuple[Officer, Officer]:
    agency = comment.consultation.dossier.agency
    one, other = (world.officer(agency, Role.MODERATOR) for _ in range(2))
    return one, other


def taken_over() -> list[Entry]:
    verb = Entry.verb == "lease.taken_over"
    return list(db.session.scalars(select(Entry).where(verb).order_by(Entry.id)))


def test_it_is_held_for_ten_minutes_and_renewed_while_open(comment, people):
    one, _ = people
    first = lease.take(comment.id, one, NOW)
    assert first.until - NOW == LEASE == timedelta(minutes=10)
    later = NOW + timedelta(minutes=9)
    assert lease.take(comment.id, one, later).until == later + LEASE
    lease.require(comment.id, one, later + LEASE - SECOND)
    with pytest.raises(NotLeasedError):
        lease.require(comment.id, one, later + LEASE)


def test_nobody_else_takes_it_meanwhile_and_is_told_who_has_it(comment, people):
    one, other = people
    lease.take(comment.id, one, NOW)
    with pytest.raises(LeasedError) as refused:
        lease.take(comment.id, other, NOW + LEASE - SECOND)
    assert refused.value.holder == lease.Holder(one.id, one.name, NOW + LEASE)
    with pytest.raises(NotLeasedError):
        lease.require(comment.id, other, NOW)
    assert lease.holders([comment.id], NOW)[comment.id].officer_id == one.id


def test_it_is_free_at_the_instant_it_ends(comment, people):
    one, other = people
    lease.take(comment.id, one, NOW)
    assert not lease.holders([comment.id], NOW + LEASE)
    assert lease.take(comment.id, other, NOW + LEASE).officer_id == other.id
    assert not taken_over()


def test_leaving_frees_it_at_once_and_only_ones_own(comment, people):
    one, other = people
    lease.take(comment.id, one, NOW)
    lease.release(comment.id, other)
    lease.require(comment.id, one, NOW)
    lease.release(comment.id, one)
    assert lease.take(comment.id, other, NOW).officer_id == other.id


def test_taking_over_is_on_record_with_both_and_touches_no_public_page(comment, people, drain):
    one, other = people
    lease.take(comment.id, one, NOW)
    db.session.commit()
    drain()
    before = {row.consultation_id: row.seq for row in db.session.scalars(select(Revision))}
    lease.take_over(comment.id, other, NOW + SECOND)
    db.session.commit()
    drain()
    [entry] = taken_over()
    assert (entry.actor_id, entry.facts) == (
        other.id,
        {"comment_id": comment.id, "officer_id": one.id},
    )
    with pytest.raises(NotLeasedError):
        lease.require(comment.id, one, NOW + SECOND)
    lease.require(comment.id, other, NOW + LEASE)
    after = {row.consultation_id: row.seq for row in db.session.scalars(select(Revision))}
    assert after == before


@pytest.mark.parametrize("before", ["nobody", "own", "expired"])
def test_taking_over_what_is_free_is_only_taking_it(comment, people, before):
    one, other = people
    if before != "nobody":
        lease.take(comment.id, other if before == "own" else one, NOW - LEASE / 2)
    now = NOW + LEASE if before == "expired" else NOW
    assert lease.take_over(comment.id, other, now).until == now + LEASE
    assert not taken_over()


def test_many_are_claimed_at_once_but_for_those_held(world, comment, people):
    one, other = people
    ids = [world.comment(comment.consultation, f"Ý kiến {n}").id for n in range(5)]
    lease.take(ids[1], other, NOW)
    lease.take(ids[3], other, NOW - LEASE)
    assert lease.claim([*ids, ids[0]], one, NOW) == set(ids) - {ids[1]}
    assert {row.officer_id for row in lease.holders(ids, NOW).values()} == {one.id, other.id}
    lease.give_back(ids, one)
    assert set(lease.holders(ids, NOW)) == {ids[1]}


steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "take_over", "release", "spend"]),
        st.integers(0, 2),
        st.integers(0, 400),
    ),
    max_size=25,
)


class Model:
    """What a lease is, in six lines."""

    def __init__(self) -> None:
        self.holder, self.until = None, NOW

    def held_by(self, now) -> int | None:
        return self.holder if now < self.until else None


@pytest.fixture
def three(world, comment) -> list[int]:
    agency = comment.consultation.dossier.agency
    return [world.officer(agency, Role.MODERATOR).id for _ in range(3)]


def test_whatever_happens_in_whatever_order_one_person_holds_it(comment, three):
    @settings(deadline=None, max_examples=50)
    @given(steps)
    def run(happens) -> None:
        db.session.execute(Lease.__table__.delete())
        model, now = Model(), NOW
        for act, who, seconds in happens:
            now += timedelta(seconds=seconds)
            _step(model, act, who, now)
            found = lease.holders([comment.id], now).get(comment.id)
            assert (three.index(found.officer_id) if found else None) == model.held_by(now)

    def _step(model: Model, act: str, who: int, now) -> None:
        officer, held = db.session.get(Officer, three[who]), model.held_by(now)
        try:
            getattr(lease, act)(*(comment.id, officer, now)[: 2 if act == "release" else 3])
        except LeasedError as refused:
            named = three.index(refused.holder.officer_id)
            if act != "take" or held in (None, who) or held != named:
                raise
        except NotLeasedError:
            if act != "spend" or held == who:
                raise
        else:
            allowed = {"take": held in (None, who), "spend": held == who}
            assert allowed.get(act, True)
            if act.startswith("take"):
                model.holder, model.until = who, now + LEASE
            elif model.holder == who:
                model.holder = None

    run()
