"""What people do to groups: each step does one thing, and taking it back undoes exactly that."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from app.accounts.models import Officer, Role
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus
from app.extensions import db
from app.groups import reading, steps
from app.groups.counting import people, recount
from app.groups.models import CommentGroup, GroupMember, GroupStep, Tier
from app.groups.moving import ChangedError, LaterStepError
from app.groups.steps import Fault, WrongStepError
from app.kit import clock
from app.ledger.models import Entry
from tests.groups.made import group, ids, seen, suggestion


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def officer(world, consultation) -> Officer:
    return world.officer(consultation.dossier.agency, Role.MODERATOR)


@pytest.fixture
def said(world, consultation):
    """Makes comments, each of another person."""

    def make(many: int, name: str = "Người") -> list[Comment]:
        return [
            world.comment(consultation, f"Đề nghị {n}.", display_name=f"{name} {n}")
            for n in range(many)
        ]

    return make


def newest() -> GroupStep:
    step = db.session.scalar(select(GroupStep).order_by(GroupStep.id.desc()))
    assert step is not None
    return step


def told() -> list[tuple[str, dict[str, Any]]]:
    entries = db.session.scalars(select(Entry).where(Entry.verb.like("group%")).order_by(Entry.id))
    return [(entry.verb, entry.facts) for entry in entries]


def test_joined_groups_count_all_and_their_old_numbers_lead_on(said, officer):
    made = said(7)
    one, two, three = group(made[:3]), group(made[3:5]), group(made[5:])
    step = steps.merge([one, two, three], one, seen(one, two, three), officer, clock.now())
    assert ids(one.id) == [comment.id for comment in made]
    assert (one.messages, one.people, two.messages, three.messages) == (7, 7, 0, 0)
    assert [reading.standing(n.id) for n in (two, three)] == [one, one]
    by_hand = select(GroupMember.comment_id).where(GroupMember.by_hand)
    assert set(db.session.scalars(by_hand)) == {comment.id for comment in made[3:]}
    facts = {"step_id": step.id, "group_ids": [two.id, three.id], "into": one.id}
    assert told() == [("group.merged", facts)]

    steps.undo(step, officer, clock.now())
    assert [ids(n.id) for n in (one, two, three)] == [
        [comment.id for comment in part] for part in (made[:3], made[3:5], made[5:])
    ]
    assert (one.messages, two.messages, two.merged_into) == (3, 2, None)
    assert db.session.scalars(by_hand).all() == []
    assert told()[1:] == [("group_step.undone", {"step_id": step.id})]


def test_a_split_group_has_another_voice_when_its_own_left(said, officer):
    made = said(5)
    whole = group(made)
    new = steps.split(whole, [made[0].id, made[2].id], 0, officer, clock.now())
    assert ids(new.id) == [made[0].id, made[2].id]
    assert (new.representative_id, whole.representative_id) == (made[0].id, made[1].id)
    assert (new.messages, whole.messages, new.made_by) == (2, 3, officer.id)
    steps.undo(newest(), officer, clock.now())
    assert (whole.representative_id, whole.messages) == (made[0].id, 5)
    assert reading.standing(new.id) == whole


def test_what_a_machine_added_meanwhile_stays_when_a_step_is_taken_back(said, officer):
    made = said(6)
    whole = group(made[:4])
    new = steps.split(whole, [made[3].id], 0, officer, clock.now())
    late = {"tier": Tier.NEAR.value, "by_hand": False}
    db.session.execute(
        insert(GroupMember),
        [
            {**late, "comment_id": made[4].id, "group_id": whole.id},
            {**late, "comment_id": made[5].id, "group_id": new.id},
        ],
    )
    steps.undo(newest(), officer, clock.now())
    assert ids(whole.id) == [comment.id for comment in made]
    assert (whole.messages, new.messages) == (6, 0)


def test_a_comment_taken_out_is_alone_and_belongs_to_no_group(said, officer):
    made = said(3)
    whole = group(made)
    lone = steps.split(whole, [made[1].id], 0, officer, clock.now())
    belongs = reading.of([comment.id for comment in made])
    assert [[b.group_id for b in belongs[c.id]] for c in made] == [[whole.id], [], [whole.id]]
    assert lone.id not in {g.id for g in reading.largest(whole.consultation_id, Tier.NEAR)}


def test_confirming_takes_all_of_both_sides_and_refusing_none(said, officer):
    made = said(6)
    near, exact = group(made[:3]), group(made[:2], Tier.EXACT)
    other, lone = group(made[3:5]), made[5]
    first, second = suggestion(made[0], made[3]), suggestion(made[3], lone)
    argument = steps.confirm(first, officer, clock.now())
    assert (argument.tier, ids(argument.id)) == ("argument", [c.id for c in made[:5]])
    assert (argument.messages, argument.people) == (5, 5)
    assert steps.confirm(second, officer, clock.now()) is argument
    assert ids(argument.id) == [c.id for c in made]
    tiers = [[b.tier for b in reading.of([c.id])[c.id]] for c in (made[0], made[4], lone)]
    assert tiers == [["exact", "near", "argument"], ["near", "argument"], ["argument"]]
    assert [g.messages for g in (near, exact, other)] == [3, 2, 2]

    third = suggestion(made[1], lone)
    steps.refuse(third, officer, clock.now())
    assert [one.said for one in (first, second, third)] == ["confirmed", "confirmed", "refused"]
    facts = {"step_id": newest().id, "suggestion_id": third.id, "group_id": None}
    assert told()[-1] == ("group.confirmed", {**facts, "confirmed": False})
    steps.undo(newest(), officer, clock.now())
    assert (third.said, third.officer_id) == ("", None)


def test_confirming_joins_two_arguments_and_leaves_what_a_person_put_elsewhere(said, officer):
    made = said(6)
    group(made[:2])
    group(made[2:4])
    first = steps.confirm(suggestion(made[0], made[4]), officer, clock.now())
    second = steps.confirm(suggestion(made[2], made[5]), officer, clock.now())
    apart = steps.split(second, [made[3].id], second.step_id, officer, clock.now())
    whole = steps.confirm(suggestion(made[0], made[2]), officer, clock.now())
    assert whole is first
    assert ids(whole.id) == [made[n].id for n in (0, 1, 2, 4, 5)]
    assert ids(apart.id) == [made[3].id]
    assert reading.standing(second.id) == first
    steps.undo(newest(), officer, clock.now())
    assert (ids(first.id), ids(second.id)) == (
        [made[n].id for n in (0, 1, 4)],
        [made[n].id for n in (2, 5)],
    )


def test_a_step_on_which_another_stands_goes_last(said, officer):
    made = said(6)
    one, two, three = group(made[:2]), group(made[2:4]), group(made[4:])
    first = steps.merge([two], one, seen(one, two), officer, clock.now())
    second = steps.merge([three], one, seen(one, three), officer, clock.now())
    with db.session.begin_nested() as tried, pytest.raises(LaterStepError) as refused:
        steps.undo(first, officer, clock.now())
    assert tried.is_active is False
    assert refused.value.step_id == second.id


def test_no_step_without_sense(said, officer, world):
    made = said(6)
    one, two = group(made[:2]), group(made[2:4])
    exact, again = group(made[:2], Tier.EXACT), group(made[2:4], Tier.EXACT)
    far = world.consultation()
    elsewhere = group([world.comment(far), world.comment(far)])
    tries = [
        (Fault.FEW, lambda: steps.merge([one], one, seen(one), officer, clock.now())),
        (Fault.UNLIKE, lambda: steps.merge([exact], one, seen(one), officer, clock.now())),
        (Fault.UNLIKE, lambda: steps.merge([elsewhere], one, seen(one), officer, clock.now())),
        (Fault.EXACT, lambda: steps.merge([exact], again, seen(again), officer, clock.now())),
        (Fault.NONE, lambda: steps.split(two, [], 0, officer, clock.now())),
        (Fault.ALL, lambda: steps.split(two, ids(two.id), 0, officer, clock.now())),
    ]
    for fault, act in tries:
        with pytest.raises(WrongStepError) as refused:
            act()
        assert refused.value.fault is fault
        db.session.rollback()
    with pytest.raises(ChangedError):
        steps.split(two, [made[0].id], 0, officer, clock.now())


def test_of_two_officers_at_one_group_the_slower_hears_of_it(said, officer):
    made = said(4)
    one, two = group(made[:2]), group(made[2:])
    looked = seen(one, two)
    split_off = suggestion(made[0], made[2])
    steps.merge([two], one, looked, officer, clock.now())
    steps.confirm(split_off, officer, clock.now())
    undone = newest()
    steps.undo(undone, officer, clock.now())
    db.session.commit()
    for act in (
        lambda: steps.merge([two], one, looked, officer, clock.now()),
        lambda: steps.split(one, [made[0].id], looked[one.id], officer, clock.now()),
        lambda: steps.undo(undone, officer, clock.now()),
    ):
        with pytest.raises(ChangedError):
            act()
        db.session.rollback()
    steps.refuse(split_off, officer, clock.now())
    with pytest.raises(ChangedError):
        steps.confirm(split_off, officer, clock.now())


def test_of_eight_officers_joining_at_once_one_does(app, said, officer):
    made = said(4)
    keys = (group(made[:2]).id, group(made[2:]).id)
    officer_id = officer.id
    db.session.rollback()
    start = threading.Barrier(8)

    def join(n: int) -> bool:
        with app.app_context():
            start.wait(10)
            pair = [db.session.get_one(CommentGroup, key) for key in keys]
            who = db.session.get_one(Officer, officer_id)
            try:
                steps.merge(pair, pair[n % 2], dict.fromkeys(keys, 0), who, clock.now())
                db.session.commit()
            except ChangedError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(join, range(8))) == 1
    assert sorted(len(ids(key)) for key in keys) == [0, 4]


def test_ten_thousand_members_move_in_a_few_statements(said, consultation, officer):
    """The number of statements does not grow with the members."""
    [pattern] = said(1)
    columns = [c.name for c in Comment.__table__.columns if c.name != "id"]
    row = {name: getattr(pattern, name) for name in columns}
    rows = [
        {**row, "receipt": f"R{n}", "idempotency_key": f"K{n}", "display_name": f"Người {n}"}
        for n in range(10_000)
    ]
    db.session.execute(insert(Comment), rows)
    made = db.session.scalars(select(Comment).order_by(Comment.id)).all()[1:]
    small, large = group(made[:10]), group(made[10:])
    link = suggestion(made[0], made[10])
    asked: list[str] = []

    def ask(*words: Any) -> None:
        asked.append(words[2])

    event.listen(db.engine, "before_cursor_execute", ask)
    step = steps.merge([large], small, seen(small, large), officer, clock.now())
    assert (small.messages, small.people) == (10_000, 10_000)
    argument = steps.confirm(link, officer, clock.now())
    assert (argument.messages, argument.people) == (10_000, 10_000)
    steps.undo(newest(), officer, clock.now())
    steps.undo(step, officer, clock.now())
    event.remove(db.engine, "before_cursor_execute", ask)
    assert (small.messages, large.messages, argument.messages) == (10, 9990, 0)
    assert len(asked) < 100


@pytest.mark.parametrize(
    ("names", "many"),
    [
        ([], 0),
        (["", "", ""], 1),
        (["Nguyễn Văn A", "nguyễn văn  a", ""], 1),
        (["Nguyễn Văn A", "Trần Thị B", "", ""], 2),
    ],
)
def test_people_are_never_more_than_can_be_told_apart(names, many):
    assert people(names) == many


def test_the_public_is_told_of_public_comments_only(said, drain, officer):
    made = said(4)
    whole = group(made)
    for comment in made[:3]:
        outcomes.publish(comment, comment.row_version, officer.id, clock.now())
    outcomes.withdraw(db.session.get(Comment, made[0].id), clock.now())
    db.session.commit()
    drain()
    [belongs] = reading.of([made[1].id])[made[1].id]
    assert (belongs.messages, belongs.published, belongs.published_people) == (4, 2, 2)
    recount([whole.id])
    assert db.session.get(CommentGroup, whole.id).published == 2


def test_counting_asks_of_public_comments_by_their_state(said):
    made = said(2)
    whole = group(made)
    made[0].status = CommentStatus.PUBLISHED.value
    recount([whole.id])
    assert (whole.messages, whole.published) == (2, 1)
