"""Whatever people do to groups, in whatever order: nothing lost, nothing twice, all of it undone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.extensions import db
from app.groups import steps
from app.groups.models import CommentGroup, GroupMember, GroupStep, GroupSuggestion, Tier
from app.groups.moving import ChangedError, LaterStepError
from app.groups.steps import WrongStepError
from app.kit import clock
from tests.groups.made import group, ids, seen, suggestion


@pytest.fixture
def officer(world) -> Officer:
    return world.officer(world.agency(), Role.MODERATOR)


ACTS = st.tuples(
    st.sampled_from(["merge", "split", "confirm", "refuse", "undo"]), *[st.integers(0, 99)] * 3
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(acts=st.lists(ACTS, max_size=14))
def test_whatever_is_done_each_comment_is_in_one_group_a_tier_and_all_can_be_undone(
    lived, officer, acts
):
    db.session.rollback()  # no step was committed: every example begins with the same groups
    start, states = snapshot(), {}
    for act in acts:
        before = snapshot()
        stood = standing_steps()
        try:
            with db.session.begin_nested():
                play(officer, *act)
        except (ChangedError, WrongStepError, LaterStepError):
            assert snapshot() == before
        consistent()
        for step in set(standing_steps()) - set(stood):
            states[step] = before
        for step in set(stood) - set(standing_steps()):
            if step == max(stood):
                assert snapshot() == states.pop(step, snapshot())
            else:  # what stood before the later ones never was
                states = {one: was for one, was in states.items() if one < step}
    for step in reversed(standing_steps()):
        steps.undo(db.session.get_one(GroupStep, step), officer, clock.now())
        consistent()
    assert snapshot() == start
    db.session.rollback()


@pytest.fixture
def lived(world) -> None:
    consultation = world.consultation()
    made = [
        world.comment(consultation, f"Đề nghị {n}.", display_name=f"Người {n}") for n in range(11)
    ]
    for part in (made[:4], made[4:7], made[7:9]):
        group(part)
    for part in (made[:2], made[4:6]):
        group(part, Tier.EXACT)
    for one, other in ((0, 4), (4, 7), (0, 9), (9, 10), (7, 10), (1, 9)):
        suggestion(made[one], made[other])


def play(officer: Officer, act: str, a: int, b: int, c: int) -> None:
    now = clock.now()
    groups = db.session.scalars(
        select(CommentGroup).where(CommentGroup.messages > 0).order_by(CommentGroup.id)
    ).all()
    if act == "merge":
        one, two = groups[a % len(groups)], groups[b % len(groups)]
        steps.merge([two], one, seen(one, two), officer, now)
    elif act == "split":
        one = groups[a % len(groups)]
        inside = ids(one.id)
        chosen = {inside[b % len(inside)], inside[c % len(inside)]}
        steps.split(one, chosen, one.step_id or 0, officer, now)
    elif act == "undo":
        if standing_steps():
            which = standing_steps()[a % len(standing_steps())]
            steps.undo(db.session.get_one(GroupStep, which), officer, now)
    else:
        asked = db.session.scalars(select(GroupSuggestion).order_by(GroupSuggestion.id)).all()
        getattr(steps, act)(asked[a % len(asked)], officer, now)


def standing_steps() -> list[int]:
    found = select(GroupStep.id).where(GroupStep.undone_at.is_(None)).order_by(GroupStep.id)
    return list(db.session.scalars(found))


def snapshot() -> tuple[Any, ...]:
    """All that a step may change; a group that was made and taken back is nothing."""
    rows = select(
        GroupMember.comment_id, GroupMember.tier, GroupMember.group_id, GroupMember.by_hand
    )
    groups = select(
        CommentGroup.id,
        CommentGroup.representative_id,
        CommentGroup.step_id,
        CommentGroup.merged_into,
        CommentGroup.messages,
        CommentGroup.people,
    ).where((CommentGroup.messages > 0) | CommentGroup.step_id.is_not(None))
    said = select(GroupSuggestion.id, GroupSuggestion.said, GroupSuggestion.officer_id)
    kept = {row[0]: tuple(row) for row in db.session.execute(groups)}
    return *(sorted(map(tuple, db.session.execute(query))) for query in (rows, said)), kept


def consistent() -> None:
    rows = db.session.execute(
        select(GroupMember.comment_id, GroupMember.tier, GroupMember.group_id)
    ).all()
    assert len({row[:2] for row in rows}) == len(rows)
    counted = Counter(row.group_id for row in rows)
    for one in db.session.scalars(select(CommentGroup)):
        assert (one.messages, one.people) == (counted[one.id], counted[one.id])
        if one.messages:
            assert one.merged_into is None
            assert one.representative_id in ids(one.id)
        assert {row.tier for row in rows if row.group_id == one.id} <= {one.tier}
