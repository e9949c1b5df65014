"""One answer for thousands: chosen whole, one taken out, latecomers added or told the same."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, insert, select

from app.accounts.models import Role
from app.comments.models import CommentStatus, Tally
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember, Tier
from app.kit import clock
from app.ledger.models import Entry
from app.responses import answering, lists, newcomers
from app.responses.editing import WrongStepError
from app.responses.models import Answer, AnswerComment, AnswerState, Disposition, Unanswered
from app.responses.selecting import NotAnswerableError, NothingChosenError, selection
from tests.moderation.staff import enter
from tests.responses import many
from tests.responses.test_answering_desk import answers, home, press, words

NOW = clock.now()
LATER = NOW + timedelta(minutes=5)
WORDS = Disposition.NOT_ACCEPTED, "Mức hỗ trợ giữ nguyên vì ngân sách có hạn."


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def staff(world, consultation):
    agency = consultation.dossier.agency
    roles = (Role.DRAFTER, Role.HEAD, Role.APPROVER)
    return [world.officer(agency, role) for role in roles]


def crowd(consultation, number: int, **words: object) -> list[int]:
    """So many public comments; decided when the tests begin."""
    row = {"anchor": "dieu-3.khoan-1", "decided_at": NOW, **words}
    return many.say(consultation, [row] * number)


def grouped(consultation, ids: list[int], tier: Tier = Tier.NEAR) -> int:
    """Those comments are one group."""
    group = CommentGroup(
        consultation_id=consultation.id,
        tier=tier.value,
        representative_id=ids[0],
        made_at=NOW,
        messages=len(ids),
        published=len(ids),
    )
    db.session.add(group)
    db.session.flush()
    join(group.id, ids, tier)
    return group.id


def join(group_id: int, ids: list[int], tier: Tier = Tier.NEAR) -> None:
    rows = [{"comment_id": n, "tier": tier.value, "group_id": group_id} for n in ids]
    db.session.execute(insert(GroupMember), rows)
    db.session.commit()


def spoken_to(answer: Answer) -> list[int]:
    query = select(AnswerComment.comment_id).where(AnswerComment.answer_id == answer.id)
    return list(db.session.scalars(query.order_by(AnswerComment.comment_id)))


@contextmanager
def statements():
    """The statements that the database is asked meanwhile."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("tier", list(Tier))
def test_a_group_is_answered_with_all_its_free_public_members(consultation, staff, tier):
    drafter, *_ = staff
    free, [taken] = crowd(consultation, 4), crowd(consultation, 1)
    [waiting] = crowd(consultation, 1, status=CommentStatus.WAITING.value)
    answering.draft(consultation, [taken], *WORDS, drafter, NOW)
    group = grouped(consultation, [*free, taken, waiting], tier)
    answer = answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])
    assert spoken_to(answer) == free
    assert answer.size == 4
    with pytest.raises(NothingChosenError):
        answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])


def test_an_article_is_answered_with_all_that_is_open_about_it(consultation, staff):
    about, whole = crowd(consultation, 3), crowd(consultation, 2, anchor="")
    crowd(consultation, 2, anchor="dieu-1")
    article = many.lineages(consultation)["dieu-3"][0]
    ways = *WORDS, staff[0], NOW
    assert spoken_to(answering.draft(consultation, [], *ways, articles=[article])) == about
    assert spoken_to(answering.draft(consultation, [], *ways, articles=[0])) == whole


def test_a_group_of_another_draft_is_nobody_here(world, consultation, staff):
    other = world.consultation()
    group = grouped(other, crowd(other, 2))
    with pytest.raises(NothingChosenError):
        answering.draft(consultation, [], *WORDS, staff[0], NOW, groups=[group])


def test_one_is_taken_out_and_answered_alone(consultation, staff):
    drafter, head, _ = staff
    ids = crowd(consultation, 5)
    group = grouped(consultation, ids)
    answer = answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])
    own = ids[2]
    answering.revise(answer, answer.row_version, ids[:2], *WORDS, drafter, NOW, shown=ids[:3])
    assert spoken_to(answer) == [n for n in ids if n != own]
    assert db.session.scalars(select(Unanswered.comment_id)).all() == [own]
    # it was there from the beginning, so nobody calls it new
    assert newcomers.newcomers(answer, 10) == (0, [])
    alone = answering.draft(consultation, [own], *WORDS, drafter, NOW)
    assert db.session.scalars(select(Unanswered.comment_id)).all() == []
    answering.finish(answer, head, NOW)
    answering.finish(alone, head, NOW)
    with pytest.raises(NotAnswerableError):
        answering.draft(consultation, [own], *WORDS, drafter, NOW)


def test_who_comes_later_is_added_before_publication(consultation, staff):
    drafter, head, _ = staff
    ids = crowd(consultation, 3)
    group = grouped(consultation, ids)
    answer = answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])
    answering.submit(answer, answer.row_version, drafter, NOW)
    answering.sign(answer, answer.row_version, head, NOW)
    late = crowd(consultation, 2, decided_at=LATER)
    join(group, late)
    count, shown = newcomers.newcomers(answer, 1)
    assert (count, [row.id for row in shown]) == (2, late[:1])
    assert newcomers.add(answer, answer.row_version, drafter, LATER) == 2
    # nobody signed for these: it has to be signed again
    assert (answer.state, answer.signed_by) == (AnswerState.DRAFT, None)
    assert spoken_to(answer) == sorted(ids + late)
    with pytest.raises(NothingChosenError):
        newcomers.add(answer, answer.row_version, drafter, LATER)


def test_who_comes_after_publication_gets_a_copy(consultation, staff):
    drafter, head, _ = staff
    ids = crowd(consultation, 3)
    group = grouped(consultation, ids)
    answer = answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])
    with pytest.raises(WrongStepError):
        newcomers.repeat(answer, drafter, NOW)
    answering.finish(answer, head, NOW)
    late = crowd(consultation, 2, decided_at=LATER)
    join(group, late)
    again = newcomers.repeat(answer, drafter, LATER)
    assert spoken_to(again) == late
    assert (again.explanation, again.state) == (answer.explanation, AnswerState.DRAFT)
    answering.finish(again, head, LATER)
    assert newcomers.newcomers(answer, 10) == (0, [])


def test_ten_thousand_are_answered_in_a_few_statements(consultation, staff, drain):
    drafter, head, approver = staff
    ids = crowd(consultation, 5000) + crowd(consultation, 5000, anchor="dieu-1")
    group = grouped(consultation, ids)
    drain()
    with statements() as asked:
        answer = answering.draft(consultation, [], *WORDS, drafter, NOW, groups=[group])
        answering.finish(answer, head, NOW, approver)
    assert len(asked) < 90
    assert answer.size == 10_000
    entry = db.session.scalars(select(Entry).where(Entry.verb == "answer.published")).one()
    places = many.lineages(consultation)
    assert entry.facts["places"] == {
        "0": 10_000,
        str(places["dieu-3"][0]): 5000,
        str(places["dieu-1"][0]): 5000,
    }
    assert (entry.facts["comments"], entry.facts["selection"]) == (10_000, selection(ids))
    db.session.commit()
    drain()
    answered = db.session.scalars(select(Tally.answered).order_by(Tally.answered)).all()
    assert answered == [5000, 5000, 10_000]
    assert lists.figures([consultation.id])[consultation.id].answered == 10_000


def test_publishing_many_asks_no_more_for_a_hundred_than_for_three(consultation, staff, world):
    drafter, head, approver = staff

    def published(number: int) -> int:
        for n in crowd(consultation, number):
            answer = answering.draft(consultation, [n], *WORDS, drafter, NOW)
            answering.submit(answer, answer.row_version, drafter, NOW)
            answering.sign(answer, answer.row_version, head, NOW)
        db.session.commit()
        for row in (consultation, approver):
            db.session.refresh(row)  # what the commit forgot is not counted
        with statements() as asked:
            assert answering.publish_many(consultation, approver, NOW) == number
        db.session.commit()
        return len(asked)

    assert published(3) == published(40)
    kinds = Counter(db.session.scalars(select(Entry.verb)))
    assert kinds["answer.published"] == 43
    states = select(Answer.state, func.count()).group_by(Answer.state)
    assert [tuple(row) for row in db.session.execute(states)] == [("published", 43)]


def test_publishing_by_article_leaves_the_others(consultation, staff):
    drafter, head, approver = staff
    for anchor in ("dieu-1", "dieu-3.khoan-1", ""):
        [n] = crowd(consultation, 1, anchor=anchor)
        answer = answering.draft(consultation, [n], *WORDS, drafter, NOW)
        answering.submit(answer, answer.row_version, drafter, NOW)
        answering.sign(answer, answer.row_version, head, NOW)
    article = many.lineages(consultation)["dieu-1"][0]
    for place in (article, 0):
        assert answering.publish_many(consultation, approver, NOW, place) == 1
    assert lists.states(consultation.id) == {"draft": 0, "review": 0, "signed": 1}


def test_the_page_of_a_great_answer_shows_a_sample(app, consultation, staff, monkeypatch):
    monkeypatch.setattr(lists, "SAMPLE", 3)
    drafter, head, _ = (enter(app, one) for one in staff)
    ids = crowd(consultation, 8)
    group = grouped(consultation, ids)
    new = f"{home(consultation)}/new"
    page = drafter.get(f"{new}?group={group}").get_data(as_text=True)
    assert [f'name="comment" value="{n}"' in page for n in ids] == [True] * 3 + [False] * 5
    # the second of the sample gets no tick
    typed = {**words(), "comment": [ids[0], ids[2]], "shown": ids[:3], "group": group}
    item = drafter.submit(f"{new}?group={group}", typed, to=new).location
    [answer] = answers()
    assert spoken_to(answer) == [n for n in ids if n != ids[1]]
    onward = f"{item}?from={ids[4]}"
    assert onward in drafter.get(item).get_data(as_text=True)
    typed = {**words(), "shown": ids[4:7], "comment": ids[5:7], "version": answer.row_version}
    assert drafter.submit(onward, typed, to=item).status_code == 303
    assert spoken_to(answers()[0]) == [ids[0], ids[2], ids[3], *ids[5:]]
    # somebody joins the group
    late = crowd(consultation, 1, decided_at=clock.now() + timedelta(minutes=1))
    join(group, late)
    assert press(drafter, item, "newcomers").status_code == 303
    assert late[0] in spoken_to(answers()[0])
    for who, step in ((drafter, "submission"), (head, "signature"), (head, "publish")):
        assert press(who, item, step).status_code == 303
    join(group, crowd(consultation, 1, decided_at=clock.now() + timedelta(minutes=1)))
    copied = press(drafter, item, "newcomers")
    assert copied.status_code == 303
    assert copied.location != item
    assert len(answers()) == 2
